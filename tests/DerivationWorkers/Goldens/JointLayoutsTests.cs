using Strata.Arrow;
using Strata.Contracts;

namespace Strata.DerivationWorkers.Tests;

/// <summary>
/// Every layout of joint_layouts. Strata's rows are the observation's times: with exact alignment they equal the golden column <c>same_row</c> (whose other
/// times have no error), with latest-at the column <c>on_observation</c>.
/// </summary>
public class JointLayoutsTests
{
    [Fact]
    public async Task Scalar_per_joint_equals_same_row_because_all_joints_share_their_times()
    {
        var rows = await Equal("scalar_per_joint", JointLayout.SameRow);
        rows.Derivation.Provenance.RowsDropped.ShouldBeEmpty();
    }

    [Fact]
    public async Task Lerobot_names_equals_on_observation_because_no_two_scalars_share_a_time()
    {
        var rows = await Equal("lerobot_names", JointLayout.OnObservation);
        rows.Times.Length.ShouldBe(179);
        rows.Dropped(DropReasons.NoCommand).ShouldBe(1);
    }

    [Fact]
    public async Task Different_rates_equals_on_observation_because_commands_are_never_at_an_observations_time()
    {
        var rows = await Equal("different_rates", JointLayout.OnObservation);
        rows.Times.Length.ShouldBe(238);
        rows.Dropped(DropReasons.NoCommand).ShouldBe(2);
    }

    [Fact]
    public Task Float32_equals_same_row() => Equal("float32", JointLayout.SameRow);

    [Fact]
    public Task Fixed_size_list_equals_same_row() => Equal("fixed_size_list", JointLayout.SameRow);

    [Fact]
    public Task One_entity_equals_same_row() => Equal("one_entity", JointLayout.SameRow);

    [Fact]
    public async Task Gap_equals_same_row_and_drops_nothing_because_rows_are_the_observations()
    {
        var rows = await Equal("gap", JointLayout.SameRow);
        rows.Times.Length.ShouldBe(100);
        rows.Derivation.Provenance.RowsDropped.ShouldBeEmpty();
    }

    [Fact]
    public async Task Gap_empty_equals_same_row_and_drops_the_rows_with_empty_lists()
    {
        var rows = await Equal("gap_empty", JointLayout.SameRow);
        rows.Times.Length.ShouldBe(100);
        rows.Dropped(DropReasons.EmptyObservation).ShouldBe(20);
    }

    [Fact]
    public async Task Gap_null_equals_same_row_and_drops_the_rows_with_null_lists_that_latest_at_would_fill()
    {
        var rows = await Equal("gap_null", JointLayout.SameRow);
        rows.Times.Length.ShouldBe(100);
        rows.Dropped(DropReasons.NoObservation).ShouldBe(20);
    }

    [Fact]
    public async Task Starts_late_equals_same_row_because_three_quarters_of_the_observations_have_a_command_at_their_time()
    {
        var rows = await Equal("starts_late", JointLayout.SameRow);
        rows.Times.Length.ShouldBe(90);
        rows.Dropped(DropReasons.NoCommand).ShouldBe(30);
    }

    [Fact]
    public async Task Starts_late_with_latest_at_and_no_limit_of_age_equals_on_observation()
    {
        var layout = JointLayout.Of("starts_late");
        var rows = await Deriving.RowsAsync(await layout.DeriveAsync("\"alignment\":\"latest_at\",\"maxAgeNs\":9000000000000000000"));
        layout.RowsShouldEqual(rows, JointLayout.OnObservation);
        rows.Dropped(DropReasons.NoCommand).ShouldBe(20);
    }

    [Fact]
    public async Task Starts_late_with_latest_at_drops_rows_whose_command_is_older_than_two_intervals()
    {
        var rows = await Deriving.RowsAsync(await JointLayout.Of("starts_late").DeriveAsync("\"alignment\":\"latest_at\""));
        var tooOld = rows.Dropped(DropReasons.CommandTooOld);
        tooOld.ShouldBeInRange(7, 9);
        rows.Times.Length.ShouldBe(100 - (int)tooOld);
    }

    [Fact]
    public async Task Nan_equals_the_finite_errors_of_same_row_and_counts_the_others()
    {
        var rows = await Equal("nan", JointLayout.SameRow);
        rows.Times.Length.ShouldBe(118);
        rows.Dropped(DropReasons.NonFinite).ShouldBe(2);
    }

    [Fact]
    public async Task No_action_is_skipped_and_says_what_was_found_instead()
    {
        var skipped = (await JointLayout.Of("no_action").DeriveAsync()).ShouldBeOfType<Derivation.Skipped>();
        skipped.Reason.ShouldBe(SkipReasons.SchemaMismatch);
        skipped.Detail.ShouldContain("/action/joint_positions not in the recording; found /observation/joint_positions:Scalars:scalars");
    }

    [Fact]
    public async Task Eight_and_seven_is_skipped_with_the_option_that_leaves_the_gripper_out()
    {
        var skipped = (await JointLayout.Of("eight_and_seven").DeriveAsync()).ShouldBeOfType<Derivation.Skipped>();
        skipped.Reason.ShouldBe(SkipReasons.NoComparableRows);
        skipped.Detail.ShouldContain("command has 8 instances, observation 7; if the last of command is a gripper: `--set joints=0..6`");
        skipped.RowsDropped.ShouldBe([new DroppedRows(DropReasons.JointCountDiffers, 120)]);
    }

    [Fact]
    public async Task Eight_and_seven_with_the_first_seven_joints_compares_every_row()
    {
        var rows = await Deriving.RowsAsync(await JointLayout.Of("eight_and_seven").DeriveAsync("\"joints\":\"0..6\""));
        rows.Times.Length.ShouldBe(120);
    }

    [Fact]
    public async Task Count_changes_equals_same_row_and_drops_the_rows_with_six_joints()
    {
        var rows = await Equal("count_changes", JointLayout.SameRow);
        rows.Times.Length.ShouldBe(115);
        rows.Dropped(DropReasons.JointCountDiffers).ShouldBe(5);
    }

    [Fact]
    public async Task Zero_error_is_exactly_zero()
    {
        var rows = await Equal("zero_error", JointLayout.SameRow);
        rows.Errors.ShouldAllBe(error => BitConverter.DoubleToInt64Bits(error) == 0);
    }

    [Fact]
    public Task Single_row_equals_same_row() => Equal("single_row", JointLayout.SameRow);

    [Fact]
    public async Task Frame_only_equals_same_row_on_a_sequence_timeline()
    {
        var rows = await Equal("frame_only", JointLayout.SameRow);
        rows.Kind.ShouldBe(Strata.Rrd.TimelineKind.Sequence);
    }

    [Fact]
    public async Task Duration_only_equals_same_row_on_a_duration_timeline()
    {
        var rows = await Equal("duration_only", JointLayout.SameRow);
        rows.Kind.ShouldBe(Strata.Rrd.TimelineKind.Duration);
    }

    [Fact]
    public async Task Duplicate_rows_equals_same_row_because_the_newest_row_id_wins()
    {
        var rows = await Equal("duplicate_rows", JointLayout.SameRow);
        rows.Times.Length.ShouldBe(120);
        rows.Dropped(DropReasons.SupersededAtSameTime).ShouldBe(12);
        ((Int64Array)(await Deriving.PropertyAsync(rows.Derivation, "tracking_error", "rows_dropped"))!).Values[0].ShouldBe(0);
    }

    [Fact]
    public void Every_layout_of_the_folder_is_tested_here()
    {
        var tests = typeof(JointLayoutsTests).GetMethods().Select(m => m.Name.ToUpperInvariant()).ToList();
        foreach (var file in Directory.EnumerateFiles(TestRecordings.InRepository("tests", "Data", "sdk", "joint_layouts"), "*.rrd"))
        {
            tests.ShouldContain(name => name.StartsWith(Path.GetFileNameWithoutExtension(file).ToUpperInvariant(), StringComparison.Ordinal), file);
        }
    }

    private static async Task<DerivedRows> Equal(string name, string alignment)
    {
        var layout = JointLayout.Of(name);
        var rows = await Deriving.RowsAsync(await layout.DeriveAsync());
        layout.RowsShouldEqual(rows, alignment);
        return rows;
    }
}
