using Strata.Projections;

namespace Strata.DerivationWorkers;

/// <summary>Sorts what an outside deriver computes from the rest, and takes no more of it at once than is computed soon: it may take long, and others have workers too.</summary>
internal sealed class OutsideAdmission(RuleBook rules, DeriverRegistry derivers, TransientRetry retry, WorkerOptions options)
{
    /// <summary>One is computed, the next one is there.</summary>
    private const int HeldPerLane = 2;

    /// <returns>What derivers of this program compute, and by lane as much of the rest as there is room for; what is left over stays on the list.</returns>
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
                continue;
            }

            var lane = OutsideLanes.Of(deriver);
            if (outside[lane].Count < (HeldPerLane * options.Parallelism) - held.CountOf(lane))
            {
                outside[lane].Add(item);
            }
        }

        return (builtIn, outside);
    }
}
