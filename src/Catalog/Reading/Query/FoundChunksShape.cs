using System.Collections.Immutable;
using Strata.Arrow;

namespace Strata.Catalog.Reading;

/// <summary>Columns of an answer that names chunks: those of both RPCs, which differ in where they tell when chunks start. Source: catalog-protocol §2.14, §11.3.</summary>
internal sealed class FoundChunksShape
{
    private static readonly Dictionary<string, string> Control = new() { ["rerun:kind"] = "control" };

    private static readonly ImmutableArray<Field> ChunkFields =
    [
        new(ChunkColumns.ChunkId, new FixedSizeBinaryType(ChunkColumns.IdBytes), nullable: false, Control),
        new("chunk_segment_id", StringType.Default, nullable: false, Control),
        new("rerun_segment_layer", StringType.Default, nullable: false),
        new("chunk_key", BinaryType.Default, nullable: false),
        new(ChunkColumns.EntityPath, StringType.Default, nullable: false, Control),
        new(ChunkColumns.IsStatic, BooleanType.Default, nullable: false, Control),
        new("chunk_byte_len", UInt64Type.Default, nullable: false),
        new(ChunkColumns.UncompressedSize, UInt64Type.Default, nullable: true),
    ];

    // Always null: chunks come through FetchChunks.
    private static readonly ImmutableArray<Field> UrlFields =
    [
        new("rerun_layer_direct_url", new DictionaryType(Int32Type.Default, StringType.Default), nullable: true),
        new("rerun_layer_direct_url_expires_at", new DictionaryType(Int32Type.Default, Int64Type.Default), nullable: true),
    ];

    private readonly bool _startsComeFirst;

    private FoundChunksShape(ImmutableArray<(string Timeline, Field Field)> starts, bool startsComeFirst)
    {
        Starts = starts;
        _startsComeFirst = startsComeFirst;
        var fields = starts.Select(s => s.Field);
        Schema = new Schema([.. ChunkFields, .. startsComeFirst ? fields.Concat(UrlFields) : UrlFields.Concat(fields)]);
    }

    public Schema Schema { get; }

    public ImmutableArray<(string Timeline, Field Field)> Starts { get; }

    /// <param name="timeline">That of the request; null where it has none.</param>
    public static FoundChunksShape OfFindChunks(string? timeline)
    {
        var field = new Field("chunk_timeline_start", Int64Type.Default, nullable: true, new Dictionary<string, string> { ["rerun:kind"] = "index" });
        return new([(timeline ?? "", field)], startsComeFirst: true);
    }

    public static FoundChunksShape OfQueryDataset(IEnumerable<string> timelines) => new([.. timelines.Select(t => (t, Start(t)))], startsComeFirst: false);

    public RecordBatch Table(int rows, IReadOnlyList<IArrowArray> chunks, IReadOnlyList<IArrowArray> starts)
    {
        var urls = UrlFields.Select(f => Nulls((DictionaryType)f.DataType, rows));
        return new RecordBatch(Schema, [.. chunks, .. _startsComeFirst ? starts.Concat(urls) : urls.Concat(starts)], rows);
    }

    private static Field Start(string timeline) => new(
        $"{timeline}:start",
        Int64Type.Default,
        nullable: true,
        new Dictionary<string, string> { ["rerun:index"] = timeline, ["rerun:kind"] = "index", ["rerun:index_marker"] = "start" });

    private static IArrowArray Nulls(DictionaryType type, int rows)
    {
        var validity = rows == 0 ? ArrowBuffer.Empty : new ArrowBuffer(new byte[Bitmap.ByteCount(rows)]);
        return ArrowArrayFactory.BuildArray(
            new ArrayData(type, rows, rows, 0, [validity, new ArrowBuffer(new byte[rows * sizeof(int)])], null, EmptyArrays.Of(type.ValueType)));
    }
}
