namespace Strata.DerivationWorkers.Tests;

public class HowToPresetTests
{
    [Fact]
    public async Task A_sample_gets_the_how_tos_two_rules()
    {
        var match = await Looking.MatchAsync(await Looking.ReadAsync(TestRecordings.Sample(TestRecordings.SampleSegments[0])), "howto");

        match.Rules.Select(r => (r.Rule, r.OutputLayer)).ShouldBe([("tracking_error", "tracking_error"), ("quality", "quality")]);
        match.Rules[0].Parameters.ShouldBe(HowToRules.Definitions[0].Parameters);
        match.Rules[1].ShouldBe(HowToRules.Definitions[1] with { Outputs = null });
        match.Why.ShouldContain("both have 7 instances a row");
    }

    [Fact]
    public async Task Eight_and_seven_instances_are_compared_without_the_gripper()
    {
        var file = await Looking.LayoutAsync("eight_and_seven");

        var match = await Looking.MatchAsync(file, "howto");

        match.Why.ShouldContain("command has 8 instances, observation 7: the first 7 are compared, and what follows is taken for a gripper");
        (await Deriving.RowsAsync(await Looking.DeriveAsync(match.Rules[0], file))).Times.Length.ShouldBe(120);
    }

    [Fact]
    public async Task Without_an_action_no_preset_fits_and_the_columns_are_told()
    {
        var suggestion = await Looking.SuggestAsync(await Looking.LayoutAsync("no_action"));

        suggestion.Match.ShouldBeNull();
        suggestion.Joints.ShouldContain(new JointColumn("/observation/joint_positions:Scalars:scalars", 7));
    }
}
