namespace Strata.Rrd;

/// <summary>The stable names of what a reader may find wrong. Source: rrd-format §10.</summary>
public static class RrdRules
{
    /// <summary>The file ends inside a message (§10.1).</summary>
    public const string Truncated = "truncated";

    /// <summary>A message kind that is not known was skipped (§1.3).</summary>
    public const string UnknownKind = "unknown-kind";

    /// <summary>Bytes at a message boundary that are neither a message nor a stream header (§10.1).</summary>
    public const string Garbage = "garbage";

    /// <summary>Bytes after the trailer that start no new stream (§1.4).</summary>
    public const string TrailingBytes = "trailing-bytes";

    /// <summary>The trailer or the footer cannot be used, so that the whole file was scanned (§1.5).</summary>
    public const string Footer = "footer";

    /// <summary>The checksum of the footer does not match its bytes (§1.4).</summary>
    public const string FooterChecksum = "footer-checksum";

    /// <summary>A manifest in the footer breaks a rule of §9.6.</summary>
    public const string Manifest = "manifest";

    /// <summary>The schema hash in the footer is not that of its schema (§9.4).</summary>
    public const string SchemaHash = "schema-hash";

    /// <summary>Several streams one after another in one file (§1.6).</summary>
    public const string Concatenated = "concatenated";

    /// <summary>A store is announced incompletely or not at all (§2.1, §10.2).</summary>
    public const string StoreInfo = "store-info";

    /// <summary>A message whose payload cannot be decoded was skipped (§10.1).</summary>
    public const string Message = "message";

    /// <summary>A chunk that breaks the chunk schema was skipped (§4).</summary>
    public const string Chunk = "chunk";

    /// <summary>A second chunk with a known id was ignored (§4.6).</summary>
    public const string DuplicateChunk = "duplicate-chunk";

    /// <summary>The file is of a newer version than what is known here (§1.2, §4.1).</summary>
    public const string NewerVersion = "newer-version";

    /// <summary>Rows are marked as sorted and are not (§4.4).</summary>
    public const string FalselySorted = "falsely-sorted";

    /// <summary>There is no footer, so that every reader scans the file (§1.4).</summary>
    public const string NoFooter = "no-footer";

    /// <summary>The footer says of a chunk what is not true of it (§9.2).</summary>
    public const string ManifestRow = "manifest-row";

    /// <summary>The schema in the footer is not that of the chunks (§9.3).</summary>
    public const string Schema = "schema";

    /// <summary>A chunk stands before the announcement of its store (§2.1).</summary>
    public const string StoreOrder = "store-order";

    /// <summary>An application id that is missing or is read as another one (§2.2).</summary>
    public const string ApplicationId = "application-id";

    /// <summary>What stands around a chunk does not fit it (§2.3).</summary>
    public const string ArrowMessage = "arrow-message";

    /// <summary>The Arrow stream of a chunk has more than one record batch, or bytes behind its end (§3.3).</summary>
    public const string ArrowStream = "arrow-stream";

    /// <summary>A command activates what is no blueprint of the file (§2.4).</summary>
    public const string Activation = "activation";

    /// <summary>An entity path is not written as it should be (§7.1).</summary>
    public const string EntityPath = "entity-path";

    /// <summary>A component's column is not called what its metadata says (§4.5).</summary>
    public const string ColumnName = "column-name";

    /// <summary>A chunk without rows or components (§4.5).</summary>
    public const string EmptyChunk = "empty-chunk";

    /// <summary>The version of a chunk's schema is missing, old or none (§4.1).</summary>
    public const string SorbetVersion = "sorbet-version";

    /// <summary>Columns are not in the order row ids, timelines, components (§4.2).</summary>
    public const string ColumnOrder = "column-order";

    /// <summary>The row ids have another type than they should (§4.3).</summary>
    public const string RowIdColumn = "row-id-column";

    /// <summary>The row ids of a chunk do not ascend (§4.6).</summary>
    public const string RowOrder = "row-order";

    /// <summary>Two rows of one id have the same component of an entity (§4.6).</summary>
    public const string DuplicateRow = "duplicate-row";

    /// <summary>So many chunks overlap in their row ids that not all of them were compared (§4.6).</summary>
    public const string RowIdOverlap = "row-id-overlap";

    /// <summary>A timeline has a time zone, or the time that stands for static data (§4.4).</summary>
    public const string IndexColumn = "index-column";

    /// <summary>A component is no list of nullable items (§4.5).</summary>
    public const string DataColumn = "data-column";

    /// <summary>A component changes its type from chunk to chunk (§4.5).</summary>
    public const string ColumnType = "column-type";

    /// <summary>An entity has a name that is Rerun's own (§7.1).</summary>
    public const string ReservedName = "reserved-name";
}
