namespace Strata.Rrd;

/// <summary>
/// Brings the metadata of old chunks to today's keys and names. Each step is a look-up; a step of a version that the chunk
/// already has is not taken. Source: rrd-format §12.2.
/// </summary>
internal static class SorbetMigration
{
    private const string Archetypes = "rerun.archetypes.";
    private const string Components = "rerun.components.";

    private static readonly Dictionary<(string Archetype, string Field), (string Archetype, string Field)> FieldRenames = new()
    {
        [("Scalar", "scalar")] = ("Scalars", "scalars"),
        [("SeriesLine", "color")] = ("SeriesLines", "colors"),
        [("SeriesLine", "width")] = ("SeriesLines", "widths"),
        [("SeriesLine", "name")] = ("SeriesLines", "names"),
        [("SeriesPoint", "color")] = ("SeriesPoints", "colors"),
        [("SeriesPoint", "marker")] = ("SeriesPoints", "markers"),
        [("SeriesPoint", "name")] = ("SeriesPoints", "names"),
        [("SeriesPoint", "marker_size")] = ("SeriesPoints", "marker_sizes"),
    };

    private static readonly Dictionary<string, string> ArchetypeRenames = new()
    {
        ["Scalar"] = "Scalars",
        ["SeriesLine"] = "SeriesLines",
        ["SeriesPoint"] = "SeriesPoints",
    };

    private static readonly HashSet<string> PoseTypes =
        ["PoseTranslation3D", "PoseRotationAxisAngle", "PoseRotationQuat", "PoseScale3D", "PoseTransformMat3x3"];

    /// <summary>Metadata of a chunk with today's keys.</summary>
    public static IReadOnlyDictionary<string, string> Chunk(IReadOnlyDictionary<string, string> metadata, SorbetVersion version)
    {
        if (!(version < SorbetVersion.ColonKeys))
        {
            return metadata;
        }
        var migrated = WithColonKeys(metadata);
        migrated.Remove("rerun:version");
        if (migrated.TryGetValue(SorbetKeys.EntityPath, out var path) && path.Length <= RrdLimits.MaxNameBytes && EntityPath.Parse(path).Parts is [EntityPath.PropertiesPart, "recording"])
        {
            migrated[SorbetKeys.EntityPath] = EntityPath.Properties.ToString();
        }
        return migrated;
    }

    /// <summary>Metadata of a column with today's keys and names, or null when the column is to be dropped (an indicator).</summary>
    public static IReadOnlyDictionary<string, string>? Column(IReadOnlyDictionary<string, string> metadata, SorbetVersion version)
    {
        if (!(version < SorbetVersion.VisibleName))
        {
            return metadata;
        }
        var migrated = version < SorbetVersion.ColonKeys ? WithColonDescriptor(metadata, version) : new Dictionary<string, string>(metadata);
        if (version < SorbetVersion.NoIndicators && IsIndicator(migrated))
        {
            return null;
        }
        Rename(migrated);
        return migrated;
    }

    /// <summary>The names of 0.1.2 and 0.1.3; safe for any version, since no new name equals an old one.</summary>
    public static ComponentDescriptor Rename(ComponentDescriptor descriptor)
    {
        var metadata = new Dictionary<string, string> { [SorbetKeys.Component] = descriptor.Component };
        if (descriptor.Archetype is { } archetype)
        {
            metadata[SorbetKeys.Archetype] = archetype;
        }
        if (descriptor.ComponentType is { } type)
        {
            metadata[SorbetKeys.ComponentType] = type;
        }
        Rename(metadata);
        return new ComponentDescriptor(metadata.GetValueOrDefault(SorbetKeys.Archetype), metadata[SorbetKeys.Component], metadata.GetValueOrDefault(SorbetKeys.ComponentType));
    }

    private static void Rename(Dictionary<string, string> metadata)
    {
        if (metadata.TryGetValue(SorbetKeys.ComponentType, out var type) && type.StartsWith(Components, StringComparison.Ordinal))
        {
            var name = type[Components.Length..];
            if (PoseTypes.Contains(name))
            {
                metadata[SorbetKeys.ComponentType] = Components + name["Pose".Length..];
            }
            else if (name == "SeriesVisible")
            {
                metadata[SorbetKeys.ComponentType] = Components + "Visible";
            }
        }
        switch (metadata.GetValueOrDefault(SorbetKeys.Component))
        {
            case "Transform3D:axis_length":
                metadata[SorbetKeys.Component] = "TransformAxes3D:axis_length";
                metadata[SorbetKeys.Archetype] = Archetypes + "TransformAxes3D";
                break;
            case "CoordinateFrame:frame_id":
                metadata[SorbetKeys.Component] = "CoordinateFrame:frame";
                break;
            default:
                break;
        }
    }

    private static Dictionary<string, string> WithColonDescriptor(IReadOnlyDictionary<string, string> metadata, SorbetVersion version)
    {
        var migrated = WithColonKeys(metadata);
        var isOldDescriptor = metadata.Keys.Any(key => key is "rerun.archetype" or "rerun.archetype_field" or "rerun.component")
            || migrated.ContainsKey("rerun:archetype_field");
        if (!isOldDescriptor)
        {
            return migrated;
        }
        migrated.Remove(SorbetKeys.Archetype, out var archetype);
        migrated.Remove("rerun:archetype_field", out var field);
        migrated.Remove(SorbetKeys.Component, out var type);
        if (archetype is not null)
        {
            archetype = RenameArchetype(archetype, ref field, version);
            migrated[SorbetKeys.Archetype] = archetype;
        }
        if (field is null)
        {
            if (type is not null)
            {
                migrated[SorbetKeys.Component] = type;
            }
            return migrated;
        }
        migrated[SorbetKeys.Component] = archetype is null ? field : $"{ComponentDescriptor.ShortName(archetype)}:{field}";
        if (type is not null)
        {
            migrated[SorbetKeys.ComponentType] = type;
        }
        return migrated;
    }

    private static string RenameArchetype(string archetype, ref string? field, SorbetVersion version)
    {
        if (!archetype.StartsWith(Archetypes, StringComparison.Ordinal))
        {
            return archetype;
        }
        var name = archetype[Archetypes.Length..];
        if (version < SorbetVersion.ColumnOrder)
        {
            if (field is not null && FieldRenames.TryGetValue((name, field), out var renamed))
            {
                (name, field) = renamed;
            }
            else if (ArchetypeRenames.TryGetValue(name, out var renamedArchetype))
            {
                name = renamedArchetype;
            }
        }
        return Archetypes + (name == "RecordingProperties" ? "RecordingInfo" : name);
    }

    private static Dictionary<string, string> WithColonKeys(IReadOnlyDictionary<string, string> metadata)
    {
        var migrated = new Dictionary<string, string>(metadata.Count);
        foreach (var (key, value) in metadata)
        {
            migrated[key.StartsWith("rerun.", StringComparison.Ordinal) ? "rerun:" + key["rerun.".Length..] : key] = value;
        }
        return migrated;
    }

    private static bool IsIndicator(Dictionary<string, string> metadata) =>
        SorbetKeys.IsSet(metadata, "rerun:is_indicator")
        || (metadata.TryGetValue(SorbetKeys.Component, out var component)
            && component.StartsWith(Components, StringComparison.Ordinal)
            && component.EndsWith("Indicator", StringComparison.Ordinal));
}
