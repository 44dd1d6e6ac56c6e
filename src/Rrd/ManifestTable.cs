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

    /// <summary>One row a chunk, with the columns, types and metadata of §9.2. Offsets are those of the manifest.</summary>
    public static RecordBatch From(RrdManifest manifest)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        var table = new TableBuilder();
        AddFixedColumns(table, manifest);
        foreach (var component in manifest.Components)
        {
            var metadata = new Dictionary<string, string> { [SorbetKeys.Index] = SorbetKeys.StaticIndex };
            ChunkFields.AddDescriptor(metadata, component.Component);
            table.Add(ColumnNames.Manifest(null, component.Component, ColumnNames.HasStaticDataSuffix), false, BooleanArray.From(component.HasStaticData), metadata);
        }
        foreach (var timeline in manifest.Timelines)
        {
            var metadata = new Dictionary<string, string> { [SorbetKeys.Index] = timeline.Timeline };
            table.AddRange(timeline.Timeline, timeline.Kind, null, timeline.Starts, timeline.Ends, timeline.IsPresent, metadata);
        }
        foreach (var range in manifest.ComponentRanges)
        {
            var metadata = new Dictionary<string, string> { [SorbetKeys.Index] = range.Timeline };
            ChunkFields.AddDescriptor(metadata, range.Component);
            table.AddRange(range.Timeline, range.Kind, range.Component, range.Starts, range.Ends, range.IsPresent, metadata);
            table.Add(ColumnNames.Manifest(range.Timeline, range.Component, ColumnNames.NumRowsSuffix), true, Unsigned(range.NumRows), metadata);
        }
        return new RecordBatch(new Schema(table.Fields), table.Columns, manifest.Count);
    }

    /// <summary>Reads a table that <see cref="From"/> or Rerun made. Generated columns are known by their metadata, never by their names.</summary>
    /// <exception cref="RrdFormatException">A fixed column is missing or of another type, or a value is impossible.</exception>
    public static RrdManifest Read(RecordBatch table)
    {
        ArgumentNullException.ThrowIfNull(table);
        return ManifestTableReader.Read(table, 0);
    }

    private static void AddFixedColumns(TableBuilder table, RrdManifest manifest)
    {
        var ids = new byte[manifest.Count * Tuid.Size];
        var paths = new string[manifest.Count];
        for (var i = 0; i < manifest.Count; i++)
        {
            manifest.ChunkIds[i].WriteBigEndian(ids.AsSpan(i * Tuid.Size));
            paths[i] = manifest.EntityPaths[i].ToWireText();
        }
        table.Add(EntityPathColumn, false, StringArray.From(paths), null);
        table.Add(ChunkIdColumn, false, FixedSizeBinaryArray.Wrap(Tuid.Size, ids, manifest.Count), null);
        table.Add(IsStaticColumn, false, BooleanArray.From(manifest.IsStatic), null);
        table.Add(NumRowsColumn, false, Unsigned(manifest.NumRows), null);
        table.Add(ByteOffsetColumn, false, Unsigned(manifest.ByteOffsets), null);
        table.Add(ByteSizeColumn, false, Unsigned(manifest.ByteSizes), null);
        table.Add(UncompressedColumn, false, Unsigned(manifest.UncompressedByteSizes), null);
    }

    private static UInt64Array Unsigned(ReadOnlySpan<long> values) => UInt64Array.From(System.Runtime.InteropServices.MemoryMarshal.Cast<long, ulong>(values));

    private sealed class TableBuilder
    {
        public List<Field> Fields { get; } = [];

        public List<IArrowArray> Columns { get; } = [];

        public void Add(string name, bool nullable, IArrowArray column, Dictionary<string, string>? metadata)
        {
            Fields.Add(new Field(name, column.DataType, nullable, metadata));
            Columns.Add(column);
        }

        public void AddRange(
            string timeline,
            TimelineKind kind,
            ComponentDescriptor? component,
            ReadOnlySpan<long> starts,
            ReadOnlySpan<long> ends,
            ReadOnlySpan<bool> isPresent,
            Dictionary<string, string> metadata)
        {
            Add(ColumnNames.Manifest(timeline, component, ColumnNames.StartSuffix), true, TimelineTypes.ArrayOf(kind, starts, isPresent), metadata);
            Add(ColumnNames.Manifest(timeline, component, ColumnNames.EndSuffix), true, TimelineTypes.ArrayOf(kind, ends, isPresent), metadata);
        }
    }
}
