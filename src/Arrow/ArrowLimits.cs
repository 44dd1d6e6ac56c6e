namespace Strata.Arrow;

/// <summary>Every bound that untrusted Arrow bytes meet. Source: rrd-format §11.</summary>
public static class ArrowLimits
{
    /// <summary>Depth of FlatBuffers tables: types, each in the table of its field, below message and schema, and above what says more of the innermost.</summary>
    public const int MaxFlatBufferDepth = MaxTypeDepth + 4;

    /// <summary>Visits of FlatBuffers tables in one message (arrow-rs' default). Visits and not distinct tables: shared sub-tables can blow up exponentially.</summary>
    public const int MaxFlatBufferTables = 1_000_000;

    /// <summary>A table and the offset to it take 8 bytes at least; half of that leaves room for writers that share tables.</summary>
    public const int BytesPerFlatBufferTable = 4;

    /// <summary>Tables that any message may have, however small.</summary>
    public const int FreeFlatBufferTables = 100;

    /// <summary>How often all text of a message may be read on average; more means strings that are shared to swell a schema in memory.</summary>
    public const int MaxTextSharing = 16;

    /// <summary>How often all bytes of a body may be part of a buffer on average: each buffer is checked, and many that lie at one place make a small message work without end. Writers share none.</summary>
    public const int MaxBodySharing = 4;

    /// <summary>Bytes of buffers that lie at one place which any message may have.</summary>
    public const int FreeSharedBodyBytes = 64 * 1024;

    /// <summary>Columns of a schema, or children of a field: a field of nothing takes some tens of bytes. The widest recordings seen have some hundreds; Rerun reads ten thousands.</summary>
    public const int MaxColumns = 100_000;

    /// <summary>Nesting of types: readers recurse over it. Arrow's own libraries end there too; arrow-rs, and so Rerun, reads 61 (it bounds tables at 64).</summary>
    public const int MaxTypeDepth = 64;

    /// <summary>Bytes of a column name; names are kept by catalogs for ever.</summary>
    public const int MaxNameBytes = 64 * 1024;

    /// <summary>Bytes of one metadata value; the longest known ones are JSON documents of some kilobytes.</summary>
    public const int MaxMetadataBytes = 16 * 1024 * 1024;

    /// <summary>Rows of a batch, or items of a child array: 2^30, so that lengths times small widths and offsets + 1 stay inside 32-bit arithmetic of consumers.</summary>
    public const int MaxRows = 1 << 30;

    /// <summary>Rows of an array that has no bytes (Null, zero-width types): nothing on the wire pays for them, so a consumer that allocates per row must not be driven by them.</summary>
    public const int MaxRowsWithoutBytes = 1 << 24;

    /// <summary>Bytes of one message that is remembered (<see cref="ContentCache{T}"/>). Schemas of real recordings have 1–30 kB; a larger one is made anew each time.</summary>
    public const int MaxRememberedBytes = 64 * 1024;

    /// <summary>
    /// Bytes of all messages that one cache remembers, with their overhead: some hundred schemas of real recordings. What is made of them is larger by a factor that
    /// <see cref="MaxTextSharing"/> and <see cref="BytesPerFlatBufferTable"/> bound, so that hostile schemas hold less than 100 MB.
    /// </summary>
    public const int MaxRememberedTotalBytes = 1024 * 1024;

    /// <summary>Bytes of a stream that is written into one array; the runtime's own limit for byte arrays.</summary>
    public const int MaxStreamBytes = 0x7FFFFFC7;

    /// <summary>Values that delta dictionaries may copy in one stream: each delta joins old and new values, which a hostile stream could ask for quadratically.</summary>
    public const long MaxDictionaryDeltaValues = 1L << 26;

    /// <summary>Bytes of dictionaries that deltas may copy in one stream: half of what the largest chunk may have. As <see cref="MaxDictionaryDeltaValues"/>, for few but long values.</summary>
    public const long MaxDictionaryDeltaBytes = 1L << 29;

    /// <summary>Values that any computation over arrays may look at, however few bytes they came of: a tenth of a second.</summary>
    public const int FreeVisits = 1 << 22;

    /// <summary>Values that each byte of a file earns beside those. A byte of LZ4 is 255 at most, which looked at together are 16 visits; bits, and offsets of nothing, are the cheapest values there are.</summary>
    public const int VisitsPerByte = 32;

    /// <summary>Bytes that take as long as a visit of one value where they are looked at together.</summary>
    public const int BytesOfVisit = 16;
}
