using Strata.Arrow;
using Strata.Rrd.Dataframe;

namespace Strata.Rrd.Tests.Dataframe;

/// <summary>What is read for a query, and how much of it lies in memory.</summary>
public class DataframeReadingTests
{
    [Fact]
    public async Task A_selection_of_columns_reads_only_the_chunks_that_it_needs()
    {
        var layer = await WatchedAsync("lerobot_names.rrd");
        var all = await BytesReadAsync(layer, Dataframes.On("real_time"));
        var entity = layer.Manifest.EntityPaths.ToArray().First(path => !path.IsProperty);
        var some = await BytesReadAsync(layer, Dataframes.On("real_time", false, entity.ToString()));
        layer.Read.ShouldAllBe(entry => entry.EntityPath == entity);
        some.ShouldBe(layer.Manifest.EntriesOf(entity).Sum(entry => entry.ByteSize));
        some.ShouldBeLessThan(all / 2);
    }

    [Fact]
    public async Task A_range_reads_only_chunks_that_reach_into_it_and_what_is_current_before_it()
    {
        var recording = new WrittenRecording();
        for (var k = 0; k < 20; k++)
        {
            recording.Scalars("/a", (10 * k, k), ((10 * k) + 5, k));
        }
        var layer = new WatchedLayer((await recording.OpenAsync())["segment"].Single());
        await BytesReadAsync(layer, Dataframes.On("frame") with { Ranges = [new(52, 64)] });
        layer.Read.Count.ShouldBe(2);
        await BytesReadAsync(layer, Dataframes.On("frame", fill: true) with { Ranges = [new(58, 59)] });
        layer.Read.Count.ShouldBe(1);
        await BytesReadAsync(layer, Dataframes.On("frame", fill: true) with { IndexValues = [3, 158] });
        layer.Read.Count.ShouldBe(2);
        await BytesReadAsync(layer, Dataframes.On("frame") with { IndexValues = [3, 160] });
        layer.Read.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Each_chunk_is_read_once_however_many_of_its_columns_are_wanted()
    {
        var layer = await WatchedAsync("one_entity.rrd");
        await BytesReadAsync(layer, Dataframes.On("real_time", fill: true));
        layer.Read.Select(entry => entry.Id).Distinct().Count().ShouldBe(layer.Read.Count);
    }

    [Fact]
    public async Task Chunks_are_let_go_of_while_rows_are_given()
    {
        const int chunks = 24, rows = 10_000;
        var recording = new WrittenRecording();
        for (var k = 0; k < chunks; k++)
        {
            recording.Scalars("/a", [.. Enumerable.Range(k * rows, rows).Select(time => ((long)time, (double)time))]);
        }
        var layer = new WatchedLayer((await recording.OpenAsync())["segment"].Single());
        var schema = DataframeSchema.Of(layer.Schema, Dataframes.On("frame", fill: true));
        var (most, total) = (0, 0);
        await foreach (var batch in new SegmentDataframe("segment", [layer], schema).ReadAsync(TestContext.Current.CancellationToken))
        {
            total += batch.Length;
            GC.Collect();
            most = Math.Max(most, layer.Given.Count(chunk => chunk.TryGetTarget(out _)));
        }
        total.ShouldBe(chunks * rows);
        most.ShouldBeLessThan(4);
    }

    [Fact]
    public async Task A_static_value_that_is_large_makes_short_batches_and_not_a_large_one()
    {
        var blob = ChunkBuilder.AnyValue("blob", UInt8Array.From(new byte[1 << 20]));
        var segments = await new WrittenRecording()
            .Scalars("/a", [.. Enumerable.Range(0, 100).Select(time => ((long)time, 1.0))])
            .Add(id => ChunkBuilder.SendStatic(id, id.Next(), EntityPath.Parse("/image"), blob)).OpenAsync();
        var batches = await segments.ReadAsync(Dataframes.On("frame"));
        batches.Sum(batch => batch.Length).ShouldBe(100);
        batches.Count.ShouldBeGreaterThan(2);
        batches.ShouldAllBe(batch => ArraySizes.BytesOf(batch.Column("/image:blob")) < 40 << 20);
    }

    private static async Task<long> BytesReadAsync(WatchedLayer layer, DataframeQuery query)
    {
        layer.Read.Clear();
        await foreach (var _ in new SegmentDataframe("segment", [layer], DataframeSchema.Of(layer.Schema, query)).ReadAsync(TestContext.Current.CancellationToken))
        {
        }
        return layer.BytesRead;
    }

    private static async Task<WatchedLayer> WatchedAsync(string file)
    {
        var segments = Dataframes.Segments([await Dataframes.OpenAsync(Path.Combine(TestData.Folder("sdk/joint_layouts"), file))]);
        return new WatchedLayer(segments.Values.Single().Single());
    }
}
