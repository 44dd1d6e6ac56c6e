namespace Strata.DerivationWorkers.Tests;

public class ScalarsPresetTests
{
    private static readonly long[] Times = [1, 2];

    [Fact]
    public async Task Joints_with_entities_of_their_own_are_paired_whatever_they_are_called()
    {
        var file = await Looking.LayoutAsync("scalar_per_joint");

        var match = await Looking.MatchAsync(file, "scalars", "rad");

        match.Rules.Select(r => r.Rule).ShouldBe(["tracking_error", "quality"]);
        TrackingErrorParameters.Parse(match.Rules[0].Parameters).Joints.Names.ShouldBe(["j0", "j1", "j2", "j3", "j4", "j5", "j6"]);
        match.Why[0].ShouldBe("7 joints with an entity of their own on both sides, such as /action/j0 and /observation/j0");
        (await Deriving.RowsAsync(await Looking.DeriveAsync(match.Rules[0], file))).Times.Length.ShouldBe(120);
    }

    [Fact]
    public async Task Nine_joints_are_all_named()
    {
        var builder = new RecordingBuilder();
        foreach (var name in Enumerable.Range(0, 9).SelectMany(i => new[] { $"/goal/j{i}", $"/feedback/j{i}" }))
        {
            builder.Add(name, Times, [[1.0], [2]]);
        }

        TrackingErrorParameters.Parse((await Looking.MatchAsync(builder.ToRrd(), "scalars")).Rules.Single().Parameters).Joints.Names.ShouldBe(Enumerable.Range(0, 9).Select(i => $"j{i}"));
    }

    [Fact]
    public async Task What_is_named_like_no_position_is_left_out_and_counted()
    {
        var builder = new RecordingBuilder();
        foreach (var name in new[] { "target/j0", "actual/j0", "target/j1", "actual/j1", "target/j0_velocity", "actual/j0_velocity", "target/gripper", "actual/gripper" })
        {
            builder.Add("/" + name, Times, [[1.0], [2]]);
        }

        var match = await Looking.MatchAsync(builder.ToRrd(), "scalars");

        TrackingErrorParameters.Parse(match.Rules.Single().Parameters).Joints.Names.ShouldBe(["j0", "j1"]);
        match.Why.ShouldContain("left out since they are named like no joint positions: 1");
    }
}
