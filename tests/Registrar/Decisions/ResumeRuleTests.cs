using System.Collections.Immutable;
using Strata.Contracts;
using static Strata.Registrar.Tests.Events;

namespace Strata.Registrar.Tests;

public sealed class ResumeRuleTests
{
    private static readonly DerivationInput Base = Input("base", "b");
    private static readonly DatasetState Rules = DatasetAfter(Rule("tracking_error", 1, "base"), Rule("quality", 1, "tracking_error"));

    [Fact]
    public void Rule_8_an_evaluation_that_failed_is_resumed_once_and_again_when_it_failed_anew()
    {
        var failed = EvaluationState.Empty.Apply(Failed("tracking_error", Base), 5);
        Decide(Rules, failed, "tracking_error").ShouldHaveSingleItem().ShouldBe(new RuleResumed(Dataset, "tracking_error", Segment));

        var resumed = Rules.Apply(new RuleResumed(Dataset, "tracking_error", Segment), 6);
        Decide(resumed, failed, "tracking_error").ShouldBeEmpty();
        Decide(resumed, failed.Apply(Failed("tracking_error", Base), 7), "tracking_error").ShouldHaveSingleItem();
    }

    [Fact]
    public void Rule_5_a_suppressed_rule_is_resumed()
    {
        var suppressed = Rules.Apply(new RuleSuppressed(Dataset, "tracking_error", Segment, "asked"), 5);
        Decide(suppressed, EvaluationState.Empty, "tracking_error").ShouldHaveSingleItem();
        Decide(suppressed.Apply(new RuleResumed(Dataset, "tracking_error", Segment), 6), EvaluationState.Empty, "tracking_error").ShouldBeEmpty();
    }

    [Fact]
    public void What_was_skipped_or_done_or_never_decided_has_nothing_to_resume()
    {
        var skipped = new DerivationSkipped(Dataset, Segment, "tracking_error", 1, Hash("work"), null, SkipReasons.NoData, "in words", [Base], []);
        Decide(Rules, EvaluationState.Empty, "tracking_error").ShouldBeEmpty();
        Decide(Rules, EvaluationState.Empty.Apply(Failed("tracking_error", Base), 5).Apply(skipped, 6), "tracking_error").ShouldBeEmpty();
        Decide(Rules, EvaluationState.Empty.Apply(Failed("quality", Base), 5), "tracking_error").ShouldBeEmpty();
    }

    [Fact]
    public void A_rule_that_there_is_not_is_refused_with_those_there_are() =>
        Should.Throw<CommandRefusedException>(() => Decide(Rules, EvaluationState.Empty, "qualty")).Message.ShouldContain("it has quality, tracking_error");

    [Fact]
    public void After_a_layers_bytes_came_back_the_rules_that_failed_on_it_are_resumed_and_no_others()
    {
        var failed = EvaluationState.Empty.Apply(Failed("tracking_error", Base), 5).Apply(Failed("quality", Input("tracking_error", "t")), 6);
        ResumeRule.DecideAfterRestoring(Rules, failed, Dataset, Segment, "base").Select(r => r.Rule).ShouldBe(["tracking_error"]);
        ResumeRule.DecideAfterRestoring(Rules, EvaluationState.Empty, Dataset, Segment, "base").ShouldBeEmpty();
    }

    private static ImmutableArray<RuleResumed> Decide(DatasetState dataset, EvaluationState evaluations, string rule) =>
        ResumeRule.Decide(dataset, evaluations, new ResumeRule(Dataset, rule, Segment));

    private static DerivationFailed Failed(string rule, params DerivationInput[] inputs) =>
        new(Dataset, Segment, rule, 1, WorkIds.Of(Dataset, Segment, rule, 1, [.. inputs]), FailureReasons.RecordingMissing, "in words", [.. inputs], 1);
}
