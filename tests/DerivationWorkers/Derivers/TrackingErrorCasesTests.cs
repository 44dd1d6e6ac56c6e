using Strata.Arrow;
using Strata.Contracts;
using Strata.Rrd;
using TimelineKind = Strata.Rrd.TimelineKind;

namespace Strata.DerivationWorkers.Tests;

public class TrackingErrorCasesTests
{
    private const string Command = "/action/joint_positions";
    private const string Observation = "/observation/joint_positions";

    [Fact]
    public async Task A_wrapped_joint_takes_the_short_way_round()
    {
        var file = new RecordingBuilder().Add(Command, [1], [[3.1, 0.0]]).Add(Observation, [1], [[-3.1, 0.0]]).ToRrd();

        (await RowsAsync(file)).Errors[0].ShouldBe(6.2);
        (await RowsAsync(file, """{"wrap":true}""")).Errors[0].ShouldBe(Math.Tau - 6.2, 1e-15);
        (await RowsAsync(file, """{"wrap":[false,true]}""")).Errors[0].ShouldBe(6.2);
        (await RowsAsync(file, """{"wrap":true,"unit":"deg"}""")).Errors[0].ShouldBe(6.2);
        (await SkippedAsync(file, """{"wrap":[true,true,true]}""")).Detail.ShouldContain("wrap tells of 3 joints, 2 are compared");
    }

    [Fact]
    public async Task A_delayed_observation_is_compared_with_the_command_of_then()
    {
        var file = new RecordingBuilder().Add(Command, [10, 20, 30], [[1.0], [2.0], [3.0]]).Add(Observation, [20, 30, 40], [[1.0], [2.0], [3.0]]).ToRrd();

        var rows = await RowsAsync(file, """{"observationDelayNs":10}""");

        rows.Times.ShouldBe([20, 30, 40]);
        rows.Errors.ShouldBe([0, 0, 0]);
    }

    [Fact]
    public async Task Errors_per_joint_are_written_when_asked_for()
    {
        var file = new RecordingBuilder().Add(Command, [1, 2], [[1.0, 2.0], [3.0, 4.0]]).Add(Observation, [1, 2], [[0.5, 4.0], [3.0, 4.5]]).ToRrd();

        var derivation = await Deriving.TrackingErrorAsync(file, """{"perJoint":true}""");

        (await Deriving.RowsAsync(derivation, "/derived/tracking_error/joints")).Errors.ShouldBe([0.5, -2.0, 0.0, -0.5]);
        ((StringArray)(await Deriving.PropertyAsync(derivation, "tracking_error", "worst_joint"))!).GetString(0).ShouldBe("1");
        ((DoubleArray)(await Deriving.PropertyAsync(derivation, "tracking_error", "rms_per_joint"))!).Values.ToArray().ShouldBe([Math.Sqrt(0.125), Math.Sqrt(2.125)]);
    }

    [Theory]
    [InlineData("{}", "joint 1 has no finite value in any row; to compare the others: `--set joints=0,2..3` (dropped of 2 rows: non_finite 2)")]
    [InlineData("""{"joints":"3,1,0"}""", "joint 1 has no finite value in any row; to compare the others: `--set joints=3,0` (")]
    [InlineData("""{"commandJoints":"0..1","observationJoints":"1..2"}""", "joint 0 has no finite value in any row; leave it out of commandJoints and observationJoints (")]
    [InlineData("""{"joints":1}""", "no row of the observation could be compared (")]
    public async Task A_joint_that_is_never_finite_is_named_with_the_option_that_compares_the_others(string parameters, string detail)
    {
        double[][] commands = [[1, 2, 3, 4], [1, 2, 3, 4]];
        double[][] observations = [[1, double.NaN, 3, 4], [1, double.PositiveInfinity, 3, 4]];
        var file = new RecordingBuilder().Add(Command, [1, 2], commands).Add(Observation, [1, 2], observations).ToRrd();

        var skipped = await SkippedAsync(file, parameters);

        skipped.Reason.ShouldBe(SkipReasons.NoComparableRows);
        skipped.Detail.ShouldStartWith(detail);
        if (parameters == "{}")
        {
            (await RowsAsync(file, """{"joints":"0,2..3"}""")).Errors.ShouldBe([0, 0]);
        }
    }

    [Fact]
    public async Task Where_each_row_lacks_another_joint_none_is_to_be_left_out()
    {
        var file = new RecordingBuilder().Add(Command, [1, 2], [[1.0, 2.0], [1.0, 2.0]]).Add(Observation, [1, 2], [[double.NaN, 2.0], [1.0, double.NaN]]).ToRrd();

        (await SkippedAsync(file, "{}")).Detail.ShouldStartWith("no row of the observation could be compared (");
    }

    [Theory]
    [InlineData(2, 3)]
    [InlineData(3, 2)]
    public async Task Of_two_equally_frequent_joint_counts_the_larger_one_is_compared(int first, int second)
    {
        double[][] values = [.. ((int[])[first, second]).Select(joints => Enumerable.Repeat(1.0, joints).ToArray())];
        var file = new RecordingBuilder().Add(Command, [1, 2], values).Add(Observation, [1, 2], values).ToRrd();

        var rows = await RowsAsync(file);

        rows.Times.ShouldBe([first > second ? 1 : 2]);
        rows.Dropped(DropReasons.JointCountDiffers).ShouldBe(1);
    }

    [Fact]
    public async Task Joints_are_selected_a_side()
    {
        var file = new RecordingBuilder().Add(Command, [1], [[9.0, 1.0, 2.0]]).Add(Observation, [1], [[2.0, 1.0]]).ToRrd();

        var rows = await RowsAsync(file, """{"commandJoints":[2,1],"names":["grip","elbow","wrist"]}""");

        rows.Errors.ShouldBe([0.0]);
        ((StringArray)(await Deriving.PropertyAsync(rows.Derivation, "tracking_error", "joints"))!).GetString(0).ShouldBe("wrist");
    }

    [Fact]
    public async Task A_selected_joint_that_is_not_there_drops_the_row()
    {
        var file = new RecordingBuilder().Add(Command, [1], [[1.0, 2.0]]).Add(Observation, [1], [[1.0, 2.0]]).ToRrd();

        var skipped = await SkippedAsync(file, """{"joints":"0..2"}""");

        skipped.Reason.ShouldBe(SkipReasons.NoComparableRows);
        skipped.Detail.ShouldStartWith("command and observation have 2 instances, fewer than the joints selected; to compare them all: `--set joints=0..1`");
    }

    [Fact]
    public async Task A_null_joint_drops_its_row_and_no_other()
    {
        var file = new RecordingBuilder().Add(Command, [1, 2], [[1.0, 2.0], [1.0, 2.0]]).Add(Observation, [1, 2], [[1.0, null], [1.0, 2.0]]).ToRrd();

        var rows = await RowsAsync(file);

        rows.Times.ShouldBe([2]);
        rows.Dropped(DropReasons.NullJoint).ShouldBe(1);
        (await RowsAsync(file, """{"joints":[0]}""")).Times.ShouldBe([1, 2]);
    }

    [Fact]
    public async Task An_empty_command_and_an_old_command_are_dropped_by_their_own_reasons()
    {
        var file = new RecordingBuilder()
            .Add(Command, [0, 10, 20], new double?[]?[] { [1.0], [1.0], [] })
            .Add(Observation, [1, 11, 21, 90], [[1.0], [1.0], [1.0], [1.0]]).ToRrd();

        var rows = await RowsAsync(file);

        rows.Times.ShouldBe([1, 11]);
        rows.Dropped(DropReasons.EmptyCommand).ShouldBe(1);
        rows.Dropped(DropReasons.CommandTooOld).ShouldBe(1);
    }

    [Fact]
    public async Task Static_joints_are_skipped_because_they_have_no_time()
    {
        var file = new RecordingBuilder().AddStatic(Command, [1.0]).Add(Observation, [1], [[1.0]]).ToRrd();

        var skipped = await SkippedAsync(file);

        skipped.Reason.ShouldBe(SkipReasons.NoData);
        skipped.Detail.ShouldBe("/action/joint_positions:Scalars:scalars is static: it has no time, and hides what is logged over time");
    }

    [Fact]
    public async Task Without_a_common_index_it_says_which_there_are()
    {
        var file = new RecordingBuilder()
            .Add(Command, [1], new double?[]?[] { [1.0] }, "frame", TimelineKind.Sequence)
            .Add(Observation, [1], new double?[]?[] { [1.0] }, "elapsed", TimelineKind.Duration).ToRrd();

        var skipped = await SkippedAsync(file);

        skipped.Reason.ShouldBe(SkipReasons.NoCommonIndex);
        skipped.Detail.ShouldContain("on all sides: none; on any: elapsed, frame; name one with `--set index=NAME`");
    }

    [Theory]
    [InlineData("real_time,frame,log_time", "real_time")]
    [InlineData("frame,log_time,log_tick", "frame")]
    [InlineData("frame,step,log_time", "log_time")]
    [InlineData("log_time,log_tick", "log_time")]
    [InlineData("log_tick", null)]
    [InlineData("frame,step", null)]
    public async Task The_index_is_real_time_else_the_only_other_one_else_log_time(string timelines, string? expected)
    {
        TimeColumn[] columns = [.. timelines.Split(',').Select(name => new TimeColumn(name, TimelineTypes.ArrayOf(
            name is "real_time" or "log_time" ? TimelineKind.Timestamp : TimelineKind.Sequence, [1])))];
        var lists = ListArray.OfUniformLength(DoubleArray.From([1.0]), 1);
        var file = new RecordingBuilder().Add(Command, columns, 1, lists).Add(Observation, columns, 1, lists).ToRrd();

        var derivation = await Deriving.TrackingErrorAsync(file);

        if (expected is null)
        {
            derivation.ShouldBeOfType<Derivation.Skipped>().Reason.ShouldBe(SkipReasons.NoCommonIndex);
        }
        else
        {
            (await Deriving.RowsAsync(derivation)).Timeline.ShouldBe(expected);
        }
    }

    [Fact]
    public async Task An_index_that_is_told_is_taken_and_an_unknown_one_refused()
    {
        (await SkippedAsync(SampleLike(), """{"index":"frame"}""")).Detail.ShouldContain("index 'frame' is not on every column that is read");
        (await SkippedAsync(SampleLike(), """{"index":"frame"}""")).Detail.ShouldEndWith("choose another with `--set index=NAME`");
        (await RowsAsync(SampleLike(), """{"index":"real_time"}""")).Timeline.ShouldBe("real_time");
    }

    [Fact]
    public async Task Rows_of_overlapping_unsorted_chunks_are_brought_into_order()
    {
        var file = new RecordingBuilder()
            .Add(Observation, [5, 1, 3], [[5.0], [1.0], [3.0]]).Add(Command, [4, 2], [[4.0], [2.0]])
            .Add(Observation, [4, 2], [[4.0], [2.0]]).Add(Command, [3, 5, 1], [[3.0], [5.0], [1.0]]).ToRrd();

        var rows = await RowsAsync(file);

        rows.Times.ShouldBe([1, 2, 3, 4, 5]);
        rows.Errors.ShouldAllBe(error => error == 0);
    }

    [Fact]
    public async Task At_one_time_a_null_keeps_the_older_value_and_an_empty_list_replaces_it()
    {
        var file = new RecordingBuilder()
            .Add(Command, [1, 2], [[0.0], [0.0]])
            .Add(Observation, [1, 2], [[7.0], [7.0]])
            .Add(Observation, [1, 2], new double?[]?[] { null, [] }).ToRrd();

        var rows = await RowsAsync(file);

        rows.Times.ShouldBe([1]);
        rows.Errors.ShouldBe([7.0]);
        rows.Dropped(DropReasons.EmptyObservation).ShouldBe(1);
        rows.Dropped(DropReasons.SupersededAtSameTime).ShouldBe(1);
    }

    [Fact]
    public async Task The_first_and_last_times_there_are_do_not_overflow()
    {
        var file = new RecordingBuilder()
            .Add(Command, [long.MinValue + 1, 0, long.MaxValue], [[1.0], [1.0], [1.0]])
            .Add(Observation, [long.MinValue + 2, 1, long.MaxValue], [[1.0], [1.0], [1.0]]).ToRrd();

        var rows = await RowsAsync(file, """{"alignment":"latest_at","observationDelayNs":5}""");

        rows.Times.ShouldBe([1, long.MaxValue]);
        rows.Dropped(DropReasons.NoCommand).ShouldBe(1);
    }

    [Fact]
    public async Task Joints_as_integers_are_compared_as_numbers()
    {
        TimeColumn[] time = [new("real_time", TimelineTypes.ArrayOf(TimelineKind.Timestamp, [1]))];
        var file = new RecordingBuilder()
            .Add(Command, time, 1, ListArray.OfUniformLength(UInt8Array.From([3, 0]), 2))
            .Add(Observation, time, 1, ListArray.OfUniformLength(Int64Array.From([0, 4]), 2)).ToRrd();

        (await RowsAsync(file)).Errors.ShouldBe([5.0]);
    }

    private static ReadOnlyMemory<byte> SampleLike() => new RecordingBuilder().Add(Command, [1], [[1.0]]).Add(Observation, [1], [[1.0]]).ToRrd();

    private static async Task<DerivedRows> RowsAsync(ReadOnlyMemory<byte> file, string parameters = "{}") =>
        await Deriving.RowsAsync(await Deriving.TrackingErrorAsync(file, parameters));

    private static async Task<Derivation.Skipped> SkippedAsync(ReadOnlyMemory<byte> file, string parameters = "{}") =>
        (await Deriving.TrackingErrorAsync(file, parameters)).ShouldBeOfType<Derivation.Skipped>();
}
