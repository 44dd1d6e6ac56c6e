using System.Collections.Immutable;
using Strata.Contracts;
using Strata.EventStore;

namespace Strata.Projections.Folding;

/// <summary>A stretch of the log with the blobs that the folds look into.</summary>
/// <param name="FromPosition">The checkpoint that it goes on from: all events after it and up to <paramref name="NextPosition"/> are here.</param>
/// <param name="NextPosition">The checkpoint after this batch.</param>
internal sealed record FoldBatch(long FromPosition, ImmutableArray<RecordedEvent> Events, long NextPosition, IReadOnlyDictionary<Sha256Digest, ReadOnlyMemory<byte>> Blobs)
{
    /// <summary>The segments whose blobs are not looked into.</summary>
    public PurgedSegments Purged { get; init; } = PurgedSegments.None;

    /// <returns>The Arrow IPC stream with the layer's properties; null where it has none, or none that may be looked into.</returns>
    /// <exception cref="FoldException">They are not in the log.</exception>
    public ReadOnlyMemory<byte>? PropertiesOf(LayerRegistered layer, long position)
    {
        if (layer.PropertiesBlob is not { } hash || Purged.Covers(layer.Dataset, layer.Segment, position))
        {
            return null;
        }

        return Blobs.TryGetValue(hash, out var found)
            ? found
            : throw new FoldException($"segment '{layer.Segment}', layer '{layer.Layer}': its property blob {hash} is not in the log; verify the log, or restore it");
    }

    /// <summary>Whether the batch was read before anybody knew of the purge, and has properties of its segment from before it.</summary>
    public bool BringsPropertiesOf(RecordingPurged purged, long purgedAt) => Events.Any(recorded => recorded.Position < purgedAt
        && recorded.Event switch
        {
            LayerRegistered { PropertiesBlob: not null } layer => layer.Dataset == purged.Dataset && layer.Segment == purged.Segment,
            SegmentPropertiesSet set => set.Dataset == purged.Dataset && set.Segment == purged.Segment,
            _ => false,
        }
        && !Purged.Covers(purged.Dataset, purged.Segment, recorded.Position));

    /// <summary>What of the batch lies up to <paramref name="last"/>.</summary>
    public FoldBatch UpTo(long last) => NextPosition <= last ? this : this with { Events = [.. Events.Where(e => e.Position <= last)], NextPosition = last };

    /// <summary>The first <paramref name="count"/> events alone; the checkpoint says nothing when there are none.</summary>
    public FoldBatch Before(int count) => this with { Events = Events[..count], NextPosition = count == 0 ? 0 : Events[count - 1].Position };

    /// <summary>What of the batch is not yet folded in a generation that stands at <paramref name="position"/>; null when nothing is.</summary>
    public FoldBatch? After(long position) => NextPosition <= position ? null
        : Events is [var first, ..] && first.Position <= position ? this with { Events = [.. Events.Where(e => e.Position > position)] }
        : this;
}
