using System.Buffers;
using Strata.Arrow;
using Strata.Rrd.Dataframe;

namespace Strata.Rrd.Tests.Dataframe;

/// <summary>A recording of a few numbers, made for one test. Chunks and rows are numbered in the order in which they are made.</summary>
internal sealed class WrittenRecording(string segment = "segment")
{
    private readonly List<Chunk> _chunks = [];
    private ulong _ids = 1;

    public WrittenRecording Scalars(string entityPath, params (long Time, double Value)[] rows)
    {
        var time = ChunkBuilder.Timeline("frame", TimelineKind.Sequence, [.. rows.Select(row => row.Time)]);
        return Add(id => ChunkBuilder.SendColumns(id, id.Next(), EntityPath.Parse(entityPath), [time], [ChunkBuilder.Scalars([.. rows.Select(row => row.Value)])]));
    }

    public IReadOnlyList<Chunk> Chunks => _chunks;

    /// <summary>Scalars of any number a row; null: a null list.</summary>
    public WrittenRecording Lists(string entityPath, params (long Time, double[]? Values)[] rows)
    {
        int[] offsets = [0, .. rows.Select((_, i) => rows.Take(i + 1).Sum(row => row.Values?.Length ?? 0))];
        var lists = ListArray.From(new Field("item", DoubleType.Default, nullable: true), offsets, DoubleArray.From([.. rows.SelectMany(row => row.Values ?? [])]), [.. rows.Select(row => row.Values is not null)]);
        return Add(id => ChunkBuilder.SendColumns(
            id, id.Next(), EntityPath.Parse(entityPath), [ChunkBuilder.Timeline("frame", TimelineKind.Sequence, [.. rows.Select(row => row.Time)])],
            [new ComponentColumn(new ComponentDescriptor("rerun.archetypes.Scalars", "Scalars:scalars", "rerun.components.Scalar"), lists)]));
    }

    public WrittenRecording Clear(string entityPath, long time, bool recursive) => Clears(entityPath, recursive, [time]);

    public WrittenRecording Clears(string entityPath, long[] times) => Clears(entityPath, false, times);

    private WrittenRecording Clears(string entityPath, bool recursive, long[] times) => Add(id => ChunkBuilder.SendColumns(
        id, id.Next(), EntityPath.Parse(entityPath), [ChunkBuilder.Timeline("frame", TimelineKind.Sequence, times)],
        [new ComponentColumn(
            new ComponentDescriptor("rerun.archetypes.Clear", "Clear:is_recursive", "rerun.components.ClearIsRecursive"),
            ListArray.OfUniformLength(BooleanArray.From([.. times.Select(_ => recursive)]), 1))]));

    public WrittenRecording Static(string entityPath, double value) =>
        Add(id => ChunkBuilder.SendStatic(id, id.Next(), EntityPath.Parse(entityPath), ChunkBuilder.Scalars([value])));

    public WrittenRecording Add(Func<Tuid, Chunk> chunk)
    {
        _chunks.Add(chunk(new Tuid(1_000 * _ids++, 0)));
        return this;
    }

    public byte[] ToBytes()
    {
        var store = StoreId.Recording("rerun_example_strata", segment);
        var output = new ArrayBufferWriter<byte>();
        var writer = new RrdWriter(output, WriterProfile.V1);
        writer.SetStoreInfo(store, StoreSource.Other("Strata"), new Tuid(1, 1));
        foreach (var chunk in _chunks)
        {
            writer.WriteChunk(store, chunk);
        }
        writer.Finish().ShouldBeNull();
        return output.WrittenSpan.ToArray();
    }

    public async Task<SortedDictionary<string, List<IDataframeLayer>>> OpenAsync() => Dataframes.Segments([await Recording.OpenAsync(ToBytes())]);
}
