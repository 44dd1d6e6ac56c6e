using Strata.Contracts;
using static Strata.Registrar.Tests.Events;

namespace Strata.Registrar.Tests;

public sealed class BackfillDecisionsTests
{
    private const string Id = "4f2a9c07d1e3";
    private static readonly DerivationInput Base = Input("base", "b");
    private static readonly DatasetState Rules = DatasetAfter(Rule("tracking_error", 1, "base"), Rule("tracking_error", 2, "base"));
    private static readonly StartBackfill Start = new(Dataset, "tracking_error", 2, "tracking_error", 3, Force: false, null, 20, 7, Someone);
    private static readonly BackfillStarted Started = StartBackfill.Decide(Rules, Start, Id, running: null);

    [Fact]
    public void It_begins_with_all_that_its_end_depends_on() =>
        Started.ShouldBe(new BackfillStarted(Id, Dataset, "tracking_error", 2, "tracking_error", 3, false, null, 20, 7, Someone));

    [Fact]
    public void A_rule_that_there_is_not_or_of_another_revision_or_with_one_under_way_is_refused_in_words()
    {
        Refusal(Start with { Rule = "qualty" }).ShouldContain("it has tracking_error");
        Refusal(Start with { Revision = 1 }).ShouldContain("expected revision 1, found 2");
        Refusal(Start, "0123456789ab").ShouldContain("strata backfill cancel 0123456789ab");
    }

    [Fact]
    public void It_is_paused_resumed_and_cancelled_and_twice_is_once()
    {
        Step(BackfillStep.Pause, Started).ShouldBe(new BackfillPaused(Id, Dataset, "tracking_error", Someone));
        var paused = new BackfillPaused(Id, Dataset, "tracking_error", Someone);
        Step(BackfillStep.Pause, Started, paused).ShouldBeNull();
        Step(BackfillStep.Resume, Started, paused).ShouldBe(new BackfillResumed(Id, Dataset, "tracking_error", Someone));
        Step(BackfillStep.Resume, Started).ShouldBeNull();
        Step(BackfillStep.Cancel, Started, paused).ShouldBe(new BackfillCancelled(Id, Dataset, "tracking_error", "asked", Someone));
        Step(BackfillStep.Cancel, Started, new BackfillCancelled(Id, Dataset, "tracking_error", "asked", Someone)).ShouldBeNull();
    }

    [Fact]
    public void One_that_there_is_not_or_that_is_over_is_refused()
    {
        Should.Throw<CommandRefusedException>(() => Step(BackfillStep.Pause)).Message.ShouldContain("strata backfill list");
        Should.Throw<CommandRefusedException>(() => Step(BackfillStep.Resume, Started, new BackfillCancelled(Id, Dataset, "tracking_error", "asked", Someone))).Message.ShouldContain("is cancelled");
        Should.Throw<CommandRefusedException>(() => Step(BackfillStep.Cancel, Started, new BackfillFinished(Id, Dataset, "tracking_error", 7))).Message.ShouldContain("is finished");
    }

    [Fact]
    public void A_page_names_its_segments_and_none_is_the_end_and_too_many_are_refused()
    {
        var command = new AdmitBackfill(Id, Dataset, "tracking_error", 2, Version: 2, Page: 1, Admitted: 9, ["a", "b"]);
        AdmitBackfill.Decide(command).ShouldBe(new BackfillAdmitted(Id, Dataset, "tracking_error", 2, 1, ["a", "b"]));
        AdmitBackfill.Decide(command with { Segments = [] }).ShouldBe(new BackfillFinished(Id, Dataset, "tracking_error", 9));
        Should.Throw<CommandRefusedException>(() => AdmitBackfill.Decide(command with { Segments = Enumerable.Range(0, AdmitBackfill.MaxSegments + 1).Select(i => $"{i}").ToEquatableArray() }));
    }

    [Fact]
    public void A_skip_of_a_schema_from_before_the_page_is_recorded_anew_with_its_version_and_one_from_after_it_is_known()
    {
        var before = EvaluationsAfter(new DerivationSkipped(Dataset, "", "tracking_error", 2, null, Hash("schema"), SkipReasons.SchemaMismatch, "in words", [], []));
        var evaluation = new Evaluation.Skipped(
            Dataset, Segment, "tracking_error", 2, WorkIds.Of(Dataset, Segment, "tracking_error", 2, [Base]), [Base], SkipReasons.SchemaMismatch, "in words", [], Hash("schema"));
        Decide(before, evaluation).Status.ShouldBe("known", "no back-fill asks");

        var asked = evaluation with { Backfill = Id, DeriverVersion = 3, OpenedAtPosition = 5 };
        var decision = Decide(before, asked);
        decision.EvaluationEvents.Single().ShouldBeOfType<DerivationSkipped>().ShouldSatisfyAllConditions(
            e => (e.Segment, e.SchemaSha256, e.DeriverVersion, e.Backfill).ShouldBe(("", Hash("schema"), 3, Id)));
        Decide(before.Apply(decision.EvaluationEvents[0], 6), asked).Status.ShouldBe("known");
    }

    [Fact]
    public void Work_that_was_done_before_the_page_is_done_again()
    {
        var result = Result("tracking_error", "t", 2, Base);
        var done = new DerivationDone(Dataset, Segment, "tracking_error", 2, result.WorkId, "tracking_error", Hash("t"), "derived", [Base], 1, [], 1);
        var segment = SegmentAfter(Given("base", "b"), Derived("tracking_error", "t", Base));
        var context = new EvaluationContext(Rules, segment, EvaluationsAfter(done), EvaluationState.Empty);
        RecordEvaluation.Decide(context, result, Content("t"), schemaConflict: null).Status.ShouldBe("known");
        var again = RecordEvaluation.Decide(context, result with { Backfill = Id, OpenedAtPosition = 9 }, Content("t"), schemaConflict: null);
        again.EvaluationEvents.Single().ShouldBeOfType<DerivationDone>().Backfill.ShouldBe(Id);
    }

    private static EvaluationDecision Decide(EvaluationState schemas, Evaluation evaluation) =>
        RecordEvaluation.Decide(new(Rules, SegmentAfter(Given("base", "b")), EvaluationState.Empty, schemas), evaluation, content: null, schemaConflict: null);

    private static StrataEvent? Step(BackfillStep step, params StrataEvent[] events) =>
        SteerBackfill.Decide(events.Aggregate(BackfillState.Empty, (state, e) => state.Apply(e, 0)), new SteerBackfill(Id, step, "asked", Someone));

    private static string Refusal(StartBackfill command, string? running = null) =>
        Should.Throw<CommandRefusedException>(() => StartBackfill.Decide(Rules, command, Id, running)).Message;
}
