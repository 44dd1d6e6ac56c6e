using Strata.EventStore;
using Strata.Projections;

namespace Strata.DerivationWorkers;

/// <summary>An item that was claimed before, by a worker that neither answered nor gave it back.</summary>
/// <param name="Attempts">So many were begun.</param>
internal sealed record Suspect(WorkItem Item, int Attempts);

/// <summary>Finds among items those whose last attempt left no answer: it died with its process, or of it.</summary>
internal sealed class Suspects(IWorkClaims claims, TimeProvider time)
{
    public async Task<IReadOnlyList<Suspect>> AmongAsync(IReadOnlyList<WorkItem> items, CancellationToken cancellationToken)
    {
        if (items.Count == 0)
        {
            return [];
        }

        var byKey = items.ToDictionary(ClaimKeys.Of);
        var nowNs = NowNs.Of(time);
        var attempts = await claims.ReadAsync([.. byKey.Keys], cancellationToken).ConfigureAwait(false);
        return [.. attempts.Where(a => !a.IsSettled && a.Attempts > 0 && a.LeasedUntilNs <= nowNs && !PostponedReason.Ends(a.LastReason, a.Attempts)).Select(a => new Suspect(byKey[a.WorkId], a.Attempts))];
    }
}
