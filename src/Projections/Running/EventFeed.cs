using System.Threading.Channels;
using Strata.EventStore;
using Strata.Projections.Folding;

namespace Strata.Projections.Running;

/// <summary>Reads the log ahead of the folds, with the blobs they look into, through bounded channels: reading and decoding run beside folding, once for all who fold.</summary>
internal sealed class EventFeed
{
    private const int BatchesAhead = 1;

    private readonly IEventStore _events;
    private readonly BatchReader _reader;
    private readonly SharedBatches _shared;

    public EventFeed(IEventStore events)
    {
        _events = events;
        _reader = new(events);
        _shared = new(_reader.ReadAsync, _reader.IsCurrent);
    }

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
            await _reader.SeePurgesAsync(cancellationToken).ConfigureAwait(false);
            using var follower = _shared.Join(after);
            while (upTo is null || after < upTo)
            {
                if (await NextAsync(follower, after, upTo, cancellationToken).ConfigureAwait(false) is not { } batch)
                {
                    await _events.WaitForEventsAsync(after, cancellationToken).ConfigureAwait(false);
                    continue;
                }

                after = batch.NextPosition;
                await writer.WriteAsync(batch, cancellationToken).ConfigureAwait(false);
            }

            writer.Complete();
        }
        catch (Exception exception)
        {
            // Not handled here: whoever reads the channel gets it.
            writer.Complete(exception);
        }
    }

    private static async Task<FoldBatch?> NextAsync(SharedBatches.Follower follower, long after, long? upTo, CancellationToken cancellationToken)
    {
        try
        {
            return await follower.NextAsync(cancellationToken).ConfigureAwait(false) is not { } batch ? null : upTo is { } last ? batch.UpTo(last) : batch;
        }
        catch (FeedFailedException failed) when (upTo < failed.Position)
        {
            // What cannot be read was not asked for.
            return new FoldBatch(after, [], upTo.Value, System.Collections.Immutable.ImmutableDictionary<Contracts.Sha256Digest, ReadOnlyMemory<byte>>.Empty);
        }
    }
}
