using Strata.Contracts;
using static Strata.Registrar.Tests.Events;

namespace Strata.Registrar.Tests;

public sealed class RetireRuleTests
{
    private static readonly DerivationInput Base = Input("base", "b");
    private static readonly DatasetState State = DatasetAfter(Rule("tracking_error", 3, "base"), Rule("quality", 1, "tracking_error"));

    [Fact]
    public void A_standing_rule_is_retired_once()
    {
        RetireRule.Decide(State, Retire("tracking_error")).ShouldHaveSingleItem().ShouldBe(new RuleRetired(Dataset, "tracking_error", Someone));
        RetireRule.Decide(Retired(), Retire("tracking_error")).ShouldBeEmpty();
    }

    [Fact]
    public void A_rule_that_there_never_was_is_refused_with_those_there_are() =>
        Should.Throw<CommandRefusedException>(() => RetireRule.Decide(State, Retire("traking_error"))).Message.ShouldContain("it has quality, tracking_error");

    [Fact]
    public void Revisions_go_on_counting_after_a_retirement()
    {
        var again = DeclareRule.Decide(Retired(), Declare("tracking_error", "tracking_error", "base"));
        again.ShouldHaveSingleItem().Revision.ShouldBe(4);
        Retired().Apply(again[0], 11).Rules.ShouldContainKey("tracking_error");
        Retired().Apply(again[0], 11).Retired.ShouldBeEmpty();
    }

    [Fact]
    public void The_layer_of_a_retired_rule_is_free_for_another_one() =>
        DeclareRule.Decide(Retired(), Declare("mine", "tracking_error", "base")).ShouldHaveSingleItem().Revision.ShouldBe(1);

    [Fact]
    public void Rule_6_a_result_of_a_retired_rule_is_refused_as_superseded()
    {
        var result = Result("tracking_error", "t", 3, Base);
        var segment = SegmentAfter(Given("base", "b"));
        RecordEvaluation.Decide(new(State, segment, EvaluationState.Empty, EvaluationState.Empty), result, Content("t"), null).Status.ShouldBe(EvaluationStatus.Recorded);
        var late = RecordEvaluation.Decide(new(Retired(), segment, EvaluationState.Empty, EvaluationState.Empty), result, Content("t"), null);
        (late.Status, late.SegmentEvents.Length, late.EvaluationEvents.Length).ShouldBe((EvaluationStatus.Superseded, 0, 0));
    }

    [Fact]
    public void What_it_made_goes_with_the_reason_and_with_all_that_needs_it_and_nothing_else()
    {
        var segment = SegmentAfter(Given("base", "b"), Derived("tracking_error", "t", Base), Derived("quality", "q", Input("tracking_error", "t")), Derived("gaps", "g", Base));
        RetireRule.DecideRemoval(segment, Segment, Retire("tracking_error")).Select(r => (r.Layer, r.Reason))
            .ShouldBe([("tracking_error", UnregisterReasons.RuleRetired), ("quality", UnregisterReasons.InputRemoved)]);
        RetireRule.DecideRemoval(SegmentAfter(Given("base", "b"), Given("tracking_error", "mine")), Segment, Retire("tracking_error")).ShouldBeEmpty();
    }

    private static DatasetState Retired() => State.Apply(new RuleRetired(Dataset, "tracking_error", Someone), 10);

    private static RetireRule Retire(string rule) => new(Dataset, rule, RemoveLayers: true, Someone);

    private static DeclareRule Declare(string rule, string output, params string[] inputs) =>
        new(Dataset, new RuleDefinition(rule, rule, [.. inputs], output, CanonicalJson.EmptyObject), Someone);
}
