using Strata.Arrow;

namespace Strata.Rrd;

/// <summary>The manifest as the table that a footer carries. Source: rrd-format §9.2.</summary>
public static class ManifestTable
{
    internal const string EntityPathColumn = "chunk_entity_path";
    internal const string ChunkIdColumn = "chunk_id";
    internal const string IsStaticColumn = "chunk_is_static";
    internal const string NumRowsColumn = "chunk_num_rows";
    internal const string ByteOffsetColumn = "chunk_byte_offset";
    internal const string ByteSizeColumn = "chunk_byte_size";
    internal const string UncompressedColumn = "chunk_byte_size_uncompressed";

    /// <summary>The schemas of tables, which are one for all recordings of a robot.</summary>
    internal static ContentCache<Schema> Schemas { get; } = new();

    /// <summary>One row a chunk, with the columns, types and metadata of §9.2. Offsets are those of the manifest.</summary>
    public static RecordBatch From(RrdManifest manifest)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        var columns = new List<IArrowArray>();
        AddFixedColumns(columns, manifest);
        foreach (var component in manifest.Components)
        {
            columns.Add(BooleanArray.From(component.HasStaticData));
        }
        foreach (var timeline in manifest.Timelines)
        {
            AddRange(columns, timeline.Kind, timeline.Starts, timeline.Ends, timeline.IsPresent);
        }
        foreach (var range in manifest.ComponentRanges)
        {
            AddRange(columns, range.Kind, range.Starts, range.Ends, range.IsPresent);
            columns.Add(Unsigned(range.NumRows));
        }
        return new RecordBatch(ManifestShape.Of(manifest).TableSchema, columns, manifest.Count);
    }

    /// <summary>Reads a table that <see cref="From"/> or Rerun made. Generated columns are known by their metadata, never by their names.</summary>
    /// <exception cref="RrdFormatException">A fixed column is missing or of another type, or a value is impossible.</exception>
    public static RrdManifest Read(RecordBatch table)
    {
        ArgumentNullException.ThrowIfNull(table);
        return ManifestTableReader.Read(table, 0);
    }

    /// <summary>As <see cref="Read(RecordBatch)"/>, of a table as an Arrow IPC stream; its schema is remembered.</summary>
    /// <exception cref="ArrowFormatException">Not a stream, or a stream without a batch.</exception>
    /// <exception cref="RrdFormatException">A fixed column is missing or of another type, or a value is impossible.</exception>
    public static RrdManifest Read(ReadOnlyMemory<byte> stream) =>
        Read(new ArrowStreamReader(stream, Schemas).ReadNextRecordBatch() ?? throw new ArrowFormatException(stream.Length, "a record batch", "the end of the stream"));

    private static void AddFixedColumns(List<IArrowArray> columns, RrdManifest manifest)
    {
        var ids = new byte[manifest.Count * Tuid.Size];
        var paths = new string[manifest.Count];
        for (var i = 0; i < manifest.Count; i++)
        {
            manifest.ChunkIds[i].WriteBigEndian(ids.AsSpan(i * Tuid.Size));
            paths[i] = manifest.EntityPaths[i].ToWireText();
        }
        columns.Add(StringArray.From(paths));
        columns.Add(FixedSizeBinaryArray.Wrap(Tuid.Size, ids, manifest.Count));
        columns.Add(BooleanArray.From(manifest.IsStatic));
        columns.Add(Unsigned(manifest.NumRows));
        columns.Add(Unsigned(manifest.ByteOffsets));
        columns.Add(Unsigned(manifest.ByteSizes));
        columns.Add(Unsigned(manifest.UncompressedByteSizes));
    }

    private static void AddRange(List<IArrowArray> columns, TimelineKind kind, ReadOnlySpan<long> starts, ReadOnlySpan<long> ends, ReadOnlySpan<bool> isPresent)
    {
        columns.Add(TimelineTypes.ArrayOf(kind, starts, isPresent));
        columns.Add(TimelineTypes.ArrayOf(kind, ends, isPresent));
    }

    private static UInt64Array Unsigned(ReadOnlySpan<long> values) => UInt64Array.From(System.Runtime.InteropServices.MemoryMarshal.Cast<long, ulong>(values));
}
