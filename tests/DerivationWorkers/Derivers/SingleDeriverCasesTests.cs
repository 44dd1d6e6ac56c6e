using Strata.Contracts;

namespace Strata.DerivationWorkers.Tests;

/// <summary>Cases that only one deriver has.</summary>
public class SingleDeriverCasesTests
{
    private const string Entity = "/observation/joint_positions";

    [Fact]
    public async Task A_joint_that_never_moved_and_one_that_gave_no_number_are_dead_and_do_not_hide_the_others()
    {
        var file = Joints([0, 1, double.NaN], [0.5, 1, double.NaN], [1, 1, double.NaN], [1, 1, double.NaN]);

        var still = await DerivedProperty.OfAsync(new StaticJointsDeriver(), file, """{"names":["moves","stuck","silent"]}""");

        still.Texts("dead_joints").ShouldBe(["stuck", "silent"]);
        still.Count("dead_joint_count").ShouldBe(2);
        still.Numbers("static_fraction_per_joint").ShouldBe([1 / 3.0, 1, null]);
        still.Number("static_fraction").ShouldBeNull("no time has a value of every joint at both of its ends");
    }

    [Fact]
    public async Task Noise_below_the_dead_range_is_no_motion()
    {
        var file = Joints([0.0], [0.001], [0.0]);

        (await DerivedProperty.OfAsync(new StaticJointsDeriver(), file)).Texts("dead_joints").ShouldBeEmpty();
        (await DerivedProperty.OfAsync(new StaticJointsDeriver(), file, """{"deadRange":0.002}""")).Texts("dead_joints").ShouldBe(["0"]);
    }

    [Fact]
    public async Task A_joint_at_a_limit_is_saturated_there_and_one_without_limit_never()
    {
        var file = Joints([-1.0, 5], [0, 5], [1.0, -5], [0.995, 0]);

        var range = await DerivedProperty.OfAsync(new RangeDeriver(), file, """{"lower":[-1,null],"upper":[1,null],"margin":0.01}""");

        range.Numbers("saturated_fraction_per_joint").ShouldBe([0.75, 0]);
        range.Number("saturated_fraction").ShouldBe(0.75);
        range.Numbers("at_extremes_fraction_per_joint").ShouldBe([0.5, 0.75]);
        (await DerivedProperty.OfAsync(new RangeDeriver(), file)).Has("saturated_fraction").ShouldBeFalse();
        (await DerivedProperty.SkippedAsync(new RangeDeriver(), file, """{"lower":[1,2,3]}""")).Detail.ShouldContain("tell of 3 joints, 2 are read");
    }

    [Fact]
    public async Task A_joint_without_a_number_has_a_null_range_and_a_count_that_says_why()
    {
        var range = await DerivedProperty.OfAsync(new RangeDeriver(), Joints([1, double.NaN], [3, double.NaN]));

        range.Numbers("range_per_joint").ShouldBe([2, null]);
        range.Counts("finite_rows_per_joint").ShouldBe([2, 0]);
    }

    [Fact]
    public async Task A_row_with_a_number_that_is_not_finite_is_dropped_and_counted_by_its_reason()
    {
        var file = new RecordingBuilder().Add(Entity, [0, 1_000_000_000, 2_000_000_000, 3_000_000_000], [[0.0], [double.NaN], [null], [3.0]]).ToRrd();

        var motion = await DerivedProperty.OfAsync(new MotionDeriver(), file);

        (motion.Number("path_length"), motion.Number("peak_velocity"), motion.Number("duration_s")).ShouldBe((3, 1, 3));
        motion.Count("rows_dropped").ShouldBe(2);
        motion.Derivation.Provenance.RowsDropped.ShouldBe([new DroppedRows("non_finite", 1), new DroppedRows("null_joint", 1)]);
    }

    [Fact]
    public async Task Standing_still_is_a_motion_of_length_0_but_has_no_smoothness()
    {
        var file = Joints([1.0], [1.0], [1.0], [1.0], [1.0]);

        var motion = await DerivedProperty.OfAsync(new MotionDeriver(), file);
        (motion.Number("path_length"), motion.Number("peak_velocity")).ShouldBe((0, 0));
        (await DerivedProperty.SkippedAsync(new SmoothnessDeriver(), file)).Detail.ShouldContain("nothing moves in 5 rows");
    }

    [Fact]
    public async Task What_overflows_is_null_and_not_infinite()
    {
        var motion = await DerivedProperty.OfAsync(new MotionDeriver(), Joints([1e308], [-1e308]));

        motion.Number("path_length").ShouldBeNull();
        motion.Number("duration_s").ShouldBe(1);
    }

    [Fact]
    public async Task A_gap_of_years_is_refused_instead_of_filled()
    {
        long[] times = [0, 1_000_000, 2_000_000, 3_000_000, 1_000_000_000_000_000_000];
        var file = new RecordingBuilder().Add(Entity, times, [[0.0], [1.0], [2.0], [4.0], [5.0]]).ToRrd();

        (await DerivedProperty.SkippedAsync(new SmoothnessDeriver(), file)).Detail.ShouldContain("choose another rate with `--set rateHz=N`");
    }

    [Fact]
    public async Task Three_rows_have_no_third_difference() =>
        (await DerivedProperty.SkippedAsync(new SmoothnessDeriver(), Joints([1.0], [2.0], [4.0]))).Detail.ShouldContain("3 rows have all joints; expected 4");

    [Fact]
    public async Task Missing_entities_are_named_without_loading_a_chunk()
    {
        var file = new RecordingBuilder().Add("/arm", [0], [[1.0]]).AddStatic("/limits", [1]).ToRrd();
        var json = CanonicalJson.Parse("""{"entities":["/arm","/camera","/limits:Scalars:scalars","/arm:velocity"]}""");
        var deriver = new CompletenessDeriver();
        (await Deriving.LoadAsync(file, "base", deriver, json)).Layer.Chunks.ShouldBeEmpty();

        var completeness = await DerivedProperty.OfAsync(deriver, file, json.Text);

        completeness.Flag("complete").ShouldBe(false);
        completeness.Texts("missing_entities").ShouldBe(["/camera", "/arm:velocity"]);
        (completeness.Count("expected"), completeness.Count("present"), completeness.Count("missing"), completeness.Number("present_fraction")).ShouldBe((4, 2, 2, 0.5));
    }

    [Fact]
    public async Task An_entity_of_any_input_is_there_and_nothing_missing_is_an_empty_list()
    {
        var deriver = new CompletenessDeriver();
        var json = CanonicalJson.Parse("""{"entities":["/arm","/labels"]}""");
        var first = await Deriving.LoadAsync(new RecordingBuilder().Add("/arm", [0], [[1.0]]).ToRrd(), "base", deriver, json);
        var second = await Deriving.LoadAsync(new RecordingBuilder().Add("/labels", [0], [[1.0]]).ToRrd(), "labels", deriver, json);
        var request = Deriving.Request(deriver, json, first) with { Inputs = [first.Layer, second.Layer] };

        var derived = deriver.Derive(request, TestContext.Current.CancellationToken);

        ((Strata.Arrow.BooleanArray)(await Deriving.PropertyAsync(derived, "completeness", "complete"))!).GetValue(0).ShouldBe(true);
        (await Deriving.PropertyAsync(derived, "completeness", "missing_entities"))!.Length.ShouldBe(0);
        deriver.Match(first.Layer.Schema, json).ShouldBe(SchemaMatch.Yes);
    }

    [Theory]
    [InlineData("{}", "entities: expected a list of 1 to")]
    [InlineData("""{"entities":"/arm"}""", "entities: expected a list, found")]
    [InlineData("""{"entities":["/arm","/arm"]}""", "entities: expected each entity once")]
    [InlineData("""{"entities":["/"]}""", "an entity path that is not the root")]
    public void Parameters_of_completeness_that_cannot_work_are_refused_by_name(string parameters, string refusal) =>
        new CompletenessDeriver().RefuseParameters(CanonicalJson.Parse(parameters)).ShouldNotBeNull().ShouldContain(refusal);

    /// <summary>One row a second.</summary>
    private static ReadOnlyMemory<byte> Joints(params double[][] rows) =>
        new RecordingBuilder().Add(Entity, [.. rows.Select((_, i) => i * 1_000_000_000L)], rows).ToRrd();
}
