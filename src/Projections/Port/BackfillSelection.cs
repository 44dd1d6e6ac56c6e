using System.Runtime.CompilerServices;

namespace Strata.Projections;

/// <summary>The segments that a back-fill is about, in the order of their ids, a few hundred in memory at a time.</summary>
public sealed class BackfillSelection(IBackfillList backfills, ISegmentConditions conditions)
{
    /// <param name="where">A condition on the segment table as of the same position; null: none.</param>
    public async IAsyncEnumerable<BackfillCandidate> ReadAsync(BackfillQuery query, string? where, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var after = query.After; ;)
        {
            var look = await backfills.CandidatesAsync(query with { After = after }, cancellationToken).ConfigureAwait(false);
            foreach (var candidate in await WhereAsync(look.Found, query, where, cancellationToken).ConfigureAwait(false))
            {
                yield return candidate;
            }

            if (look.LookedAt is not { } last)
            {
                yield break;
            }

            after = last;
        }
    }

    private async Task<IReadOnlyList<BackfillCandidate>> WhereAsync(IReadOnlyList<BackfillCandidate> found, BackfillQuery query, string? where, CancellationToken cancellationToken)
    {
        if (where is null || found.Count == 0)
        {
            return found;
        }

        var held = await conditions.HoldsForAsync(query.Dataset, where, query.AsOf, [.. found.Select(c => c.Segment)], cancellationToken).ConfigureAwait(false);
        var kept = held.ToHashSet(StringComparer.Ordinal);
        return [.. found.Where(c => kept.Contains(c.Segment))];
    }
}
