using System.Globalization;
using Strata.EventStore;
using Strata.Projections.Storage;

namespace Strata.Projections.Running;

/// <summary>
/// Tells whether a generation was folded from this log. A data directory whose log alone was restored from a backup holds tables of events that
/// the log never had: going on from their checkpoint would answer wrongly and skip what is registered next.
/// </summary>
internal static class CheckpointCheck
{
    /// <returns>Why the generation cannot be shown or gone on with, in words; null when it can, or could by its own folds (<see cref="OtherFolds"/>).</returns>
    public static async Task<string?> FindFaultAsync(Generation generation, IEventStore events, CancellationToken cancellationToken)
    {
        if (generation.Versions.Layout != generation.Projection.LayoutVersion)
        {
            return string.Create(
                CultureInfo.InvariantCulture, $"their tables have layout version {generation.Versions.Layout}, this program reads version {generation.Projection.LayoutVersion}");
        }

        var checkpoint = generation.ReadCheckpoint();
        var (position, last) = (checkpoint.Position, checkpoint.LastEventPosition);
        var head = await events.HeadAsync(cancellationToken).ConfigureAwait(false);
        if (position > head)
        {
            return string.Create(
                CultureInfo.InvariantCulture, $"they are folded up to position {position}, but the log ends at {head}: they belong to another log (was the log alone restored from a backup?)");
        }

        if (last < 0 || last > position || (last > 0) != (checkpoint.LastEventId is not null))
        {
            return string.Create(CultureInfo.InvariantCulture, $"their checkpoint contradicts itself: position {position}, last event '{checkpoint.LastEventId}' at {last}");
        }

        if (last > 0 && await FirstAfterAsync(events, last - 1, cancellationToken).ConfigureAwait(false) is var found
            && (found?.Position != last || Checkpoint.TextOf(found.EventId) != checkpoint.LastEventId))
        {
            return string.Create(
                CultureInfo.InvariantCulture, $"the last event they hold is {checkpoint.LastEventId} at position {last}, but the log has {Name(found)} there: they belong to another log (was the log alone restored from a backup?)");
        }

        // Positions without an event are possible; an event between the last one folded and the checkpoint was never folded.
        if (position > last && await FirstAfterAsync(events, last, cancellationToken).ConfigureAwait(false) is { } skipped && skipped.Position <= position)
        {
            return string.Create(CultureInfo.InvariantCulture, $"their checkpoint is at {position}, but the event at position {skipped.Position} was never folded");
        }

        return null;
    }

    /// <returns>That the rows are of other folds than this program's, in words; null when they are not.</returns>
    public static string? OtherFolds(Generation generation) => generation.Versions.Fold == generation.Projection.FoldVersion ? null : string.Create(
        CultureInfo.InvariantCulture, $"they were folded by version {generation.Versions.Fold} of the folds, this program has version {generation.Projection.FoldVersion}");

    private static string Name(RecordedEvent? found) => found is null ? "no event" : Checkpoint.TextOf(found.EventId);

    private static async Task<RecordedEvent?> FirstAfterAsync(IEventStore events, long position, CancellationToken cancellationToken)
    {
        var page = await events.ReadAsync(position, 1, cancellationToken).ConfigureAwait(false);
        return page.Events is [var first] ? first : null;
    }
}
