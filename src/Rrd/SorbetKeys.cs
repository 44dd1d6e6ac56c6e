namespace Strata.Rrd;

/// <summary>Metadata keys and values of chunk schemas. Source: rrd-format §4.</summary>
public static class SorbetKeys
{
    public const string ChunkId = "rerun:id";
    public const string EntityPath = "rerun:entity_path";
    public const string SorbetVersion = "sorbet:version";

    public const string Kind = "rerun:kind";
    public const string KindControl = "control";
    public const string KindIndex = "index";
    public const string KindData = "data";

    public const string IndexName = "rerun:index_name";
    public const string IsSorted = "rerun:is_sorted";
    public const string Archetype = "rerun:archetype";
    public const string Component = "rerun:component";
    public const string ComponentType = "rerun:component_type";
    public const string IsStatic = "rerun:is_static";
    public const string IsTombstone = "rerun:is_tombstone";
    public const string IsSemanticallyEmpty = "rerun:is_semantically_empty";

    /// <summary>In manifests: the timeline of a column, or <see cref="StaticIndex"/>.</summary>
    public const string Index = "rerun:index";
    public const string StaticIndex = "rerun:static";

    public const string RowIdColumn = "rerun.controls.RowId";
    public const string ExtensionName = "ARROW:extension:name";
    public const string ExtensionMetadata = "ARROW:extension:metadata";
    public const string TuidExtension = "rerun.datatypes.TUID";
    public const string RowNamespace = """{"namespace":"row"}""";
    public const string True = "true";

    /// <summary>A flag is set when its key is there and its value is neither "false" nor "no".</summary>
    public static bool IsSet(IReadOnlyDictionary<string, string> metadata, string key)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        return metadata.TryGetValue(key, out var value)
            && !value.Equals("false", StringComparison.OrdinalIgnoreCase)
            && !value.Equals("no", StringComparison.OrdinalIgnoreCase);
    }
}
