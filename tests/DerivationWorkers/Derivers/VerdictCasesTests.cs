using Strata.Arrow;
using Strata.Contracts;

namespace Strata.DerivationWorkers.Tests;

public class VerdictCasesTests
{
    private const string Both = """{"good":"tracking_error:mean < 0.13 && gaps_max_ms < 200","review":"tracking_error:mean < 0.2"}""";

    [Theory]
    [InlineData(0.1, 100.0, "good", true, "good holds")]
    [InlineData(0.15, 100.0, "review", null, "good does not hold, and review does")]
    [InlineData(0.3, 100.0, "bad", false, "neither good nor review holds")]
    [InlineData(0.1, 300.0, "review", null, "good does not hold, and review does")]
    [InlineData(0.1, null, "review", null, "good is null: gaps:max_ms has no value")]
    [InlineData(null, null, "review", null, "good is null: tracking_error:mean, gaps:max_ms have no value")]
    [InlineData(null, 300.0, "review", null, "good does not hold, and review is null: tracking_error:mean has no value")]
    public async Task The_verdict_is_that_of_the_conditions(double? mean, double? gap, string verdict, bool? good, string reason)
    {
        var derived = (await VerdictAsync(Both, Layer("tracking_error", "mean", mean), Layer("gaps", "max_ms", gap))).ShouldBeOfType<Derivation.Derived>();

        (await TextAsync(derived, "verdict"), await GoodAsync(derived), await TextAsync(derived, "reason")).ShouldBe((verdict, good, reason));
        derived.Outcome.ShouldBe(verdict == "review" ? "review" : "derived");
        derived.Provenance.Inputs.Select(i => i.Layer).ShouldBe(["tracking_error", "gaps"]);
    }

    [Fact]
    public async Task Without_a_condition_for_review_what_is_not_good_is_bad()
    {
        var derived = await VerdictAsync("""{"good":"gaps:max_ms < 200"}""", Layer("gaps", "max_ms", 300));
        (await TextAsync(derived, "verdict"), await TextAsync(derived, "reason")).ShouldBe(("bad", "good does not hold"));
    }

    [Fact]
    public async Task Of_two_inputs_with_one_property_the_last_that_has_a_value_counts()
    {
        const string condition = """{"good":"q:x < 1"}""";
        (await TextAsync(await VerdictAsync(condition, Layer("a", "x", 0, "q"), Layer("b", "x", 2, "q")), "verdict")).ShouldBe("bad");
        (await TextAsync(await VerdictAsync(condition, Layer("a", "x", 0, "q"), Layer("b", "x", null, "q")), "verdict")).ShouldBe("good");
    }

    [Fact]
    public async Task A_computation_without_a_finite_answer_is_for_a_person() =>
        (await TextAsync(await VerdictAsync("""{"good":"1 / gaps:max_ms < 2"}""", Layer("gaps", "max_ms", 0)), "reason"))
            .ShouldBe("good is null: a computation in it has no finite answer, or compares several values with several");

    [Theory]
    [InlineData("""{"good":"gaps:max_gap < 200"}""", "good: expected the name of a column, found 'gaps:max_gap': no row has such a property, whose column comes with the first that has; near it is gaps:max_ms at character 1; the properties of the inputs are gaps:max_ms")]
    [InlineData("""{"good":"true","review":"gaps:max_ms = 'long'"}""", "review: expected a number, found a text at character 15")]
    public async Task A_property_that_no_input_has_or_of_another_type_is_a_mismatch_with_what_there_is(string parameters, string detail)
    {
        var skipped = (await VerdictAsync(parameters, Layer("gaps", "max_ms", 1))).ShouldBeOfType<Derivation.Skipped>();
        skipped.Reason.ShouldBe(SkipReasons.SchemaMismatch);
        skipped.Detail.ShouldStartWith(detail);
    }

    [Fact]
    public void What_a_person_should_look_at_has_the_reason_of_its_deriver()
    {
        ReviewReasons.Of(QualityDeriver.DeriverName).ShouldBe(ReviewReasons.TooManyDropped);
        ReviewReasons.Of(VerdictDeriver.DeriverName).ShouldBe(ReviewReasons.Condition);
        ReviewReasons.Of("of_somebody_else").ShouldBe(ReviewReasons.DeriverAsks);
    }

    [Theory]
    [InlineData("{}", "good: expected a condition such as")]
    [InlineData("""{"good":7}""", "good: expected a condition as a text, such as \"tracking_error:mean < 0.13 && gaps:max_ms < 200\", found 7")]
    [InlineData("""{"good":true}""", "found true; as a text it stands in double quotes: \"true\" (on the command line: --set 'good=\"true\"')")]
    [InlineData("""{"good":["a"]}""", "good: expected a condition as a text, such as \"tracking_error:mean < 0.13 && gaps:max_ms < 200\", found [\"a\"]")]
    [InlineData("""{"good":"a <"}""", "good: expected a column, a value, not or (, found the end at character 4:\n  a <\n     ^")]
    [InlineData("""{"good":"1 + 2"}""", "good: expected a condition, which is true or false, found a value")]
    [InlineData("""{"good":"true","review":"not 3"}""", "review: expected true or false, found a number at character 5")]
    [InlineData("""{"good":"true","bad":"false"}""", "bad: unknown; expected good, review")]
    public void Parameters_that_cannot_work_are_refused_when_the_rule_is_declared(string parameters, string refusal) =>
        new VerdictDeriver().RefuseParameters(CanonicalJson.Parse(parameters)).ShouldNotBeNull().ShouldContain(refusal);

    [Theory]
    [InlineData("tracking_error:mean < 1 and gaps_max_ms < 2 and property:gaps:dropped_frames = 0", null)]
    [InlineData("tracking_error:mean < 1 and range:max < 2", "good: expected names of properties of tracking_error, gaps, which begin like tracking_error:…, found 'range:max'; add the layer that has it as an input (--input)")]
    [InlineData("gap:max_ms < 2", "found 'gap:max_ms'")]
    public void A_name_that_no_derived_input_can_give_is_refused_when_the_rule_is_declared(string good, string? refusal)
    {
        var refused = new VerdictDeriver().RefuseNames(CanonicalJson.Parse($$"""{"good":"{{good}}"}"""), ["tracking_error", "gaps"]);
        if (refusal is null)
        {
            refused.ShouldBeNull();
        }
        else
        {
            refused.ShouldNotBeNull().ShouldContain(refusal);
        }
    }

    [Theory]
    [InlineData("tracking_error:mean < 1 and tracking_error_mean < 2", null)]
    [InlineData("tracking_error:maen < 1", "good: expected the name of a column, found 'tracking_error:maen': no row has such a property, whose column comes with the first that has; near it is tracking_error:mean")]
    [InlineData("gaps:max_ms < 1", null)]
    [InlineData("episode:note = 'x'", "good: expected the name of a column, found 'episode:note'")]
    public void A_name_that_nothing_gives_is_told_but_not_where_a_rule_may_give_it_that_gave_nothing_yet(string good, string? warning)
    {
        ExpressionColumns columns = new([new("property:tracking_error:mean", ExpressionType.Number, IsList: true)]);
        var warnings = new VerdictDeriver().WarnOfNames(CanonicalJson.Parse($$"""{"good":"{{good}}","review":"tracking_error:mean < 3"}"""), columns, ["tracking_error", "gaps"]);
        if (warning is null)
        {
            warnings.ShouldBeEmpty();
        }
        else
        {
            warnings.ShouldHaveSingleItem().ShouldStartWith(warning);
        }
    }

    private static (string Layer, ReadOnlyMemory<byte> File) Layer(string layer, string component, double? value, string? property = null)
    {
        var item = new Field("item", DoubleType.Default, nullable: true);
        var list = ListArray.From(item, [0, 1], DoubleArray.FromNullable([value]));
        return (layer, new RecordingBuilder().Add($"/__properties/{property ?? layer}", [], 1, list, component).ToRrd());
    }

    private static async Task<Derivation> VerdictAsync(string parameters, params (string Layer, ReadOnlyMemory<byte> File)[] layers)
    {
        var (deriver, json) = (new VerdictDeriver(), CanonicalJson.Parse(parameters));
        deriver.RefuseParameters(json).ShouldBeNull();
        var inputs = new List<InputLayer>();
        foreach (var (layer, file) in layers)
        {
            inputs.Add((await Deriving.LoadAsync(file, layer, deriver, json)).Layer);
        }

        return deriver.Derive(new(Deriving.Dataset, RecordingBuilder.Segment, "verdict", 1, "verdict", json, inputs), TestContext.Current.CancellationToken);
    }

    private static async Task<string?> TextAsync(Derivation derivation, string component) => ((StringArray?)await Deriving.PropertyAsync(derivation, "verdict", component))?.GetString(0);

    private static async Task<bool?> GoodAsync(Derivation derivation) => ((BooleanArray?)await Deriving.PropertyAsync(derivation, "verdict", "good"))?.GetValue(0);
}
