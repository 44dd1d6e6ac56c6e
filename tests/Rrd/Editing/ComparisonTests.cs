using Strata.Rrd.Editing;

namespace Strata.Rrd.Tests.Editing;

public class ComparisonTests
{
    private static readonly ComparisonOptions Ordered = new();

    [Fact]
    public async Task Equal_recordings_have_no_differences_and_the_order_of_chunks_counts_unless_it_is_said_not_to()
    {
        var (one, other) = (Written(("/a", 1), ("/b", 2)), Written(("/b", 2), ("/a", 1)));

        (await Edited.CompareAsync(one, one, Ordered)).ShouldBeEmpty();
        (await Edited.CompareAsync(one, other)).ShouldBeEmpty();
        (await Edited.CompareAsync(one, other, Ordered)).Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_value_that_differs_is_named_with_entity_column_row_and_both_values()
    {
        var difference = (await Edited.CompareAsync(Written(("/a", 1), ("/b", 2)), Written(("/a", 1), ("/b", 3)))).ShouldHaveSingleItem();

        difference.ShouldBe(new RecordingDifference("/b", "Scalars:scalars in row 1", "[2]", "[3]"));
    }

    [Fact]
    public async Task A_chunk_that_only_one_has_is_named_on_its_side()
    {
        var difference = (await Edited.CompareAsync(Written(("/a", 1), ("/b", 2)), Written(("/a", 1)))).ShouldHaveSingleItem();

        (difference.EntityPath, difference.Right).ShouldBe(("/b", "none"));
        difference.Left.ShouldContain("2 rows");
    }

    [Fact]
    public async Task Log_time_never_counts_and_other_timelines_do_unless_they_are_ignored()
    {
        var (one, other) = (Written("log_time", 1), Written("log_time", 2));
        (await Edited.CompareAsync(one, other)).ShouldBeEmpty();

        (one, other) = (Written("tick", 1), Written("tick", 2));
        (await Edited.CompareAsync(one, other)).ShouldHaveSingleItem().What.ShouldBe("tick in row 0");
        (await Edited.CompareAsync(one, other, new ComparisonOptions { IgnoredTimelines = new HashSet<string> { "tick" } })).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_static_value_that_a_later_one_hides_does_not_count()
    {
        var both = Edited.Bytes("sdk/features/static_only.rrd");
        var hidden = await HiddenChunkAsync(both);

        (await Edited.CompareAsync(both, await WithoutAsync(both, hidden))).ShouldBeEmpty();
        var shown = (await (await Recording.OpenAsync(both)).ChunksAsync()).First(chunk => chunk.Id != hidden).Id;
        (await Edited.CompareAsync(both, await WithoutAsync(both, shown))).ShouldNotBeEmpty();
    }

    [Fact]
    public async Task Another_application_id_is_a_difference_and_another_recording_id_is_none()
    {
        var one = Written(("/a", 1));

        (await Edited.CompareAsync(one, Written(SampleLayer.Store with { RecordingId = "other" }, ("/a", 1)))).ShouldBeEmpty();
        (await Edited.CompareAsync(one, Written(SampleLayer.Store with { ApplicationId = "other" }, ("/a", 1)))).ShouldHaveSingleItem().What.ShouldBe("application id");
    }

    private static byte[] Written(params (string Path, double Value)[] chunks) => Written(SampleLayer.Store, chunks);

    private static byte[] Written(StoreId store, params (string Path, double Value)[] chunks) => Written(store, chunks.Select((chunk, i) =>
        ChunkBuilder.SendColumns(new Tuid(1, (ulong)i << 8), new Tuid(2, (ulong)i << 8), EntityPath.Parse(chunk.Path), [ChunkBuilder.Timeline("t", TimelineKind.Sequence, [1, 2])], [ChunkBuilder.Scalars([0, chunk.Value])])));

    private static byte[] Written(string timeline, long time) =>
        Written(SampleLayer.Store, [ChunkBuilder.SendColumns(new Tuid(1, 1), new Tuid(2, 1), EntityPath.Parse("/a"), [ChunkBuilder.Timeline(timeline, TimelineKind.Sequence, [time])], [ChunkBuilder.Scalars([0])])]);

    private static byte[] Written(StoreId store, IEnumerable<Chunk> chunks)
    {
        var output = new System.Buffers.ArrayBufferWriter<byte>();
        var writer = new RrdWriter(output, WriterProfile.V1);
        writer.SetStoreInfo(store, StoreSource.Other("test"), new Tuid(1, 1));
        foreach (var chunk in chunks)
        {
            writer.WriteChunk(store, chunk);
        }
        writer.Finish().ShouldBeNull();
        return output.WrittenSpan.ToArray();
    }

    // /world/text is written twice: first its text, then its text and media type.
    private static async Task<Tuid> HiddenChunkAsync(byte[] bytes) =>
        (await (await Recording.OpenAsync(bytes)).ChunksAsync()).Single(chunk => chunk.EntityPath.ToString() == "/world/text" && chunk.Components.Count == 1).Id;

    private static async Task<byte[]> WithoutAsync(byte[] bytes, Tuid id)
    {
        var reader = await Recording.OpenAsync(bytes);
        return Written(reader.Contents.Recordings.Single().Id, (await reader.ChunksAsync()).Where(chunk => chunk.Id != id));
    }
}
