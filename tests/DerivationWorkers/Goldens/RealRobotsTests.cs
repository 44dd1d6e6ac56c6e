using System.Text.Json;
using Strata.Contracts;

namespace Strata.DerivationWorkers.Tests;

/// <summary>
/// The rules of docs/real-robots.md on real data, which lies outside of the repository. Numbers: numpy's, of rows read by Rerun's own reader, by tests/DerivationWorkers/make/make_real_robots.py.
/// </summary>
public class RealRobotsTests
{
    private const string LeKiwi = "lekiwi_teleop_0.26.2.rrd";
    private const double Tolerance = 1e-9;

    private static readonly JsonElement Golden = TestRecordings.Json(TestRecordings.InRepository("tests", "DerivationWorkers", "Goldens", "real_robots.json"));

    [Fact]
    public async Task The_lerobot_preset_finds_the_five_joints_of_a_real_arm_and_its_error_is_numpys()
    {
        var file = await Looking.ReadAsync(Path.Combine(TestRecordings.Shared("public"), LeKiwi));

        var match = await Looking.MatchAsync(file, "lerobot", "deg");

        match.Why.ShouldContain("5 joints with an entity of their own on both sides: arm_elbow_flex, arm_shoulder_lift, arm_shoulder_pan, arm_wrist_flex, arm_wrist_roll");
        match.Why.ShouldContain("left out as gripper or base: arm_gripper.pos");
        match.Why.ShouldContain("left out since they do not end in .pos: theta.vel, x.vel, y.vel");
        var derived = await Looking.DeriveAsync(match.Rules[0], file);
        await ShouldBe(derived, Golden.GetProperty("lekiwi").GetProperty("arm"));
        ((Strata.Arrow.StringArray)(await Deriving.PropertyAsync(derived, "tracking_error", "alignment"))!).GetString(0).ShouldBe("latest_at");
        (await Deriving.RowsAsync(derived)).Dropped(DropReasons.NoCommand).ShouldBe(1);
    }

    [Theory]
    [InlineData("""{"unit":"native"}""", "with_gripper")]
    [InlineData("""{"alignment":"nearest"}""", "with_gripper_row_by_row")]
    public async Task With_its_gripper_the_arms_error_is_numpys_latest_at_and_row_by_row(string more, string golden)
    {
        var file = await Looking.ReadAsync(Path.Combine(TestRecordings.Shared("public"), LeKiwi));
        var names = new[] { "arm_elbow_flex", "arm_gripper", "arm_shoulder_lift", "arm_shoulder_pan", "arm_wrist_flex", "arm_wrist_roll" };
        var pairs = $"\"pairs\":[{string.Join(",", names.Select(n => $"{{\"command\":\"/action.{n}.pos\",\"observation\":\"/observation.{n}.pos\"}}"))}]";

        await ShouldBe(await Deriving.TrackingErrorAsync(file, $"{{{pairs},{more.TrimStart('{')}"), Golden.GetProperty("lekiwi").GetProperty(golden));
    }

    [Theory]
    [InlineData("g1_000000", "{}", "g1", "all")]
    [InlineData("g1_000000", """{"joints":"0..13"}""", "g1", "first_14")]
    [InlineData("ur3e_L0L1", "{}", "ur3e", "all")]
    public async Task A_humanoid_and_an_arm_in_the_how_tos_layout_have_numpys_error(string recording, string parameters, string robot, string golden)
    {
        var file = await Looking.ReadAsync(Path.Combine(TestRecordings.Shared("robots"), recording + ".rrd"));

        (await Looking.MatchAsync(file, "howto")).Rules.Length.ShouldBe(2);
        await ShouldBe(await Deriving.TrackingErrorAsync(file, parameters), Golden.GetProperty(robot).GetProperty(golden));
    }

    private static async Task ShouldBe(Derivation derivation, JsonElement golden)
    {
        var rows = await Deriving.RowsAsync(derivation);
        rows.Times.Length.ShouldBe(golden.GetProperty("rows").GetInt32());
        var statistics = ErrorStatistics.Of(rows.Errors, []);
        statistics.Mean.ShouldBe(golden.GetProperty("mean").GetDouble(), Tolerance);
        statistics.P95.ShouldBe(golden.GetProperty("p95").GetDouble(), Tolerance);
        statistics.Max.ShouldBe(golden.GetProperty("max").GetDouble(), Tolerance);
    }
}
