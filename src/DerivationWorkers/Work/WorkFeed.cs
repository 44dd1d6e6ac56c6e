using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Strata.Contracts;
using Strata.EventStore;
using Strata.Projections;

namespace Strata.DerivationWorkers;

/// <summary>
/// Looks through the work list when woken, claims what is free and due, and hands it on with all that its evaluation needs. What an earlier attempt left without an
/// answer may have ended its process: it is claimed last, and alone, so that it takes no other item's attempts with it. Source: DESIGN rule 8.
/// </summary>
internal sealed class WorkFeed(
    WorkerPorts ports, WorkPreparation preparation, ClaimsHeld held, OutsideAdmission admission, Suspects suspects, IdleClaims idle, WakeSignal wake, TransientRetry retry, WorkerOptions options, ILogger logger)
{
    /// <summary>How many suspects the last word about them counted, so that they are told of once and not at each try.</summary>
    private int _suspectsTold;

    private bool _asideTold;

    public async Task RunAsync(WorkLanes work, ChannelWriter<EvaluationResult> results, CancellationToken stop)
    {
        try
        {
            while (true)
            {
                await wake.WaitAsync(stop).ConfigureAwait(false);
                await PassAsync(work, results, stop).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The worker stops.
        }
    }

    private async Task PassAsync(WorkLanes work, ChannelWriter<EvaluationResult> results, CancellationToken stop)
    {
        try
        {
            var (position, workId) = (0L, (Sha256Digest?)null);
            Suspect? suspect = null;
            var suspected = 0;
            await retry.RunAsync(idle.BeginWalkAsync, stop).ConfigureAwait(false);
            while (!held.IsOneAlone)
            {
                await held.WaitForRoomAsync(stop).ConfigureAwait(false);
                var batch = held.BatchItems;
                var page = await retry.RunAsync(token => ports.ReadModels.Work.OpenAsync(batch, position, workId, token), stop).ConfigureAwait(false);
                idle.Meet(page);
                var (free, outside) = await admission.SortAsync([.. page.Where(i => !held.Holds(ClaimKeys.Of(i)))], held, stop).ConfigureAwait(false);
                var found = await retry.RunAsync(token => suspects.AmongAsync(free, token), stop).ConfigureAwait(false);
                suspected += found.Count;
                suspect = found.Append(suspect).OfType<Suspect>().MinBy(s => s.Attempts);
                if (free.Count + outside.Values.Sum(items => items.Count) > 0 && await StandsAsideAsync(stop).ConfigureAwait(false))
                {
                    return;
                }

                await ClaimAsync([.. free.Except(found.Select(s => s.Item))], isAlone: false, lane: null, work, results, stop).ConfigureAwait(false);
                foreach (var (lane, items) in outside)
                {
                    for (var (at, room) = (0, admission.RoomIn(lane, held)); at < items.Count && room > 0; (at, room) = (at + room, admission.RoomIn(lane, held)))
                    {
                        await ClaimAsync([.. items.Skip(at).Take(room)], isAlone: false, lane, work, results, stop).ConfigureAwait(false);
                    }
                }

                if (page.Count < batch)
                {
                    Tell(suspected, suspect);
                    await retry.RunAsync(idle.EndWalkAsync, stop).ConfigureAwait(false);
                    break;
                }

                (position, workId) = (page[^1].OpenedAtPosition, page[^1].WorkId);
            }

            // Who holds nothing but one suspect is woken again when that one is let go.
            if (suspect is not null && held.Count == 0)
            {
                logger.LogDebug("Rule {Rule} on segment {Segment} is tried alone; attempts without an answer so far: {Attempts}", suspect.Item.Rule, suspect.Item.Segment, suspect.Attempts);
                await ClaimAsync([suspect.Item], isAlone: true, lane: null, work, results, stop).ConfigureAwait(false);
            }
        }
#pragma warning disable CA1031 // The worker outlives a store that is away; the sweep looks again.
        catch (Exception fault) when (fault is not OperationCanceledException)
#pragma warning restore CA1031
        {
            logger.LogWarning("The work list could not be looked through; the next look is within {Sweep}: {Message}", options.SweepEvery, fault.Message);
            logger.LogDebug(fault, "Where it happened");
            if (Faults.StandsStill(fault))
            {
                ports.Standstills.Tell(fault.Message);
            }
        }
    }

    /// <summary>Where the recordings are not those of the log any more the work is left to processes that have the right ones; who waits for it here is told.</summary>
    private async Task<bool> StandsAsideAsync(CancellationToken stop)
    {
        if (ports.Standing is not { } standing || await retry.RunAsync(standing.LookAsync, stop).ConfigureAwait(false) is not { } refusal)
        {
            _asideTold = false;
            return false;
        }

        if (!_asideTold)
        {
            logger.LogError("The workers stand aside and leave the work to processes that have this log's recordings: {Reason}; {Next}", refusal.Message, refusal.Next);
            _asideTold = true;
        }

        ports.Standstills.Tell($"the workers of this server stand aside: {refusal.Message}; {refusal.Next}");
        return true;
    }

    /// <param name="first">Whose turn is next; null when there is none.</param>
    private void Tell(int suspected, Suspect? first)
    {
        if (first is not null && suspected > _suspectsTold)
        {
            logger.LogWarning(
                "{Suspected} left without an answer by a process that ended; each is tried alone, after all others, first rule {Rule} on segment {Segment} (attempts so far: {Attempts})",
                suspected == 1 ? "1 evaluation was" : $"{suspected} evaluations were", first.Item.Rule, first.Item.Segment, first.Attempts);
        }

        _suspectsTold = suspected;
    }

    private async Task ClaimAsync(List<WorkItem> free, bool isAlone, string? lane, WorkLanes work, ChannelWriter<EvaluationResult> results, CancellationToken stop)
    {
        if (free.Count == 0)
        {
            return;
        }

        var byKey = free.ToDictionary(ClaimKeys.Of);

        // Not cancelled half-way: a claim that was made but not seen would lie idle for its whole lease.
        var claims = await retry.RunAsync(_ => ports.Claims.ClaimAsync([.. byKey.Keys], options.Owner, options.Lease, CancellationToken.None), stop).ConfigureAwait(false);
        if (claims.Count == 0)
        {
            return;
        }

        var items = claims.Select(c => new ClaimedItem(byKey[c.WorkId], c, lane)).ToList();
        held.Take(items, isAlone);
        await PrepareAsync(items, work, results, stop).ConfigureAwait(false);
    }

    private async Task PrepareAsync(List<ClaimedItem> items, WorkLanes work, ChannelWriter<EvaluationResult> results, CancellationToken stop)
    {
        IReadOnlyList<PreparedWork?> prepared;
        try
        {
            prepared = await retry.RunAsync(token => preparation.PrepareAsync(items, token), stop).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            GiveBack(items, results, i => new EvaluationResult.Abandoned(i));
            throw;
        }
        catch (LogDamagedException) when (items.Count > 1)
        {
            // Only those that need what is damaged wait for it.
            foreach (var item in items)
            {
                await PrepareAsync([item], work, results, stop).ConfigureAwait(false);
            }

            return;
        }
#pragma warning disable CA1031 // Whatever the store failed of, the items become due again and their attempts are counted.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            logger.LogWarning("{Count} items wait, since what they need could not be read: {Message}", items.Count, fault.Message);
            logger.LogDebug(fault, "Where it happened");
            GiveBack(items, results, i => new EvaluationResult.Postponed(i, PostponedReason.Transient, $"the segment could not be read: {fault.Message}"));
            return;
        }

        for (var i = 0; i < items.Count; i++)
        {
            if (prepared[i] is { } ready)
            {
                work.Write(ready);
            }
            else
            {
                GiveBack([items[i]], results, item => new EvaluationResult.Stale(item));
            }
        }
    }

    private void GiveBack(IReadOnlyList<ClaimedItem> items, ChannelWriter<EvaluationResult> results, Func<ClaimedItem, EvaluationResult> why)
    {
        foreach (var item in items)
        {
            held.Decide(item);
            results.TryWrite(why(item));
        }
    }
}
