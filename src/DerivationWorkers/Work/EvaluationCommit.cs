using Microsoft.Extensions.Logging;
using Strata.Contracts;
using Strata.EventStore;
using Strata.Projections;
using Strata.Recordings;
using Strata.Registrar;

namespace Strata.DerivationWorkers;

/// <summary>
/// Makes a group of results lasting: files first (one grouped flush), then one append, then the claims are settled,
/// so that nobody claims again what is decided while the work list still shows it. Source: DESIGN §4.6, rule 15.
/// </summary>
internal sealed class EvaluationCommit(
    IRecordingStore recordings,
    IRegistrar registrar,
    IWorkClaims claims,
    ClaimsHeld held,
    SchemaVerdicts verdicts,
    TransientRetry retry,
    Postponement postponement,
    WorkStandstills standstills,
    ILogger logger)
{
    public async Task CommitAsync(IReadOnlyList<EvaluationResult> group, CancellationToken cancellationToken)
    {
        using var activity = WorkerMeasures.StartCommit(group);
        await held.RenewIfOldAsync(cancellationToken).ConfigureAwait(false);
        var mine = group.Where(r => !r.Claimed.IsLost).ToList();
        if (mine.Count < group.Count)
        {
            logger.LogWarning("{Count} claims were lost while they were worked on; their results are dropped", group.Count - mine.Count);
        }

        var postponed = mine.OfType<EvaluationResult.Postponed>().ToList();
        var returned = mine.OfType<EvaluationResult.Abandoned>().Select(a => a.Claimed).ToList();
        var decided = await WriteAsync([.. mine.OfType<EvaluationResult.Computed>()], postponed, returned, cancellationToken).ConfigureAwait(false);
        decided.AddRange(mine.OfType<EvaluationResult.Decided>().Select(d => new Decision(d.Claimed, d.Evaluation, d.Changed)));
        decided.AddRange(NewMismatches(mine));

        await RecordAsync(decided, postponed, returned, cancellationToken).ConfigureAwait(false);
        returned.AddRange(StillUnrecorded(mine, decided));
        await PostponeAsync(postponed, cancellationToken).ConfigureAwait(false);
        await ReturnAsync(returned, cancellationToken).ConfigureAwait(false);
        var open = postponed.Select(p => p.Claimed).Concat(returned).ToHashSet();
        await SettleAsync([.. mine.Select(r => r.Claimed).Where(c => !open.Contains(c)).Select(c => c.Claim)], cancellationToken).ConfigureAwait(false);
    }

    private async Task<List<Decision>> WriteAsync(
        IReadOnlyList<EvaluationResult.Computed> computed, List<EvaluationResult.Postponed> postponed, List<ClaimedItem> returned, CancellationToken cancellationToken)
    {
        if (computed.Count == 0)
        {
            return [];
        }

        try
        {
            var files = await retry.RunAsync(token => recordings.WriteAllAsync([.. computed.Select(c => c.Rrd)], token), cancellationToken).ConfigureAwait(false);
            return [.. computed.Zip(files, (c, file) => new Decision(c.Claimed, DerivedEvaluation(c, file), null))];
        }
        catch (Exception fault) when (Faults.IsOfForeignStore(fault))
        {
            returned.AddRange(computed.Select(c => c.Claimed));
            return [];
        }
        catch (Exception fault) when (Faults.IsTransient(fault))
        {
            var kind = Faults.IsStorageFull(fault) ? FailureReasons.StorageFull : PostponedReason.Transient;
            logger.LogWarning("{Count} derived layers could not be written and wait ({Kind}): {Message}", computed.Count, kind, fault.Message);
            if (Faults.StandsStill(fault))
            {
                standstills.Tell($"derived layers could not be written: {fault.Message}");
            }

            postponed.AddRange(computed.Select(c => new EvaluationResult.Postponed(c.Claimed, kind, $"layer '{c.OutputLayer}' could not be written: {fault.Message}")));
            return [];
        }
    }

    private IEnumerable<Decision> NewMismatches(IEnumerable<EvaluationResult> results)
    {
        var seen = new HashSet<SchemaKey>();
        foreach (var mismatch in results.OfType<EvaluationResult.Mismatched>())
        {
            if (mismatch.LayerStands || (!verdicts.IsRecorded(mismatch.Claimed.Item) && seen.Add(SchemaKey.Of(mismatch.Claimed.Item))))
            {
                yield return new Decision(mismatch.Claimed, mismatch.Evaluation, null);
            }
        }
    }

    /// <summary>Those that relied on another segment's item to record their schema's mismatch, which that one could not: they are looked at again.</summary>
    private IEnumerable<ClaimedItem> StillUnrecorded(IEnumerable<EvaluationResult> results, IReadOnlyList<Decision> decided)
    {
        var tried = decided.Select(d => d.Claimed).ToHashSet();
        return results.OfType<EvaluationResult.Mismatched>().Select(m => m.Claimed).Where(c => !tried.Contains(c) && !verdicts.IsRecorded(c.Item));
    }

    private async Task RecordAsync(IReadOnlyList<Decision> decisions, List<EvaluationResult.Postponed> postponed, List<ClaimedItem> returned, CancellationToken cancellationToken)
    {
        if (decisions.Count == 0)
        {
            return;
        }

        try
        {
            returned.AddRange(await RecordTogetherAsync(decisions, cancellationToken).ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception fault) when (Faults.IsOfForeignStore(fault))
        {
            returned.AddRange(decisions.Select(d => d.Claimed));
        }
        catch (Exception fault) when (decisions.Count > 1 && !Faults.IsTransient(fault))
        {
            logger.LogError("{Count} evaluations could not be recorded together; each is tried alone: {Message}", decisions.Count, fault.Message);
            logger.LogDebug(fault, "Where it happened");
            foreach (var decision in decisions)
            {
                await RecordAsync([decision], postponed, returned, cancellationToken).ConfigureAwait(false);
            }
        }
#pragma warning disable CA1031 // Whatever the store failed of, the work is not lost: it becomes due again, and the attempts are counted.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            logger.LogWarning("{Count} evaluations could not be recorded and wait: {Message}", decisions.Count, fault.Message);
            logger.LogDebug(fault, "Where it happened");
            if (Faults.StandsStill(fault))
            {
                standstills.Tell(fault.Message);
            }

            var kind = Faults.IsStorageFull(fault) ? FailureReasons.StorageFull : PostponedReason.Transient;
            postponed.AddRange(decisions.Select(d => new EvaluationResult.Postponed(d.Claimed, kind, $"the evaluation could not be recorded: {fault.Message}")));
        }
    }

    /// <returns>What is to be looked at again: a given layer stood in its way and was taken away before that could be recorded, so the same item is still open. A claim that is settled would be so for ever.</returns>
    private async Task<List<ClaimedItem>> RecordTogetherAsync(IReadOnlyList<Decision> decisions, CancellationToken cancellationToken)
    {
        var again = new List<ClaimedItem>();
        var answers = await retry.RunAsync(token => registrar.RecordEvaluationsAsync([.. decisions.Select(d => d.Evaluation with { TraceParent = d.Claimed.TraceParent })], token), cancellationToken).ConfigureAwait(false);
        foreach (var changed in decisions.Select(d => d.Changed).OfType<RecordingChanged>())
        {
            await retry.RunAsync(token => registrar.RecordChangedAsync(changed, token), cancellationToken).ConfigureAwait(false);
        }

        foreach (var (decision, answer) in decisions.Zip(answers))
        {
            WorkerMeasures.CountRecorded(decision.Evaluation, answer.Status);
            if (decision.Evaluation is Evaluation.Skipped { ForSchema: not null } && answer.Status is EvaluationStatus.Recorded or EvaluationStatus.Known)
            {
                verdicts.SetRecorded(decision.Claimed.Item);
            }

            if (decision.Evaluation is Evaluation.Skipped { Reason: SkipReasons.Given } && answer.Status == EvaluationStatus.Superseded)
            {
                again.Add(decision.Claimed);
            }
        }

        return again;
    }

    private async Task PostponeAsync(IReadOnlyList<EvaluationResult.Postponed> postponed, CancellationToken cancellationToken)
    {
        foreach (var result in postponed)
        {
            await postponement.PostponeAsync(result, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task ReturnAsync(List<ClaimedItem> items, CancellationToken cancellationToken)
    {
        if (items.Count > 0)
        {
            await retry.RunAsync(token => claims.ReturnAsync([.. items.Select(i => i.Claim)], token), cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task SettleAsync(IReadOnlyList<WorkClaim> settled, CancellationToken cancellationToken)
    {
        if (settled.Count > 0)
        {
            await retry.RunAsync(token => claims.SettleAsync(settled, token), cancellationToken).ConfigureAwait(false);
        }
    }

    private static Evaluation.Derived DerivedEvaluation(EvaluationResult.Computed computed, KeptFile file)
    {
        var item = computed.Claimed.Item;
        return new(
            item.Dataset, item.Segment, item.Rule, item.Revision, item.WorkId, item.Inputs,
            computed.OutputLayer, file, computed.Facts, computed.Provenance, computed.Outcome, computed.Claimed.Claim.Attempt) { OpenedAtPosition = item.OpenedAtPosition, Backfill = item.Backfill };
    }

    private sealed record Decision(ClaimedItem Claimed, Evaluation Evaluation, RecordingChanged? Changed);
}
