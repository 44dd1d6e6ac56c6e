using Strata.Arrow;

namespace Strata.Rrd;

/// <summary>Bounds on what untrusted files may ask for. Source: rrd-format §11.</summary>
public static class RrdLimits
{
    /// <summary>Bytes of one message as stored. Arrays of .NET end at 2 GiB; SDK chunks are a few MiB.</summary>
    public const int MaxMessageBytes = 1 << 30;

    /// <summary>Bytes of one chunk or manifest after LZ4. As <see cref="MaxMessageBytes"/>.</summary>
    public const int MaxUncompressedBytes = 1 << 30;

    /// <summary>Bytes of a footer: it is a message as others. That of 100,000 chunks has some 20 MB.</summary>
    public const int MaxFooterBytes = MaxMessageBytes;

    /// <summary>An LZ4 block expands at most 255 times: a claim above that is a lie and must not drive an allocation.</summary>
    public const int MaxLz4Expansion = 255;

    /// <summary>Entries of a trailer. The format writes one; more are tolerated while they stay few.</summary>
    public const int MaxTrailerEntries = 16;

    /// <summary>Chunks of one manifest. Far above the largest known recordings, far below what exhausts memory.</summary>
    public const int MaxChunks = 16_000_000;

    /// <summary>Stores in one file; each costs a manifest and a schema.</summary>
    public const int MaxStores = 10_000;

    /// <summary>Columns of one chunk or schema. As <see cref="ArrowLimits.MaxColumns"/>, which every chunk and manifest meets first.</summary>
    public const int MaxColumns = ArrowLimits.MaxColumns;

    /// <summary>Cells of one manifest (chunks × generated columns): a crafted footer-less file could otherwise grow both at once.</summary>
    public const long MaxManifestCells = 400_000_000;

    /// <summary>Rows of one chunk. Columns of type Null carry rows without bytes, so that bytes alone do not bound them.</summary>
    public const int MaxRows = 100_000_000;

    /// <summary>Bytes of an entity path, component or timeline name: longer ones are attacks on whatever interns them.</summary>
    public const int MaxNameBytes = 64 * 1024;

    /// <summary>Parts of an entity path. Each costs an object: 64 KB of "/a/a/a…" would take a megabyte.</summary>
    public const int MaxPathParts = 1_000;

    /// <summary>Characters of all distinct entity paths and columns of one file: they are kept while it is open, and LZ4 makes them out of nothing. 100,000 columns of real robots have a tenth.</summary>
    public const long MaxNameChars = 1 << 25;

    /// <summary>Characters of a manifest's column names, of which each pair of a timeline and a component has its own: some 100,000 of real recordings, while a few long names make gigabytes.</summary>
    public const long MaxManifestNameChars = 1 << 26;

    /// <summary>Findings kept for one file; a file of garbage would otherwise fill memory with complaints.</summary>
    public const int MaxFindings = 1_000;

    /// <summary>Characters of one finding: it may quote a name, and names of hostile files have megabytes.</summary>
    public const int MaxFindingChars = 2_000;

    /// <summary>Unknown kinds up to here are skipped as messages of a later format; above it is garbage (§10.1).</summary>
    public const ulong MaxSkippableKind = 1 << 16;

    /// <summary>What looks like a message of a damaged file and is none costs reading it: that may happen so often, and no more.</summary>
    public const int MaxFalseCandidates = 100_000;

    /// <summary>Bytes that such candidates may make us read in vain, in times of the file.</summary>
    public const int MaxWastedTimesFile = 4;

    /// <summary>Decoded bytes of chunks that are compared for row ids that occur twice, in any file. Hardly any chunks of real writers overlap; in a crafted file every one could overlap every other.</summary>
    public const long FreeComparedBytes = 64L << 20;

    /// <summary>As <see cref="FreeComparedBytes"/>, in times of a larger file.</summary>
    public const int MaxComparedTimesFile = 8;

    /// <summary>Bytes of chunks that wait to be joined with others, however many entities there are: they lie in memory.</summary>
    public const long MaxWaitingBytes = 256L << 20;

    /// <summary>Decoded bytes of chunks that overlap in time and so lie in memory together while rows of a dataframe are given: two of the largest chunks. Those of real writers have a few MiB, and follow one another.</summary>
    public const long MaxHeldBytes = 2L << 30;

    /// <summary>Sets of columns of one entity that wait at a time to be joined; real ones have a handful.</summary>
    public const int MaxWaitingShapes = 64;

    /// <summary>Values that are printed of one cell, at all levels together: lists of lists show 16 times 16 times as many, and a few hundred bytes nest 30 of them.</summary>
    public const int MaxPrintedValues = 1_000;

    /// <summary>Bytes of a batch of a dataframe, as near as they can be told beforehand: a static image stands in every row.</summary>
    public const long MaxDataframeBatchBytes = 32 << 20;
}
