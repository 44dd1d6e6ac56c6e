using System.Diagnostics;
using System.Diagnostics.Metrics;
using Strata.Contracts;
using Strata.Registrar;

namespace Strata.DerivationWorkers;

/// <summary>What workers do: the meter <c>Strata.Workers</c> and the spans of the evaluations. Names and units: docs/operations.md §Metrics.</summary>
internal static class WorkerMeasures
{
    public const string MeterName = "Strata.Workers";

    /// <summary>A commit names the traces that it settles; a collector keeps no more links than this by default.</summary>
    private const int MostLinks = 128;

    private const string Rule = "rule";
    private const string Outcome = "outcome";

    private static readonly Meter Meter = new(MeterName, StrataVersion.Current);

    private static readonly Counter<long> Derivations = Meter.CreateCounter<long>("strata.derivations", "{evaluation}", "Evaluations that were recorded, by rule and outcome");

    private static readonly Histogram<double> Duration = Meter.CreateHistogram<double>("strata.derivation.duration", "s", "From having what an evaluation needs until its result, before it is written");

    private static readonly UpDownCounter<long> Claims = Meter.CreateUpDownCounter<long>("strata.workers.claims", "{item}", "Items of the work list that this process holds");

    public static void Hold(int more) => Claims.Add(more);

    /// <param name="status">The Registrar's answer: what it did not take says why.</param>
    public static void CountRecorded(Evaluation evaluation, string status)
    {
        var outcome = status is "superseded" or "given" or "known" ? status : OutcomeOf(evaluation);
        Derivations.Add(1, new(Rule, evaluation.Rule), new(Outcome, outcome));
    }

    public static async Task<EvaluationResult> ObserveAsync(
        PreparedWork work, Func<CancellationToken, Task<EvaluationResult>> evaluate, TimeProvider time, CancellationToken cancellationToken)
    {
        var item = work.Claimed.Item;
        using var activity = StrataTracing.StartFrom(work.TraceParent, SpanNames.Derive, ActivityKind.Consumer);
        activity?.SetTag("strata.rule", item.Rule).SetTag("strata.dataset", item.Dataset.Value).SetTag("strata.segment", item.Segment).SetTag("strata.attempt", work.Claimed.Claim.Attempt);
        work.Claimed.TraceParent = StrataTracing.Current ?? work.TraceParent;
        var began = time.GetTimestamp();
        var result = await evaluate(cancellationToken).ConfigureAwait(false);
        var outcome = OutcomeOf(result);
        Duration.Record(time.GetElapsedTime(began).TotalSeconds, new(Rule, item.Rule), new(Outcome, outcome));
        activity?.SetTag("strata.outcome", outcome);
        if (result is EvaluationResult.Decided { Evaluation: Evaluation.Failed failed })
        {
            activity.Fail(failed.Detail);
        }

        return result;
    }

    /// <summary>Nothing is told of groups of which nothing was traced.</summary>
    public static Activity? StartCommit(IReadOnlyList<EvaluationResult> group)
    {
        var traces = group.Select(r => r.Claimed.TraceParent).Where(t => t is not null).ToList();
        return traces.Count == 0 ? null : StrataTracing.StartLinked(traces, MostLinks, SpanNames.Commit)?.SetTag("strata.evaluations", group.Count);
    }

    private static string OutcomeOf(EvaluationResult result) => result switch
    {
        EvaluationResult.Computed computed => computed.Outcome,
        EvaluationResult.Decided decided => OutcomeOf(decided.Evaluation),
        EvaluationResult.Mismatched => "skipped",
        EvaluationResult.Postponed => "postponed",
        EvaluationResult.Abandoned => "abandoned",
        _ => "stale",
    };

    private static string OutcomeOf(Evaluation evaluation) => evaluation switch
    {
        Evaluation.Derived derived => derived.Outcome,
        Evaluation.Skipped => "skipped",
        _ => "failed",
    };
}
