using Strata.Arrow;
using Strata.Contracts;

namespace Strata.DerivationWorkers.Tests;

/// <summary>Two arms: an error each on an entity of its own, and the worse of the two decides.</summary>
public class BimanualPresetTests
{
    private static readonly long[] Times = [1, 2, 3, 4];

    [Fact]
    public async Task Each_arm_gets_its_error_and_quality_reads_both()
    {
        var match = await Looking.MatchAsync(Arms(0.1, 0.1), "bimanual", "rad");

        match.Rules.Select(r => r.Rule).ShouldBe(["tracking_error_left", "tracking_error_right", "quality"]);
        match.Rules[0].Parameters.ShouldBe(CanonicalJson.Parse("""{"command":"/action/left/joints","observation":"/observation/left/joints","outputEntity":"/derived/tracking_error/left","unit":"rad"}"""));
        match.Rules[2].Inputs.ShouldBe(["tracking_error_left", "tracking_error_right"]);
        match.Rules[2].Parameters.ShouldBe(CanonicalJson.Parse(
            """{"entities":["/derived/tracking_error/left","/derived/tracking_error/right"],"maxDroppedFraction":0.05,"threshold":0.13,"unit":"rad"}"""));
    }

    [Theory]
    [InlineData(0.05, 0.1, true, "right")]
    [InlineData(0.1, 0.05, true, "left")]
    [InlineData(0.2, 0.1, false, "left")]
    [InlineData(0.1, 0.2, false, "right")]
    public async Task The_worse_arm_decides(double left, double right, bool isGood, string worst)
    {
        var quality = await QualityAsync(Arms(left, right));

        ((BooleanArray)(await Deriving.PropertyAsync(quality, "quality", "tracking_good"))!).GetValue(0).ShouldBe(isGood);
        ((StringArray)(await Deriving.PropertyAsync(quality, "quality", "worst_entity"))!).GetString(0).ShouldBe($"/derived/tracking_error/{worst}");
    }

    [Theory]
    [InlineData(0.1, "review")]
    [InlineData(0.2, "derived")]
    public async Task An_arm_of_which_too_little_is_known_leaves_it_to_a_person_unless_the_other_is_bad(double right, string outcome)
    {
        var quality = (await QualityAsync(Arms(0.1, right, double.NaN))).ShouldBeOfType<Derivation.Derived>();

        quality.Outcome.ShouldBe(outcome);
    }

    [Fact]
    public async Task Without_a_unit_nothing_judges_the_arms()
    {
        var match = await Looking.MatchAsync(Arms(0.1, 0.1), "bimanual");

        match.Rules.Select(r => r.Rule).ShouldBe(["tracking_error_left", "tracking_error_right"]);
        match.Why.ShouldContain(why => why.Contains("`--unit rad`", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Joints_with_entities_of_their_own_are_told_apart_by_arm_too()
    {
        var builder = new RecordingBuilder();
        foreach (var name in new[] { "action.left_elbow.pos", "observation.left_elbow.pos", "action.right_elbow.pos", "observation.right_elbow.pos" })
        {
            builder.Add("/" + name, Times, [[1.0], [2], [3], [4]]);
        }

        var match = await Looking.MatchAsync(builder.ToRrd(), "bimanual");

        TrackingErrorParameters.Parse(match.Rules[1].Parameters).Joints.Names.ShouldBe(["right_elbow"]);
        match.Why[0].ShouldBe("left (lerobot): 1 joint with an entity of its own on both sides: left_elbow");
    }

    [Theory]
    [InlineData("""{"entities":[]}""", "entities: expected 1 to 64 entities, each once, found 0, of which 0 differ")]
    [InlineData("""{"entities":["/a","/a"]}""", "entities: expected 1 to 64 entities, each once, found 2, of which 1 differ")]
    [InlineData("""{"entity":"/a","entities":["/b"]}""", "entities: expected either entity or entities, found both")]
    public void Entities_that_cannot_work_are_refused(string parameters, string refusal) =>
        new QualityDeriver().RefuseParameters(CanonicalJson.Parse(parameters)).ShouldBe(refusal);

    [Fact]
    public async Task An_error_that_no_input_has_is_a_skip_that_names_it()
    {
        var file = Arms(0.1, 0.1);
        var rules = (await Looking.MatchAsync(file, "bimanual", "rad")).Rules;
        var left = (await Looking.DeriveAsync(rules[0], file)).ShouldBeOfType<Derivation.Derived>();

        var skipped = (await Looking.DeriveAsync(rules[2], left.Rrd, left.Rrd)).ShouldBeOfType<Derivation.Skipped>();

        skipped.Reason.ShouldBe(SkipReasons.SchemaMismatch);
        skipped.Detail.ShouldStartWith("none of the inputs has /derived/tracking_error/right:Scalars:scalars");
    }

    private static async Task<Derivation> QualityAsync(ReadOnlyMemory<byte> file)
    {
        var rules = (await Looking.MatchAsync(file, "bimanual", "rad")).Rules;
        var left = (await Looking.DeriveAsync(rules[0], file)).ShouldBeOfType<Derivation.Derived>();
        var right = (await Looking.DeriveAsync(rules[1], file)).ShouldBeOfType<Derivation.Derived>();
        return await Looking.DeriveAsync(rules[2], left.Rrd, right.Rrd);
    }

    /// <param name="lastLeft">The left arm's last error; NaN cannot be compared.</param>
    private static ReadOnlyMemory<byte> Arms(double left, double right, double? lastLeft = null) => new RecordingBuilder()
        .Add("/action/left/joints", Times, Rows(_ => 0)).Add("/observation/left/joints", Times, Rows(t => t == Times[^1] ? lastLeft ?? left : left))
        .Add("/action/right/joints", Times, Rows(_ => 0)).Add("/observation/right/joints", Times, Rows(_ => right)).ToRrd();

    private static double[][] Rows(Func<long, double> value) => [.. Times.Select(t => new[] { value(t), 0.0 })];
}
