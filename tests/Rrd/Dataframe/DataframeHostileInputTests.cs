using Strata.Rrd.Dataframe;

namespace Strata.Rrd.Tests.Dataframe;

/// <summary>Files and footers that lie.</summary>
public class DataframeHostileInputTests
{
    [Theory]
    [InlineData("overlapping_chunks.rrd", "frame")]
    [InlineData("nulls.rrd", "frame")]
    public async Task A_flip_of_any_byte_gives_rows_or_a_typed_error(string file, string index)
    {
        var bytes = await File.ReadAllBytesAsync(Path.Combine(TestData.Folder("sdk/features"), file), TestContext.Current.CancellationToken);
        for (var position = 0; position < bytes.Length; position++)
        {
            bytes[position] ^= 0xFF;
            try
            {
                var segments = Dataframes.Segments([await Recording.OpenAsync(bytes)]);
                await segments.ReadAsync(Dataframes.On(index, fill: true));
            }
            catch (Exception e) when (e is RrdFormatException or DataframeException)
            {
                e.Message.ShouldNotBeEmpty();
            }
            bytes[position] ^= 0xFF;
        }
    }

    [Fact]
    public async Task A_chunk_with_rows_before_those_that_the_footer_names_is_refused()
    {
        var recording = new WrittenRecording();
        var late = Enumerable.Range(20_000, 10_000).Select(time => ((long)time, 1.0)).ToArray();
        var layer = new WatchedLayer((await recording.Scalars("/a", [.. Enumerable.Range(0, 10_000).Select(time => ((long)time, 1.0))]).Scalars("/a", late).OpenAsync())["segment"].Single())
        {
            Instead = chunk => chunk.Timelines[0].Times[0] == 20_000 ? Moved(chunk, -15_000) : chunk,
        };
        var refused = await RefusedAsync(layer);
        refused.Expected.ShouldContain("times from");
        refused.Found.ShouldBe("5000");
    }

    [Fact]
    public async Task A_chunk_of_another_entity_than_the_footer_names_is_refused()
    {
        var layer = new WatchedLayer((await new WrittenRecording().Scalars("/a", (1, 1)).OpenAsync())["segment"].Single())
        {
            Instead = chunk => new Chunk(chunk.Id, EntityPath.Parse("/b"), chunk.RowIds, chunk.Timelines, chunk.Components),
        };
        (await RefusedAsync(layer)).Found.ShouldBe("one of /b");
    }

    [Fact]
    public async Task A_static_chunk_where_the_footer_has_a_temporal_one_is_refused()
    {
        var layer = new WatchedLayer((await new WrittenRecording().Scalars("/a", (1, 1)).OpenAsync())["segment"].Single())
        {
            Instead = chunk => new Chunk(chunk.Id, chunk.EntityPath, chunk.RowIds, [], chunk.Components),
        };
        (await RefusedAsync(layer)).Found.ShouldBe("a static one");
    }

    [Fact]
    public async Task Chunks_that_all_overlap_are_held_up_to_a_limit_and_those_behind_one_another_are_not_counted_together()
    {
        const int chunks = 40;
        const int rows = 10_000;
        var (overlapping, following) = (new WrittenRecording(), new WrittenRecording());
        for (var k = 0; k < chunks; k++)
        {
            overlapping.Scalars("/a", [.. Enumerable.Range(0, rows).Select(row => ((long)(row * chunks) + k, 0.0))]);
            following.Scalars("/a", [.. Enumerable.Range(0, rows).Select(row => ((long)(k * rows) + row, 0.0))]);
        }
        (await RowsAsync(following)).ShouldBe(chunks * rows);
        (await Should.ThrowAsync<DataframeException>(() => RowsAsync(overlapping))).Message.ShouldContain("overlap on the index 'frame'");

        static async Task<int> RowsAsync(WrittenRecording recording)
        {
            var layers = (await recording.OpenAsync())["segment"];
            var dataframe = new SegmentDataframe("segment", layers, DataframeSchema.Of(layers[0].Schema, Dataframes.On("frame"))) { MaxHeldBytes = 10 * rows * 36 };
            var count = 0;
            await foreach (var batch in dataframe.ReadAsync(TestContext.Current.CancellationToken))
            {
                count += batch.Length;
            }
            return count;
        }
    }

    private static Chunk Moved(Chunk chunk, long by) => new(
        chunk.Id, chunk.EntityPath, chunk.RowIds, [ChunkBuilder.Timeline("frame", TimelineKind.Sequence, [.. chunk.Timelines[0].Times.ToArray().Select(time => time + by)])], chunk.Components);

    private static Task<RrdFormatException> RefusedAsync(WatchedLayer layer) => Should.ThrowAsync<RrdFormatException>(async () =>
    {
        var schema = DataframeSchema.Of(layer.Schema, Dataframes.On("frame"));
        await foreach (var _ in new SegmentDataframe("segment", [layer], schema).ReadAsync(TestContext.Current.CancellationToken))
        {
        }
    });
}
