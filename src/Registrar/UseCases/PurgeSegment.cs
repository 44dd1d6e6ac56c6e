using System.Collections.Immutable;
using Strata.Contracts;
using Strata.EventStore;

namespace Strata.Registrar;

/// <summary>Erasure: the layers go, and an event says that their bytes and blobs do. Source: DESIGN §5, rule 9.</summary>
public sealed partial record PurgeSegment
{
    /// <summary>Of the reason: a sentence, not a document.</summary>
    public const int MaxReasonLength = 1_000;

    /// <param name="past">All events of the segment's stream.</param>
    /// <param name="datasetExists">Layers of a deleted dataset do not stand any more, but their bytes are there.</param>
    /// <returns>Empty when the segment was purged and nothing was registered, and nothing else of it discarded, since.</returns>
    /// <exception cref="CommandRefusedException">No reason, or nothing was ever recorded there.</exception>
    internal static ImmutableArray<StrataEvent> Decide(SegmentState state, IReadOnlyList<RecordedEvent> past, bool datasetExists, PurgeSegment command)
    {
        if (string.IsNullOrWhiteSpace(command.Reason) || command.Reason.Length > MaxReasonLength)
        {
            throw new CommandRefusedException(
                RefusalKind.Invalid, $"purge segment '{command.Segment}': expected a reason of 1 to {MaxReasonLength} characters, found {command.Reason?.Trim().Length ?? 0}");
        }

        if (past.Count == 0)
        {
            throw new CommandRefusedException(RefusalKind.NotFound, $"there is no segment '{command.Segment}' in dataset {command.Dataset}, and never was");
        }

        if (past[^1] is { Event: RecordingPurged before, Position: var purgedAt } && command.Discarded.All(copy => copy.QuarantinedAt < purgedAt && before.Discarded.Contains(copy.Location)))
        {
            return [];
        }

        var layers = past.Select(e => e.Event).OfType<LayerRegistered>().Select(l => new PurgedLayer(l.Layer, l.Fingerprint, l.Kept.Mode == KeepMode.Copy ? l.Kept.Location : null)).Distinct();
        return
        [
            .. datasetExists ? state.Layers.Values.Select(l => new LayerUnregistered(command.Dataset, command.Segment, l.Event.Layer, l.Fingerprint, UnregisterReasons.Purged, command.Source)) : [],
            .. datasetExists && state.PropertiesRevision != 0 ? [new SegmentPropertiesRemoved(command.Dataset, command.Segment, state.PropertiesRevision, command.Source)] : (ImmutableArray<StrataEvent>)[],
            new RecordingPurged(command.Dataset, command.Segment, command.Reason.Trim(), [.. layers], command.Source)
            {
                Discarded = [.. command.Discarded.Select(copy => copy.Location).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
            },
        ];
    }
}
