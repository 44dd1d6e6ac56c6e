namespace Strata.Rrd;

/// <summary>Metadata keys and values of chunk schemas. Source: rrd-format §4.</summary>
public static class SorbetKeys
{
    /// <summary>Of a chunk: its id, as <c>chunk_</c> and hex digits (§5).</summary>
    public const string ChunkId = "rerun:id";

    /// <summary>Of a chunk, or of a column of a recording schema: the entity, escaped (§7.1).</summary>
    public const string EntityPath = "rerun:entity_path";

    /// <summary>Of a chunk: version of these rules (§12.2).</summary>
    public const string SorbetVersion = "sorbet:version";

    /// <summary>Of a column: what it is, one of the three that follow.</summary>
    public const string Kind = "rerun:kind";

    /// <summary>The row ids (§4.3).</summary>
    public const string KindControl = "control";

    /// <summary>A timeline (§4.4).</summary>
    public const string KindIndex = "index";

    /// <summary>A component (§4.5).</summary>
    public const string KindData = "data";

    /// <summary>Of a timeline: its name.</summary>
    public const string IndexName = "rerun:index_name";

    /// <summary>Of row ids or a timeline: the values never decrease.</summary>
    public const string IsSorted = "rerun:is_sorted";

    /// <summary>Of a component: full name of its archetype.</summary>
    public const string Archetype = "rerun:archetype";

    /// <summary>Of a component: its identifier, the key within the entity.</summary>
    public const string Component = "rerun:component";

    /// <summary>Of a component: full name of its type.</summary>
    public const string ComponentType = "rerun:component_type";

    /// <summary>In recording schemas: some chunk has it without timelines (§9.3).</summary>
    public const string IsStatic = "rerun:is_static";

    /// <summary>In recording schemas: it clears others (§9.3).</summary>
    public const string IsTombstone = "rerun:is_tombstone";

    /// <summary>In recording schemas: no chunk has a value of it (§9.3).</summary>
    public const string IsSemanticallyEmpty = "rerun:is_semantically_empty";

    /// <summary>In manifests: the timeline of a column, or <see cref="StaticIndex"/>.</summary>
    public const string Index = "rerun:index";

    /// <summary>In manifests, in place of a timeline: static data.</summary>
    public const string StaticIndex = "rerun:static";

    /// <summary>Name of the column of row ids.</summary>
    public const string RowIdColumn = "rerun.controls.RowId";

    /// <summary>Arrow's key for the name of an extension type.</summary>
    public const string ExtensionName = "ARROW:extension:name";

    /// <summary>Arrow's key for the parameters of an extension type.</summary>
    public const string ExtensionMetadata = "ARROW:extension:metadata";

    /// <summary>Extension type of row ids.</summary>
    public const string TuidExtension = "rerun.datatypes.TUID";

    /// <summary>Parameters of the extension type of row ids.</summary>
    public const string RowNamespace = """{"namespace":"row"}""";

    /// <summary>Value of a flag that is set; one that is not has no key.</summary>
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
