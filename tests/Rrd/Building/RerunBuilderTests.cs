using Strata.Arrow;
using Strata.Rrd.Tests.Editing;

namespace Strata.Rrd.Tests.Building;

/// <summary>The same calls with the real SDK and with ours make recordings that say the same.</summary>
public class RerunBuilderTests
{
    private const string Script = """
        import sys
        import numpy as np
        import rerun as rr

        recording = rr.RecordingStream("rerun_example_builder", recording_id="builder_1", send_properties=False)
        recording.save(sys.argv[1])
        recording.send_recording_start_time_nanos(1_739_265_272_000_000_000)
        recording.send_recording_name("morning run")
        recording.send_columns(
            "/arm/joint",
            [rr.TimeColumn("frame", sequence=[3, 1, 2, 1]), rr.TimeColumn("since start", duration=np.array([1, 5, 1, 1], dtype="timedelta64[ns]"))],
            rr.Scalars.columns(scalars=[1.0, 2.0, 3.0, 4.0]))
        recording.send_columns(
            "/arm/joints",
            [rr.TimeColumn("real_time", timestamp=np.array([1_739_265_272_000_000_000, 1_739_265_272_066_666_667], dtype="datetime64[ns]"))],
            rr.Scalars.columns(scalars=np.arange(6.0)).partition([2, 4]))
        recording.send_columns("/log/größe 1", [rr.TimeColumn("frame", sequence=[1, 2])], [*rr.AnyValues.columns(label=["a", "b"]), *rr.AnyValues.columns(count=[1, 2])])
        recording.send_columns(
            "/points",
            [rr.TimeColumn("frame", sequence=[1, 2])],
            rr.Points3D.columns(positions=[[1, 2, 3], [4, 5, 6], [7, 8, 9]], colors=[0xFF0000FF, 0x00FF00FF, 0x0000FFFF]).partition([1, 2]))
        recording.send_columns("/many", [rr.TimeColumn("frame", sequence=range(10_000))], rr.Scalars.columns(scalars=np.sin(np.arange(10_000.0) / 8)))
        recording.send_columns("/constant", [], rr.Scalars.columns(scalars=[3.0, 1.0]))
        recording.log("/note", rr.TextDocument("hello", media_type="text/plain"), static=True)
        recording.send_property("quality", rr.AnyValues(good=True, mean=0.5, by="arm"))
        recording.send_property("a/b", rr.AnyValues(good=[True, False]))
        recording.flush()
        print("\n".join(str(x) for x in np.sin(np.arange(10_000.0) / 8).view(np.int64)))
        """;

    [Fact]
    public async Task What_we_build_is_equal_to_what_the_SDK_writes_of_the_same_calls()
    {
        using var theirs = new TemporaryFile([]);
        var sines = (await RerunSdk.PythonToItsEndAsync(Script, theirs.Path)).Split('\n').Select(line => long.TryParse(line, out var bits) ? (double?)BitConverter.Int64BitsToDouble(bits) : null).OfType<double>().ToArray();
        sines.Length.ShouldBe(10_000);

        var bytes = await BuildAsync(sines);

        using var ours = new TemporaryFile(bytes);
        (await RerunSdk.RerunAsync("rrd", "verify", ours.Path)).ShouldContain("verified without error", Case.Insensitive);
        await RerunSdk.RerunAsync("rrd", "compare", "--unordered", theirs.Path, ours.Path);
        await Edited.ShouldSayTheSameAsync(await File.ReadAllBytesAsync(theirs.Path, Built.Token), bytes);
    }

    [Fact]
    public async Task A_value_that_differs_is_seen_by_both()
    {
        using var one = new TemporaryFile(await BuildAsync([1, 2, 3]));
        using var other = new TemporaryFile(await BuildAsync([1, 2, 4]));

        (await Edited.CompareAsync(await File.ReadAllBytesAsync(one.Path, Built.Token), await File.ReadAllBytesAsync(other.Path, Built.Token))).ShouldNotBeEmpty();
        (await Record.ExceptionAsync(() => RerunSdk.RerunAsync("rrd", "compare", "--unordered", one.Path, other.Path)))!.Message.ShouldContain("could not be matched");
    }

    private static Task<byte[]> BuildAsync(double[] many) => Built.WriteAsync(async recording =>
    {
        await recording.SendRecordingStartTimeAsync(1_739_265_272_000_000_000, Built.Token);
        await recording.SendRecordingNameAsync("morning run", Built.Token);
        await recording.SendColumnsAsync(EntityPath.Parse("/arm/joint"), [TimeColumn.Sequence("frame", [3, 1, 2, 1]), TimeColumn.Duration("since start", [1, 5, 1, 1])],
            [ChunkBuilder.Scalars([1, 2, 3, 4])], Built.Token);
        await recording.SendColumnsAsync(EntityPath.Parse("/arm/joints"), [TimeColumn.Timestamp("real_time", [1_739_265_272_000_000_000, 1_739_265_272_066_666_667])],
            [ComponentColumn.Partition(ChunkBuilder.Scalars([]).Descriptor, DoubleArray.From([0, 1, 2, 3, 4, 5]), [2, 4])], Built.Token);
        await recording.SendColumnsAsync(EntityPath.FromParts("log", "größe 1"), [TimeColumn.Sequence("frame", [1, 2])],
            [ComponentColumn.Of(ComponentDescriptor.Any("label"), StringArray.From("a", "b")), ComponentColumn.Of(ComponentDescriptor.Any("count"), Int64Array.From([1, 2]))], Built.Token);
        await recording.SendColumnsAsync(EntityPath.Parse("/points"), [TimeColumn.Sequence("frame", [1, 2])], Points(), Built.Token);
        await recording.SendColumnsAsync(EntityPath.Parse("/many"), [TimeColumn.Sequence("frame", [.. Enumerable.Range(0, many.Length).Select(row => (long)row)])], [ChunkBuilder.Scalars(many)], Built.Token);
        await recording.SendColumnsAsync(EntityPath.Parse("/constant"), [], [ChunkBuilder.Scalars([3, 1])], Built.Token);
        await recording.SendStaticAsync(EntityPath.Parse("/note"),
            [Text("text", "rerun.components.Text", "hello"), Text("media_type", "rerun.components.MediaType", "text/plain")], Built.Token);
        await recording.SendPropertyAsync("quality",
            [ChunkBuilder.AnyValue("good", BooleanArray.From([true])), ChunkBuilder.AnyValue("mean", DoubleArray.From([0.5])), ChunkBuilder.Text("by", "arm")], Built.Token);
        await recording.SendPropertyAsync("a/b", [ChunkBuilder.AnyValue("good", BooleanArray.From([true, false]))], Built.Token);
    });

    private static ComponentColumn[] Points()
    {
        var positions = FixedSizeListArray.From(new Field("item", FloatType.Default, nullable: false), 3, FloatArray.From([1, 2, 3, 4, 5, 6, 7, 8, 9]));
        return
        [
            ComponentColumn.Partition(ComponentDescriptor.Of("rerun.archetypes.Points3D", "positions", "rerun.components.Position3D"), positions, [1, 2]),
            ComponentColumn.Partition(ComponentDescriptor.Of("rerun.archetypes.Points3D", "colors", "rerun.components.Color"), UInt32Array.From([0xFF0000FF, 0x00FF00FF, 0x0000FFFF]), [1, 2]),
        ];
    }

    private static ComponentColumn Text(string field, string type, string text) =>
        ComponentColumn.OneRow(ComponentDescriptor.Of("rerun.archetypes.TextDocument", field, type), StringArray.From(text));
}
