using Strata.Projections;

namespace Strata.DerivationWorkers;

/// <summary>Sorts what an outside deriver computes from the rest, and takes no more of it at once than is computed soon: it may take long, and others have workers too.</summary>
internal sealed class OutsideAdmission(RuleBook rules, DeriverRegistry derivers, TransientRetry retry, WorkerOptions options)
{
    /// <summary>One is computed, the next one is there.</summary>
    private const int HeldPerLane = 2;

    /// <returns>What derivers of this program compute, and of the rest as much as there is room for; what is left over stays on the list.</returns>
    public async Task<(IReadOnlyList<WorkItem> BuiltIn, IReadOnlyList<WorkItem> Outside)> SortAsync(IReadOnlyList<WorkItem> free, ClaimsHeld held, CancellationToken cancellationToken)
    {
        if (!derivers.Outside.Any())
        {
            return (free, []);
        }

        var (builtIn, outside) = (new List<WorkItem>(free.Count), new List<WorkItem>());
        var room = (HeldPerLane * options.Parallelism) - held.OutsideCount;
        foreach (var item in free)
        {
            var rule = await retry.RunAsync(async token => await rules.FindAsync(item.Dataset, item.Rule, item.Revision, token).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
            if (rule is null || derivers.FindOutside(rule.Deriver) is null)
            {
                builtIn.Add(item);
            }
            else if (outside.Count < room)
            {
                outside.Add(item);
            }
        }

        return (builtIn, outside);
    }
}
