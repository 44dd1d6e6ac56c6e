using Strata.Contracts;
using static Strata.Registrar.Tests.Events;

namespace Strata.Registrar.Tests;

public sealed class RecordEvaluationTests
{
    private static readonly DerivationInput Base = Input("base", "b");
    private static readonly DatasetState Rules = DatasetAfter(Rule("tracking_error", 1, "base"), Rule("quality", 1, "tracking_error"));

    [Fact]
    public void A_result_of_current_inputs_registers_its_layer_with_provenance_and_is_done()
    {
        var decision = Decide(SegmentAfter(Given("base", "b")), EvaluationState.Empty, Result("tracking_error", "t", 1, Base));
        decision.Status.ShouldBe("recorded");
        var layer = decision.SegmentEvents.Single().ShouldBeOfType<LayerRegistered>();
        layer.Origin.ShouldBe(LayerOrigin.Derived);
        layer.Provenance!.Inputs.ShouldBe([Base]);
        decision.EvaluationEvents.Single().ShouldBeOfType<DerivationDone>().OutputFingerprint.ShouldBe(Hash("t"));
    }

    [Fact]
    public void Rule_6_a_slow_worker_cannot_register_a_result_of_yesterdays_base()
    {
        Decide(SegmentAfter(Given("base", "b"), Given("base", "newer")), EvaluationState.Empty, Result("tracking_error", "t", 1, Base)).ShouldBe(EvaluationDecision.Superseded);
        Decide(SegmentAfter(Given("base", "b"), Gone("base", "b")), EvaluationState.Empty, Result("tracking_error", "t", 1, Base)).ShouldBe(EvaluationDecision.Superseded);
    }

    [Fact]
    public void Rule_6_a_result_of_an_older_revision_of_the_rule_is_superseded()
    {
        var newer = Rules.Apply(Rule("tracking_error", 2, "base"), 9);
        Decide(newer, SegmentAfter(Given("base", "b")), EvaluationState.Empty, Result("tracking_error", "t", 1, Base)).ShouldBe(EvaluationDecision.Superseded);
    }

    [Fact]
    public void Rule_5_a_suppressed_rule_registers_nothing_until_resumed_or_an_input_has_new_content()
    {
        var suppressed = Rules.Apply(new RuleSuppressed(Dataset, "tracking_error", Segment, "asked"), 5);
        var segment = SegmentAfter(Given("base", "b"));
        Decide(suppressed, segment, EvaluationState.Empty, Result("tracking_error", "t", 1, Base)).ShouldBe(EvaluationDecision.Superseded);
        Decide(suppressed, segment.Apply(Given("base", "b"), 6), EvaluationState.Empty, Result("tracking_error", "t", 1, Base)).ShouldBe(EvaluationDecision.Superseded);
        Decide(suppressed, segment.Apply(Given("base", "c"), 6), EvaluationState.Empty, Result("tracking_error", "t", 1, Input("base", "c"))).Status.ShouldBe("recorded");
        Decide(suppressed.Apply(new RuleResumed(Dataset, "tracking_error", Segment), 6), segment, EvaluationState.Empty, Result("tracking_error", "t", 1, Base)).Status.ShouldBe("recorded");
    }

    [Fact]
    public void Rule_5_a_rule_never_overwrites_a_given_layer()
    {
        var decision = Decide(SegmentAfter(Given("base", "b"), Given("tracking_error", "mine")), EvaluationState.Empty, Result("tracking_error", "t", 1, Base));
        decision.Status.ShouldBe("given");
        decision.SegmentEvents.ShouldBeEmpty();
        decision.EvaluationEvents.Single().ShouldBeOfType<DerivationSkipped>().Reason.ShouldBe(SkipReasons.Given);
    }

    [Fact]
    public void What_a_schema_was_decided_on_meanwhile_is_not_told_again_of_a_segment_with_a_given_layer()
    {
        var segment = SegmentAfter(Given("base", "b"), Given("tracking_error", "mine"));
        var skipped = new Evaluation.Skipped(Dataset, Segment, "tracking_error", 1, Hash("work"), [Base], SkipReasons.Given, "mine", [], null);
        var schema = segment.Find("base")!.Event.SchemaSha256;
        var schemas = EvaluationState.Empty.Apply(new DerivationSkipped(Dataset, "", "tracking_error", 1, null, schema, SkipReasons.SchemaMismatch, "no", [], []), 9);

        Decide(segment, EvaluationState.Empty, skipped).EvaluationEvents.ShouldHaveSingleItem();
        RecordEvaluation.Decide(new EvaluationContext(Rules, segment, EvaluationState.Empty, schemas), skipped, null, null).ShouldBe(EvaluationDecision.Known(9));
    }

    [Fact]
    public void Rule_6_that_a_given_layer_stands_in_the_way_counts_no_longer_when_it_was_taken_away_or_adopted_meanwhile()
    {
        var skipped = Skip("tracking_error", SkipReasons.Given, null, Base);
        var before = SegmentAfter(Given("base", "b"), Given("tracking_error", "mine"));

        Decide(before, EvaluationState.Empty, skipped).EvaluationEvents.ShouldHaveSingleItem();
        Decide(before.Apply(Gone("tracking_error", "mine"), 9), EvaluationState.Empty, skipped).ShouldBe(EvaluationDecision.Superseded);
    }

    [Fact]
    public void Rule_6_an_evaluation_that_stands_is_known_and_appends_nothing()
    {
        var result = Result("tracking_error", "t", 1, Base);
        var (segment, evaluations) = After(SegmentAfter(Given("base", "b")), EvaluationState.Empty, result);
        var again = Decide(segment, evaluations, result);
        again.Status.ShouldBe("known");
        again.SegmentEvents.ShouldBeEmpty();
        again.EvaluationEvents.ShouldBeEmpty();
    }

    [Fact]
    public void Rule_5_after_the_given_layer_in_its_place_is_taken_away_the_same_work_registers_again()
    {
        var result = Result("tracking_error", "t", 1, Base);
        var (segment, evaluations) = After(SegmentAfter(Given("base", "b")), EvaluationState.Empty, result);
        segment = segment.Apply(Given("tracking_error", "mine"), 20).Apply(Gone("tracking_error", "mine"), 21);
        Decide(segment, evaluations, result).SegmentEvents.Single().ShouldBeOfType<LayerRegistered>();
    }

    [Fact]
    public void Rule_9_a_new_base_of_which_the_rule_makes_nothing_takes_the_old_result_and_its_dependants_away()
    {
        var segment = SegmentAfter(Given("base", "b"), Derived("tracking_error", "t", Base), Derived("quality", "q", Input("tracking_error", "t")), Given("base", "c"));
        var decision = Decide(segment, EvaluationState.Empty, Skip("tracking_error", SkipReasons.NoData, null, Input("base", "c")));
        decision.SegmentEvents.Cast<LayerUnregistered>().Select(e => (e.Layer, e.Reason)).ShouldBe(
            [("tracking_error", UnregisterReasons.InputChanged), ("quality", UnregisterReasons.InputRemoved)]);
    }

    [Fact]
    public void A_decision_about_a_schema_is_recorded_once_for_all_segments()
    {
        var skip = Skip("tracking_error", SkipReasons.SchemaMismatch, Hash("schema"), Base);
        var first = Decide(SegmentAfter(Given("base", "b")), EvaluationState.Empty, skip).EvaluationEvents.Single().ShouldBeOfType<DerivationSkipped>();
        first.Segment.ShouldBe("");
        first.WorkId.ShouldBeNull();
        first.SchemaSha256.ShouldBe(Hash("schema"));
        var context = new EvaluationContext(Rules, SegmentAfter(Given("base", "b")), EvaluationState.Empty, EvaluationsAfter(first));
        RecordEvaluation.Decide(context, skip, null, null).Status.ShouldBe("known");
    }

    [Fact]
    public void Work_that_was_opened_again_is_decided_again_though_the_inputs_are_the_same()
    {
        var segment = SegmentAfter(Given("base", "b"));
        var skip = Skip("tracking_error", SkipReasons.NoComparableRows, null, Base);
        var failure = Failure("tracking_error", 1, Base);
        const long Decided = 7;

        foreach (var (evaluation, first) in new (Evaluation, StrataEvent)[]
        {
            (skip, Decide(segment, EvaluationState.Empty, skip).EvaluationEvents.Single()),
            (failure, Decide(segment, EvaluationState.Empty, failure).EvaluationEvents.Single()),
        })
        {
            var evaluations = EvaluationState.Empty.Apply(first, Decided);
            Decide(segment, evaluations, evaluation with { OpenedAtPosition = Decided - 1 }).Status.ShouldBe("known");
            Decide(segment, evaluations, evaluation with { OpenedAtPosition = Decided + 1 }).EvaluationEvents.ShouldHaveSingleItem();
        }
    }

    [Fact]
    public void A_skip_is_known_when_it_comes_again_and_a_failure_when_its_attempt_is_not_newer()
    {
        var segment = SegmentAfter(Given("base", "b"));
        var skip = Skip("tracking_error", SkipReasons.NoData, null, Base);
        var (_, evaluations) = After(segment, EvaluationState.Empty, skip);
        Decide(segment, evaluations, skip).Status.ShouldBe("known");
        (_, evaluations) = After(segment, EvaluationState.Empty, Failure("tracking_error", 3, Base));
        Decide(segment, evaluations, Failure("tracking_error", 3, Base)).Status.ShouldBe("known");
        Decide(segment, evaluations, Failure("tracking_error", 4, Base)).Status.ShouldBe("recorded");
        Decide(segment, evaluations, Result("tracking_error", "t", 1, Base)).Status.ShouldBe("recorded");
    }

    [Fact]
    public void A_layer_whose_schema_contradicts_given_ones_is_skipped_with_the_contradiction()
    {
        var context = new EvaluationContext(Rules, SegmentAfter(Given("base", "b")), EvaluationState.Empty, EvaluationState.Empty);
        var decision = RecordEvaluation.Decide(context, Result("tracking_error", "t", 1, Base), Content("t"), "field 'x' differs");
        decision.SegmentEvents.ShouldBeEmpty();
        var skipped = decision.EvaluationEvents.Single().ShouldBeOfType<DerivationSkipped>();
        skipped.Reason.ShouldBe(SkipReasons.SchemaConflict);
        skipped.Detail.ShouldBe("field 'x' differs");
    }

    private static EvaluationDecision Decide(SegmentState segment, EvaluationState evaluations, Evaluation evaluation) => Decide(Rules, segment, evaluations, evaluation);

    private static EvaluationDecision Decide(DatasetState dataset, SegmentState segment, EvaluationState evaluations, Evaluation evaluation) => RecordEvaluation.Decide(
        new EvaluationContext(dataset, segment, evaluations, EvaluationState.Empty),
        evaluation,
        evaluation is Evaluation.Derived derived ? SourceInspection.ContentOf(derived.Facts) : null,
        schemaConflict: null);

    private static (SegmentState Segment, EvaluationState Evaluations) After(SegmentState segment, EvaluationState evaluations, Evaluation evaluation)
    {
        var decision = Decide(segment, evaluations, evaluation);
        return (decision.SegmentEvents.Aggregate(segment, (s, e) => s.Apply(e, 10)), decision.EvaluationEvents.Aggregate(evaluations, (s, e) => s.Apply(e, 11)));
    }
}
