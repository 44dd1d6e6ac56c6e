using System.Collections.Immutable;
using Strata.Contracts;
using Strata.EventStore;
using Strata.Projections.Folding;

namespace Strata.Projections.Running;

/// <summary>Reads stretches of the log with the blobs that the folds look into. What follows a full stretch is read and decoded while its blobs are looked up.</summary>
internal sealed class BatchReader(IEventStore events)
{
    /// <summary>
    /// One transaction: large enough that its overhead is small. What is in flight (a batch being folded, those ahead, one whose blobs are read and one that is
    /// decoded, some kilobytes an event) outlives collections of young objects and is copied by each: it must be little beside what they have room for.
    /// </summary>
    public const int BatchEvents = 256;

    /// <summary>Of feeds that ended in the midst of the log; one is in use where all are about as far.</summary>
    private const int MostAhead = 2;

    private readonly Lock _lock = new();
    private readonly Dictionary<long, Task<EventPage>> _ahead = [];
    private PurgedSegments _purged = PurgedSegments.None;

    /// <summary>What is read from here on is without what was purged until now.</summary>
    /// <returns>All that is known to be purged: what another one saw meanwhile is not forgotten.</returns>
    public async Task<PurgedSegments> SeePurgesAsync(CancellationToken cancellationToken)
    {
        var seen = await PurgedSegments.ReadAsync(events, cancellationToken).ConfigureAwait(false);
        lock (_lock)
        {
            if (seen.LastPosition > _purged.LastPosition)
            {
                Volatile.Write(ref _purged, seen);
            }

            return _purged;
        }
    }

    /// <summary>Whether nothing was seen to be purged since it was read, which it may hold.</summary>
    public bool IsCurrent(FoldBatch batch) => batch.Purged.LastPosition == Volatile.Read(ref _purged).LastPosition;

    /// <returns>Null where nothing follows yet. An event that cannot be read, or whose blob is damaged, ends the stretch before it.</returns>
    /// <exception cref="FeedFailedException">The first event cannot be read.</exception>
    public async Task<FoldBatch?> ReadAsync(long after, CancellationToken cancellationToken)
    {
        // One knowledge for the whole batch: another one may learn of a purge while this is read.
        var purged = Volatile.Read(ref _purged);
        var page = await (TakeAhead(after) ?? ReadPageAsync(after, cancellationToken)).ConfigureAwait(false);
        if (page.NextPosition <= after)
        {
            return null;
        }

        if (page.Events.Length == BatchEvents)
        {
            ReadAhead(page.NextPosition, cancellationToken);
        }

        try
        {
            return await WithBlobsAsync(after, page, purged, cancellationToken).ConfigureAwait(false);
        }
        catch (LogDamagedException damage)
        {
            var at = Enumerable.Range(0, page.Events.Length).First(i => BlobOf(page.Events[i], purged) == damage.Blob);
            return at > 0
                ? await WithBlobsAsync(after, new(page.Events[..at], page.Events[at - 1].Position), purged, cancellationToken).ConfigureAwait(false)
                : throw new FeedFailedException(page.Events[at].Position, damage);
        }
    }

    /// <summary>The one that the folds look into.</summary>
    private static Sha256Digest? BlobOf(RecordedEvent recorded, PurgedSegments purged) => recorded.Event switch
    {
        LayerRegistered layer when !purged.Covers(layer.Dataset, layer.Segment, recorded.Position) => layer.PropertiesBlob,
        SegmentPropertiesSet set when !purged.Covers(set.Dataset, set.Segment, recorded.Position) => set.PropertiesBlob,
        _ => null,
    };

    private async Task<FoldBatch> WithBlobsAsync(long from, EventPage page, PurgedSegments purged, CancellationToken cancellationToken)
    {
        var hashes = new HashSet<Sha256Digest>();
        foreach (var recorded in page.Events)
        {
            if (BlobOf(recorded, purged) is { } blob)
            {
                hashes.Add(blob);
            }
        }

        var blobs = hashes.Count == 0
            ? ImmutableDictionary<Sha256Digest, ReadOnlyMemory<byte>>.Empty
            : await events.ReadBlobsAsync(hashes, cancellationToken).ConfigureAwait(false);
        if (blobs.Count < hashes.Count)
        {
            // Erased since this began, unless the log is damaged: the folds tell which.
            purged = await SeePurgesAsync(cancellationToken).ConfigureAwait(false);
        }

        return new FoldBatch(from, page.Events, page.NextPosition, blobs) { Purged = purged };
    }

    private Task<EventPage>? TakeAhead(long after)
    {
        lock (_lock)
        {
            // Whoever asked for it may have been stopped meanwhile, which says nothing of the log.
            return _ahead.Remove(after, out var page) && !page.IsCanceled ? page : null;
        }
    }

    private void ReadAhead(long after, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_ahead.Count >= MostAhead)
            {
                _ahead.Clear();
            }

            _ahead[after] = ReadPageAsync(after, cancellationToken);
        }
    }

    /// <summary>A page with an event that cannot be read is asked for again in halves: what lies before that event is folded, and its position is known.</summary>
    private async Task<EventPage> ReadPageAsync(long after, CancellationToken cancellationToken)
    {
        for (var size = BatchEvents; ; size /= 2)
        {
            try
            {
                return await events.ReadAsync(after, size, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is LogDamagedException or not (OperationCanceledException or LogStorageException))
            {
                if (size == 1)
                {
                    throw new FeedFailedException(after + 1, exception);
                }
            }
        }
    }
}

/// <summary>The log cannot be read on from <paramref name="position"/>.</summary>
internal sealed class FeedFailedException(long position, Exception inner) : Exception(inner.Message, inner)
{
    public long Position { get; } = position;
}
