using Strata.Contracts;

namespace Strata.DerivationWorkers.Tests;

public class VectorPresetTests
{
    private static readonly long[] Times = [1, 2, 3];

    [Fact]
    public async Task Two_entities_with_all_joints_are_paired_by_their_words()
    {
        var file = Arm("/robot/target/joints", 6).Add("/robot/state/joints", Times, Rows(6)).Add("/robot/state/temperature", Times, Rows(6)).ToRrd();

        var match = await Looking.MatchAsync(file, "vector");

        match.Rules.Single().Parameters.ShouldBe(CanonicalJson.Parse("""{"command":"/robot/target/joints","observation":"/robot/state/joints"}"""));
        match.Why[0].ShouldBe("/robot/target/joints:Scalars:scalars is named like a command and /robot/state/joints:Scalars:scalars like an observation");
        match.Why.ShouldContain(why => why.Contains("does not say the unit", StringComparison.Ordinal));
        (await Deriving.RowsAsync(await Looking.DeriveAsync(match.Rules[0], file))).Times.ShouldBe(Times);
    }

    [Fact]
    public async Task Positions_are_preferred_to_velocities_and_pairs_that_are_spelled_alike_to_others()
    {
        var file = Arm("/cmd/joint_velocity", 7).Add("/cmd/joint_position", Times, Rows(7)).Add("/measured/joint_velocity", Times, Rows(7)).Add("/measured/joint_position", Times, Rows(7)).ToRrd();

        var match = await Looking.MatchAsync(file, "vector", "rad");

        match.Rules[0].Parameters.ShouldBe(CanonicalJson.Parse("""{"command":"/cmd/joint_position","observation":"/measured/joint_position","unit":"rad"}"""));
        match.Rules[1].ShouldBe(HowToRules.Definitions[1] with { Outputs = null });
    }

    [Fact]
    public async Task A_unit_without_a_threshold_gets_no_rule_that_judges()
    {
        var match = await Looking.MatchAsync(Arm("/goal/q", 2).Add("/state/q", Times, Rows(2)).ToRrd(), "vector", "deg");

        match.Rules.ShouldHaveSingleItem().Parameters.Text.ShouldContain("\"unit\":\"deg\"");
        match.Why.ShouldContain("there is no threshold to begin with in deg: declare the rule quality with `--set unit=deg --set threshold=N`");
    }

    [Fact]
    public async Task Single_numbers_and_columns_of_one_side_alone_do_not_fit()
    {
        (await Looking.SuggestAsync(Arm("/goal/q", 1).Add("/state/q", Times, Rows(1)).ToRrd())).Match.ShouldBeNull();
        (await Looking.SuggestAsync(Arm("/state/a", 7).Add("/state/b", Times, Rows(7)).ToRrd())).Match.ShouldBeNull();
    }

    private static RecordingBuilder Arm(string entity, int joints) => new RecordingBuilder().Add(entity, Times, Rows(joints));

    private static double[][] Rows(int joints) => [.. Times.Select(t => Enumerable.Range(0, joints).Select(j => (double)(t + j)).ToArray())];
}
