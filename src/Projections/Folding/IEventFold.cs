using Strata.Contracts;
using Strata.EventStore;

namespace Strata.Projections.Folding;

/// <summary>
/// What a projection makes of the log. Pure over (event, rows): no clock, no random number, no file; the same log gives the same rows however it is cut into batches.
/// </summary>
internal interface IEventFold
{
    /// <param name="batch">In which the event comes: what a purge covers is folded as if it had no properties.</param>
    /// <exception cref="FoldException">The event contradicts what came before it.</exception>
    void Apply(RecordedEvent recorded, FoldBatch batch);

    /// <summary>Writes what was kept back for the end of the batch.</summary>
    void Flush();

    /// <summary>Whether anything that was read of the segment's properties lies in these tables: only a replay that knows of the purge from its start makes tables without it.</summary>
    bool HoldsPropertiesOf(RecordingPurged purged);
}
