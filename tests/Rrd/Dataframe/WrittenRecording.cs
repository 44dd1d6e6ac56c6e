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

    public WrittenRecording Clear(string entityPath, long time, bool recursive) => Add(id => ChunkBuilder.SendColumns(
        id, id.Next(), EntityPath.Parse(entityPath), [ChunkBuilder.Timeline("frame", TimelineKind.Sequence, [time])],
        [new ComponentColumn(new ComponentDescriptor("rerun.archetypes.Clear", "Clear:is_recursive", "rerun.components.ClearIsRecursive"), ListArray.OfUniformLength(BooleanArray.From([recursive]), 1))]));

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
