using Strata.EventStore;
using Strata.Projections;

namespace Strata.DerivationWorkers;

/// <summary>Sorts what an outside deriver computes from the rest, and takes no more of it at once than is computed soon: it may take long, and others have workers too.</summary>
internal sealed class OutsideAdmission(RuleBook rules, DeriverRegistry derivers, IWorkClaims claims, TransientRetry retry, WorkerOptions options, TimeProvider time)
{
    /// <summary>One is computed, the next one is there.</summary>
    private const int HeldPerLane = 2;

    /// <summary>How many more may be claimed.</summary>
    public int RoomIn(string lane, ClaimsHeld held) => (HeldPerLane * options.Parallelism) - held.CountOf(lane);

    /// <returns>
    /// What derivers of this program compute, and by lane what may be claimed of the rest while there is room: what others hold, or waits for its time, would else stand before all
    /// that comes behind it.
    /// </returns>
    public async Task<(IReadOnlyList<WorkItem> BuiltIn, IReadOnlyDictionary<string, List<WorkItem>> Outside)> SortAsync(IReadOnlyList<WorkItem> free, ClaimsHeld held, CancellationToken cancellationToken)
    {
        if (!derivers.Outside.Any())
        {
            return (free, new Dictionary<string, List<WorkItem>>());
        }

        var builtIn = new List<WorkItem>(free.Count);
        var outside = OutsideLanes.All(derivers).ToDictionary(lane => lane, _ => new List<WorkItem>(), StringComparer.Ordinal);
        foreach (var item in free)
        {
            var rule = await retry.RunAsync(async token => await rules.FindAsync(item.Dataset, item.Rule, item.Revision, token).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
            if (rule is null || derivers.FindOutside(rule.Deriver) is not { } deriver)
            {
                builtIn.Add(item);
            }
            else if (OutsideLanes.Of(deriver) is var lane && RoomIn(lane, held) > 0)
            {
                outside[lane].Add(item);
            }
        }

        await LeaveOutTakenAsync(outside.Values, cancellationToken).ConfigureAwait(false);
        return (builtIn, outside);
    }

    private async Task LeaveOutTakenAsync(IReadOnlyCollection<List<WorkItem>> lanes, CancellationToken cancellationToken)
    {
        var keys = lanes.SelectMany(items => items).Select(ClaimKeys.Of).ToList();
        if (keys.Count == 0)
        {
            return;
        }

        var nowNs = NowNs.Of(time);
        var attempts = await retry.RunAsync(token => claims.ReadAsync(keys, token), cancellationToken).ConfigureAwait(false);
        var taken = attempts.Where(a => a.IsSettled || a.LeasedUntilNs > nowNs || a.DueAtNs > nowNs).Select(a => a.WorkId).ToHashSet();
        foreach (var items in lanes)
        {
            items.RemoveAll(item => taken.Contains(ClaimKeys.Of(item)));
        }
    }
}
