using Strata.Arrow;
using Strata.Rrd.Building;

namespace Strata.Rrd.Tests.Building;

/// <summary>Calls of the SDK's names make chunks as the SDK makes them.</summary>
public class RecordingBuilderTests
{
    private static readonly EntityPath Arm = EntityPath.Parse("/arm");

    [Fact]
    public async Task One_call_is_one_chunk_that_is_in_the_stream_when_the_call_is_over()
    {
        using var stream = new MemoryStream();
        var recording = await RecordingBuilder.StartAsync(stream, Built.Options, Built.Token);
        for (var call = 1; call <= 3; call++)
        {
            await recording.SendColumnsAsync(Arm, [TimeColumn.Sequence("frame", [call, call + 1])], [ChunkBuilder.Scalars([call, 0.5])], Built.Token);

            var reader = await Recording.OpenAsync(stream.ToArray());
            reader.Contents.Findings.ShouldBeEmpty();
            (await reader.ChunksAsync()).Count.ShouldBe(call);
        }
    }

    [Fact]
    public async Task Ids_and_source_are_those_that_were_chosen()
    {
        var reader = await Recording.OpenAsync(await Built.WriteAsync(
            recording => recording.SendStaticAsync(Arm, [ChunkBuilder.Scalars([1])], Built.Token).AsTask(), Built.Options with { Source = StoreSource.Other("arm firmware 4") }));

        var store = reader.Contents.Recordings.ShouldHaveSingleItem();
        store.Id.ShouldBe(StoreId.Recording("rerun_example_builder", "builder_1"));
        store.Source.Description.ShouldBe("arm firmware 4");
    }

    [Fact]
    public async Task Who_gives_the_first_id_gets_the_same_bytes_each_time_and_who_gives_none_new_ones()
    {
        Task<byte[]> Write(RecordingOptions options) => Built.WriteAsync(recording => recording.SendStaticAsync(Arm, [ChunkBuilder.Scalars([1])], Built.Token).AsTask(), options);

        (await Write(Built.Options)).ShouldBe(await Write(Built.Options));
        var (one, other) = (new RecordingOptions { ApplicationId = "a" }, new RecordingOptions { ApplicationId = "a" });
        one.RecordingId.ShouldNotBe(other.RecordingId);
        (await Built.ChunksAsync(await Write(one)))[0].Id.ShouldNotBe((await Built.ChunksAsync(await Write(other)))[0].Id);
    }

    [Fact]
    public async Task Rows_are_written_by_time_timelines_in_the_order_of_their_names()
    {
        var chunk = (await Built.ChunksAsync(await Built.WriteAsync(recording => recording.SendColumnsAsync(
            Arm, [TimeColumn.Sequence("frame", [3, 1, 2, 1]), TimeColumn.Duration("a time", [5, 1, 1, 1])], [ChunkBuilder.Scalars([1, 2, 3, 4])], Built.Token).AsTask())))[0];

        chunk.Timeline("a time")!.Times.ToArray().ShouldBe([1, 1, 1, 5]);
        chunk.Timeline("frame")!.Times.ToArray().ShouldBe([1, 1, 2, 3]);
        Values(chunk).ShouldBe([2, 4, 3, 1]);
        Enumerable.Range(0, 4).Select(chunk.RowId).ShouldBe(Enumerable.Range(1, 4).Select(row => chunk.Id.Next((ulong)row)), "the SDK's row ids follow the chunk's");
    }

    [Fact]
    public async Task Static_rows_keep_their_order()
    {
        var chunk = (await Built.ChunksAsync(await Built.WriteAsync(recording => recording.SendColumnsAsync(Arm, [], [ChunkBuilder.Scalars([3, 1])], Built.Token).AsTask())))[0];

        chunk.IsStatic.ShouldBeTrue();
        Values(chunk).ShouldBe([3, 1]);
    }

    [Fact]
    public async Task Properties_name_and_start_time_are_what_a_catalog_shows()
    {
        var reader = await Recording.OpenAsync(await Built.WriteAsync(async recording =>
        {
            await recording.SendRecordingStartTimeAsync(1_739_265_272_000_000_000, Built.Token);
            await recording.SendRecordingNameAsync("morning run", Built.Token);
            await recording.SendPropertyAsync("quality/2", [ChunkBuilder.AnyValue("good", BooleanArray.From([true]))], Built.Token);
        }));

        var properties = await RecordingProperties.ReadAsync(reader, reader.Contents.Recordings.Single(), Built.Token);
        properties.Batch.Schema.FieldsList.Select(field => field.Name).ShouldBe([@"property:RecordingInfo:name", "property:RecordingInfo:start_time", @"property:quality_/2:good"]);
    }

    [Fact]
    public async Task A_partition_gives_each_row_its_own_number_of_items()
    {
        var column = ComponentColumn.Partition(ComponentDescriptor.Any("v"), Int64Array.From([1, 2, 3]), [2, 0, 1]);

        var chunk = (await Built.ChunksAsync(await Built.WriteAsync(recording => recording.SendColumnsAsync(Arm, [TimeColumn.Sequence("frame", [1, 2, 3])], [column], Built.Token).AsTask())))[0];

        chunk.Component("v")!.Lists.ValueOffsets.ToArray().ShouldBe([0, 2, 2, 3]);
        Should.Throw<ArgumentException>(() => ComponentColumn.Partition(ComponentDescriptor.Any("v"), Int64Array.From([1, 2, 3]), [2, 2])).Message.ShouldContain("hold 3 items together, found 2 in row 1 after 2");
        Should.Throw<ArgumentException>(() => ComponentColumn.Partition(ComponentDescriptor.Any("v"), Int64Array.From([1, 2, 3]), [2])).Message.ShouldContain("found 2 in 1 rows");
        Should.Throw<ArgumentException>(() => ComponentColumn.Partition(ComponentDescriptor.Any("v"), Int64Array.From([1, 2, 3]), [4, -1])).Message.ShouldContain("found 4 in row 0");
    }

    [Fact]
    public async Task A_chunk_costs_its_row_ids_and_nothing_else_that_grows_with_its_rows()
    {
        const int rows = 50_000;
        var recording = await RecordingBuilder.StartAsync(Stream.Null, Built.Options, Built.Token);
        var (frames, scalars) = (TimeColumn.Sequence("frame", [.. Enumerable.Range(0, rows).Select(row => (long)row)]), ChunkBuilder.Scalars(new double[rows]));

        // The first one rents the buffers that the second one finds.
        await recording.SendColumnsAsync(Arm, [frames], [scalars], Built.Token);

        var before = GC.GetAllocatedBytesForCurrentThread();
        await recording.SendColumnsAsync(Arm, [frames], [scalars], Built.Token);

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeInRange(Tuid.Size * rows, (Tuid.Size * rows) + (64 * 1024));
    }

    private static double[] Values(Chunk chunk) => ((DoubleArray)chunk.Component("Scalars:scalars")!.Lists.Values).Values.ToArray();
}
