namespace Strata.DerivationWorkers.Tests;

public class LeRobotPresetTests
{
    private static readonly long[] Times = [1, 2];

    [Fact]
    public async Task Joints_are_paired_by_name_and_the_gripper_is_left_out()
    {
        var file = await Looking.LayoutAsync("lerobot_names");

        var match = await Looking.MatchAsync(file, "lerobot", "deg");

        var parameters = TrackingErrorParameters.Parse(match.Rules.Single().Parameters);
        parameters.Joints.Names.ShouldBe(["arm_elbow_flex", "arm_shoulder_lift", "arm_shoulder_pan", "arm_wrist_flex", "arm_wrist_roll"]);
        parameters.Unit.ShouldBe("deg");
        match.Why.ShouldContain("left out as gripper or base: arm_gripper.pos");
        (await Deriving.RowsAsync(await Looking.DeriveAsync(match.Rules[0], file))).Times.Length.ShouldBe(179);
    }

    [Fact]
    public async Task Velocities_bases_and_what_is_on_one_side_only_are_left_out_and_told()
    {
        var builder = new RecordingBuilder();
        foreach (var name in new[] { "action.elbow.pos", "observation.elbow.pos", "action.wrist.pos", "observation.state.wrist.pos", "action.x.vel", "observation.x.vel", "action.base_lift.pos",
                     "observation.base_lift.pos", "action.lone.pos" })
        {
            builder.Add("/" + name, Times, [[1.0], [2]]);
        }

        var match = await Looking.MatchAsync(builder.ToRrd(), "lerobot");

        TrackingErrorParameters.Parse(match.Rules.Single().Parameters).Joints.Names.ShouldBe(["elbow", "wrist"]);
        match.Why.Take(4).ShouldBe(
        [
            "2 joints with an entity of their own on both sides: elbow, wrist",
            "left out as gripper or base: base_lift.pos",
            "left out since they do not end in .pos: x.vel",
            "left out since they are on one side only: lone.pos",
        ]);
    }
}
