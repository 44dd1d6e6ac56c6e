using System.Threading.Channels;
using Strata.Contracts;
using Strata.EventStore;
using Strata.Projections.Folding;

namespace Strata.Projections.Running;

/// <summary>Reads the log ahead of the folds, with the blobs they look into, through a bounded channel: reading and decoding run beside folding.</summary>
internal sealed class EventFeed(IEventStore events)
{
    /// <summary>
    /// One transaction: large enough that its overhead is small. What is in flight (a batch being folded, those ahead, one whose blobs are read and one that is
    /// decoded, some kilobytes an event) outlives collections of young objects and is copied by each: it must be little beside what they have room for.
    /// </summary>
    public const int BatchEvents = 256;

    private const int BatchesAhead = 1;

    private PurgedSegments _purged = PurgedSegments.None;

    /// <param name="upTo">Last position to read; null: follow the log for ever.</param>
    /// <returns>Batches in order. The channel ends with <see cref="FeedFailedException"/> where the log cannot be read on.</returns>
    public ChannelReader<FoldBatch> Start(long after, long? upTo, CancellationToken cancellationToken)
    {
        var channel = Channel.CreateBounded<FoldBatch>(new BoundedChannelOptions(BatchesAhead) { SingleReader = true, SingleWriter = true });
        _ = Task.Run(() => FillAsync(channel.Writer, after, upTo, cancellationToken), CancellationToken.None);
        return channel.Reader;
    }

    private async Task FillAsync(ChannelWriter<FoldBatch> writer, long after, long? upTo, CancellationToken cancellationToken)
    {
        try
        {
            _purged = await PurgedSegments.ReadAsync(events, cancellationToken).ConfigureAwait(false);
            Task<EventPage>? ahead = null;
            while (upTo is null || after < upTo)
            {
                var page = await (ahead ?? ReadPageAsync(after, cancellationToken)).ConfigureAwait(false);
                ahead = null;
                if (page.NextPosition <= after)
                {
                    await events.WaitForEventsAsync(after, cancellationToken).ConfigureAwait(false);
                    continue;
                }

                // In the midst of a long log the next page is decoded while this one's blobs are read.
                var from = after;
                after = page.NextPosition;
                ahead = page.Events.Length == BatchEvents ? ReadPageAsync(after, cancellationToken) : null;
                await WriteAsync(writer, from, page, upTo, cancellationToken).ConfigureAwait(false);
            }

            writer.Complete();
        }
        catch (Exception exception)
        {
            // Not handled here: whoever reads the channel gets it.
            writer.Complete(exception);
        }
    }

    /// <summary>What lies before an event whose blob is damaged is folded, and the event's position is known.</summary>
    private async Task WriteAsync(ChannelWriter<FoldBatch> writer, long from, EventPage page, long? upTo, CancellationToken cancellationToken)
    {
        FoldBatch batch;
        try
        {
            batch = await WithBlobsAsync(from, page, upTo, cancellationToken).ConfigureAwait(false);
        }
        catch (LogDamagedException damage)
        {
            var at = Enumerable.Range(0, page.Events.Length).First(i => BlobOf(page.Events[i]) == damage.Blob);
            if (at > 0)
            {
                await WriteAsync(writer, from, new(page.Events[..at], page.Events[at - 1].Position), upTo, cancellationToken).ConfigureAwait(false);
            }

            throw new FeedFailedException(page.Events[at].Position, damage);
        }

        await writer.WriteAsync(batch, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The one that the folds look into.</summary>
    private Sha256Digest? BlobOf(RecordedEvent recorded) => recorded.Event switch
    {
        LayerRegistered layer when !_purged.Covers(layer.Dataset, layer.Segment, recorded.Position) => layer.PropertiesBlob,
        SegmentPropertiesSet set when !_purged.Covers(set.Dataset, set.Segment, recorded.Position) => set.PropertiesBlob,
        _ => null,
    };

    private async Task<FoldBatch> WithBlobsAsync(long from, EventPage page, long? upTo, CancellationToken cancellationToken)
    {
        var (read, next) = (page.Events, page.NextPosition);
        if (upTo is { } last && next > last)
        {
            read = [.. read.Where(e => e.Position <= last)];
            next = last;
        }

        var hashes = new HashSet<Sha256Digest>();
        foreach (var recorded in read)
        {
            if (BlobOf(recorded) is { } blob)
            {
                hashes.Add(blob);
            }
        }

        var blobs = hashes.Count == 0
            ? System.Collections.Immutable.ImmutableDictionary<Sha256Digest, ReadOnlyMemory<byte>>.Empty
            : await events.ReadBlobsAsync(hashes, cancellationToken).ConfigureAwait(false);
        if (blobs.Count < hashes.Count)
        {
            // Erased since this began, unless the log is damaged: the folds tell which.
            _purged = await PurgedSegments.ReadAsync(events, cancellationToken).ConfigureAwait(false);
        }

        return new FoldBatch(from, read, next, blobs) { Purged = _purged };
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
