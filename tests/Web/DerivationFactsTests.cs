using Strata.Contracts;
using Strata.Projections;

namespace Strata.Web.Tests;

public sealed class DerivationFactsTests
{
    private static readonly DatasetId Dataset = DatasetId.New();
    private static readonly RuleRow Rule = new(Dataset, "quality", 2, "quality", ["tracking_error"], "quality", CanonicalJson.EmptyObject, 7);

    [Fact]
    public void A_decision_of_the_present_inputs_is_told_with_its_reason()
    {
        Of(Row("derived", null)).Outcome.ShouldBe(DerivationOutcomes.Derived);
        (Of(Row("skipped", SkipReasons.NoData)) is { Outcome: DerivationOutcomes.Skipped, Reason: SkipReasons.NoData, Revision: 1, Position: 20 }).ShouldBeTrue();
        (Of(Row("review", null)) is { Outcome: DerivationOutcomes.Review, Reason: ReviewReasons.TooManyDropped }).ShouldBeTrue();
        (Facts([Row("review", null)]) with { Rules = [Rule with { Deriver = "verdict" }] }).States().Single().Reason.ShouldBe(ReviewReasons.Condition);
        (Of(Row("derived", null) with { OutputIsGone = true }) is { Outcome: DerivationOutcomes.Removed, Reason: null }).ShouldBeTrue();
        (Of(Row("derived", null) with { OutputIsGiven = true }) is { Outcome: DerivationOutcomes.Given, Reason: SkipReasons.Given }).ShouldBeTrue();
    }

    [Fact]
    public void What_an_older_revision_decided_says_so_while_the_rule_stands_and_is_not_suppressed()
    {
        const string words = "by revision 1, and the rule has revision 2: a back-fill applies it";
        Of(Row("derived", null) with { Detail = null }).Detail.ShouldBe(words);
        Of(Row("skipped", SkipReasons.NoData) with { Detail = "no rows." }).Detail.ShouldBe($"no rows; {words}");
        Of(Row("derived", null) with { Revision = 2 }).Detail.ShouldBe("in words");
        Facts([Row("derived", null)], suppressions: [new SuppressionRow("quality", "s", "calibration run", 25)]).States().Single().Detail.ShouldBe("in words");
        (Facts([Row("derived", null)]) with { Rules = [Rule with { UntilPosition = 40 }] }).States().Single().Detail.ShouldBe("in words");
    }

    [Fact]
    public void Open_work_is_pending_also_where_an_old_layer_stands()
    {
        var item = new WorkItem(Sha256Digest.Of([1]), Dataset, "s", "quality", 2, [], Sha256Digest.Of([2]), 30);
        (Facts([Row("derived", null) with { Current = false, Stale = true }], open: [item]).States().Single() is { Outcome: DerivationOutcomes.Pending, Stale: true, Position: 30 }).ShouldBeTrue();
    }

    [Fact]
    public void A_suppressed_rule_is_told_with_the_persons_words_unless_its_layer_stands()
    {
        var suppression = new SuppressionRow("quality", "s", "calibration run", 25);
        (Facts([Row("failed", FailureReasons.Unexpected)], suppressions: [suppression]).States().Single() is { Outcome: DerivationOutcomes.Suppressed, Detail: "calibration run" }).ShouldBeTrue();
        Facts([Row("derived", null)], suppressions: [suppression]).States().Single().Outcome.ShouldBe(DerivationOutcomes.Derived);
    }

    [Fact]
    public void A_segment_that_nobody_decided_about_waits_for_its_input_or_for_a_backfill()
    {
        (Facts([], "base").States().Single() is { Outcome: DerivationOutcomes.WaitsForInput, Detail: "no layer 'tracking_error'" }).ShouldBeTrue();
        Facts([], "base", "tracking_error").States().Single().Outcome.ShouldBe(DerivationOutcomes.NeedsBackfill);
        Facts([Row("derived", null) with { Current = false }], "base", "tracking_error").States().Single().Outcome.ShouldBe(DerivationOutcomes.NeedsBackfill);
    }

    [Fact]
    public void Of_a_retired_rule_only_what_it_decided_is_told()
    {
        var facts = Facts([Row("derived", null)]) with { Rules = [Rule with { UntilPosition = 40 }] };
        facts.States().ShouldHaveSingleItem().Outcome.ShouldBe(DerivationOutcomes.Derived);
        (facts with { Evaluations = [] }).States().ShouldBeEmpty();
    }

    [Fact]
    public void The_summary_counts_by_rule_outcome_and_reason_what_asks_for_a_person_first()
    {
        var states = new[]
        {
            Of(Row("derived", null)), Of(Row("derived", null)), Of(Row("failed", FailureReasons.Unexpected) with { Stale = true }), Of(Row("skipped", SkipReasons.Given)), Of(Row("skipped", SkipReasons.NoData)),
        };
        ListDerivationsOperation.Summarise(states).Select(s => (s.Outcome, s.Reason, s.Segments, s.Stale)).ShouldBe(
        [
            ("failed", FailureReasons.Unexpected, 1, 1), ("skipped", SkipReasons.Given, 1, 0), ("skipped", SkipReasons.NoData, 1, 0), ("derived", null, 2, 0),
        ]);
        ListDerivationsOperation.Summarise(states).ShouldAllBe(s => s.WhatToDo != null);
    }

    private static DerivationState Of(EvaluationRow row) => Facts([row]).States().Single();

    private static DerivationFacts Facts(EvaluationRow[] rows, params string[] layers) => Facts(rows, [], [], layers);

    private static DerivationFacts Facts(EvaluationRow[] rows, WorkItem[]? open = null, SuppressionRow[]? suppressions = null, string[]? layers = null) => new(
        [Rule],
        new Dictionary<string, IReadOnlySet<string>> { ["s"] = (layers ?? ["base", "tracking_error"]).ToHashSet() },
        rows,
        open ?? [],
        suppressions ?? []);

    private static EvaluationRow Row(string outcome, string? reason) => new(
        Dataset, "s", "quality", 1, "quality", outcome, reason, "in words", null, [], 0, [], 1, Position: 20, RecordedAtNs: 21, Current: true);
}
