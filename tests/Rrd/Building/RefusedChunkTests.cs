using Strata.Arrow;
using Strata.Rrd.Building;

namespace Strata.Rrd.Tests.Building;

/// <summary>What Rerun would refuse, drop or misread is refused with what was expected and found, and the recording goes on.</summary>
public class RefusedChunkTests
{
    private static readonly EntityPath Arm = EntityPath.Parse("/arm");
    private static readonly TimeColumn Frames = TimeColumn.Sequence("frame", [1, 2]);
    private static readonly ComponentColumn Scalars = ChunkBuilder.Scalars([1, 2]);

    [Fact]
    public async Task Columns_of_different_lengths() =>
        await RefusedAsync(Arm, [TimeColumn.Sequence("frame", [1, 2, 3])], [Scalars], "2 rows in every column", "3 rows in the timeline 'frame'");

    [Fact]
    public async Task A_name_that_occurs_twice()
    {
        await RefusedAsync(Arm, [Frames, Frames], [Scalars], "each timeline once", "the timeline 'frame' twice");
        await RefusedAsync(Arm, [Frames], [Scalars, Scalars], "each component once", "the component 'Scalars:scalars' twice");
    }

    [Fact]
    public async Task No_components_or_no_rows()
    {
        await RefusedAsync(Arm, [Frames], [], "at least one component", "none");
        await RefusedAsync(Arm, [TimeColumn.Sequence("frame", [])], [ChunkBuilder.Scalars([])], "rows and components", "0 rows and 1 components");
    }

    [Fact]
    public async Task A_timeline_or_a_component_that_becomes_another_one()
    {
        await RefusedAsync(Arm, [TimeColumn.Timestamp("frame", [1, 2])], [Scalars], "the timeline 'frame' as Sequence, as earlier chunks have it", "Timestamp");
        await RefusedAsync(Arm, [Frames], [ComponentColumn.Of(Scalars.Descriptor, FloatArray.From([1, 2]))], "'Scalars:scalars' as List(Float64), as earlier chunks have it", "List(Float32)");
    }

    [Fact]
    public async Task The_time_that_stands_for_static_data_and_a_time_zone()
    {
        await RefusedAsync(Arm, [TimeColumn.Sequence("frame", [1, long.MinValue])], [Scalars], $"times of 'frame' above {long.MinValue}", "that time, which stands for static data");
        await RefusedAsync(Arm, [new TimeColumn("real_time", TimestampArray.From(new TimestampType(TimeUnit.Nanosecond, "UTC"), [1, 2]))], [Scalars],
            "the timeline 'real_time' in UTC without a time zone", "the zone 'UTC'");
    }

    [Fact]
    public async Task Names_of_Reruns_own_and_names_that_no_reader_takes()
    {
        await RefusedAsync(EntityPath.Parse("/__properties/quality"), [], [Scalars], "an entity of yours", "a name that begins with '__', which is Rerun's own");
        await RefusedAsync(EntityPath.Parse(string.Concat(Enumerable.Repeat("/a", RrdLimits.MaxPathParts + 1))), [], [Scalars], "a path of at most 1000 parts", "one of 1001");
        await RefusedAsync(Arm, [], [ComponentColumn.OneRow(ComponentDescriptor.Any(new string('a', RrdLimits.MaxNameBytes + 1)), Int64Array.From([1]))], "names of at most 65536 bytes", "one of 65537 characters");
    }

    [Fact]
    public async Task An_application_id_that_Rerun_would_rewrite()
    {
        var refused = await Should.ThrowAsync<ArgumentException>(async () => await RecordingBuilder.StartAsync(Stream.Null, new RecordingOptions { ApplicationId = "my.app" }, Built.Token));

        refused.Message.ShouldContain("found 'my.app': use ApplicationId.Normalise");
    }

    private static async Task RefusedAsync(EntityPath path, IReadOnlyList<TimeColumn> indexes, IReadOnlyList<ComponentColumn> columns, string expected, string found)
    {
        var bytes = await Built.WriteAsync(async recording =>
        {
            await recording.SendColumnsAsync(Arm, [Frames], [Scalars], Built.Token);
            var before = recording.Position;
            var refused = await Should.ThrowAsync<ChunkRefusedException>(async () => await recording.SendColumnsAsync(path, indexes, columns, Built.Token));
            (refused.EntityPath, refused.Expected, refused.Found).ShouldBe((path, expected, found));
            recording.Position.ShouldBe(before);
            await recording.SendColumnsAsync(Arm, [TimeColumn.Sequence("frame", [3, 4])], [Scalars], Built.Token);
        });
        (await Built.ChunksAsync(bytes)).Count.ShouldBe(2);
    }
}
