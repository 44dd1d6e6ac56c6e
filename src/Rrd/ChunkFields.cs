using Strata.Arrow;

namespace Strata.Rrd;

/// <summary>The Arrow fields that describe a chunk's columns, in chunks and in recording schemas. Source: rrd-format §4.3–4.5, §9.3.</summary>
internal static class ChunkFields
{
    public static Field RowId(bool isSorted)
    {
        var metadata = new Dictionary<string, string>
        {
            [SorbetKeys.Kind] = SorbetKeys.KindControl,
            [SorbetKeys.ExtensionName] = SorbetKeys.TuidExtension,
            [SorbetKeys.ExtensionMetadata] = SorbetKeys.RowNamespace,
        };
        AddFlag(metadata, SorbetKeys.IsSorted, isSorted);
        return new Field(SorbetKeys.RowIdColumn, new FixedSizeBinaryType(Tuid.Size), nullable: false, metadata);
    }

    public static Field Index(string timeline, ArrowType type, bool isSorted)
    {
        var metadata = new Dictionary<string, string> { [SorbetKeys.Kind] = SorbetKeys.KindIndex, [SorbetKeys.IndexName] = timeline };
        AddFlag(metadata, SorbetKeys.IsSorted, isSorted);
        return new Field(timeline, type, nullable: true, metadata);
    }

    /// <summary>Metadata of a data column as it stands in a chunk.</summary>
    public static Dictionary<string, string> Data(ComponentDescriptor descriptor)
    {
        var metadata = new Dictionary<string, string> { [SorbetKeys.Kind] = SorbetKeys.KindData };
        AddDescriptor(metadata, descriptor);
        return metadata;
    }

    public static void AddDescriptor(Dictionary<string, string> metadata, ComponentDescriptor descriptor)
    {
        metadata[SorbetKeys.Component] = descriptor.Component;
        if (descriptor.Archetype is { } archetype)
        {
            metadata[SorbetKeys.Archetype] = archetype;
        }
        if (descriptor.ComponentType is { } type)
        {
            metadata[SorbetKeys.ComponentType] = type;
        }
    }

    public static void AddFlag(Dictionary<string, string> metadata, string key, bool isSet)
    {
        if (isSet)
        {
            metadata[key] = SorbetKeys.True;
        }
    }

    /// <summary>The descriptor in a column's metadata; the field name stands in for a missing component.</summary>
    public static ComponentDescriptor Descriptor(IReadOnlyDictionary<string, string> metadata, string fieldName) => new(
        NotEmpty(metadata, SorbetKeys.Archetype),
        NotEmpty(metadata, SorbetKeys.Component) ?? fieldName,
        NotEmpty(metadata, SorbetKeys.ComponentType));

    private static string? NotEmpty(IReadOnlyDictionary<string, string> metadata, string key) =>
        metadata.TryGetValue(key, out var value) && value.Length > 0 ? value : null;
}
