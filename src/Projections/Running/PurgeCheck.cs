using System.Globalization;
using Strata.EventStore;
using Strata.Projections.Storage;

namespace Strata.Projections.Running;

/// <summary>
/// Tells whether tables hold what was purged while nobody folded them on, as where their process was stopped. While it runs, the old tables serve until new ones are
/// made; here whoever comes back would show again what was said to be gone.
/// </summary>
internal static class PurgeCheck
{
    /// <returns>What they hold, in words; null when nothing that they hold was purged.</returns>
    public static async Task<string?> FindFaultAsync(Generation generation, IEventStore events, CancellationToken cancellationToken)
    {
        var position = generation.ReadCheckpoint().Position;
        var since = (await PurgedSegments.ReadAsync(events, cancellationToken).ConfigureAwait(false)).After(position);
        using var scope = since.Count > 0 ? generation.TryRead() : null;
        return scope is not null && since.FirstOrDefault(purge => generation.Projection.HoldsPropertiesOf(scope.Database, purge.Dataset, purge.Segment)) is { } held
            ? string.Create(CultureInfo.InvariantCulture, $"they hold properties of segment '{held.Segment}' of dataset {held.Dataset}, which was purged at position {held.Position}, and end at {position}")
            : null;
    }
}
