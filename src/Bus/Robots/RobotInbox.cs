using System.Threading.Channels;
using RabbitMQ.Client.Events;

namespace Strata.Bus;

/// <summary>
/// What was delivered and is not in work yet, in order. Settling a batch acknowledges everything before its end: so nothing comes out behind a message that could not be
/// read. The link ends there, and that message comes again until its queue's delivery limit lays it among the dead letters.
/// </summary>
/// <param name="room">The prefetch: no more is ever on the way.</param>
/// <param name="read">Copies what the client takes back.</param>
internal sealed class RobotInbox(int room, Func<BasicDeliverEventArgs, QueuedMessage> read)
{
    private readonly Channel<QueuedMessage> _waiting = Channel.CreateBounded<QueuedMessage>(new BoundedChannelOptions(room) { SingleReader = true });

    /// <summary>Throws nothing: the client would go on with the next delivery.</summary>
    public async Task ReceiveAsync(BasicDeliverEventArgs delivery, CancellationToken cancellationToken)
    {
        try
        {
            await _waiting.Writer.WriteAsync(read(delivery), cancellationToken);
        }
#pragma warning disable CA1031 // whatever it is, it ends the link, and the endpoint tells it
        catch (Exception e)
#pragma warning restore CA1031
        {
            _waiting.Writer.TryComplete(e);
        }
    }

    public Task CloseAsync(string reason)
    {
        _waiting.Writer.TryComplete(new IOException(reason));
        return Task.CompletedTask;
    }

    /// <summary>As many as wait, at most <paramref name="most"/>, as soon as there is one.</summary>
    /// <exception cref="Exception">Why there will be no more.</exception>
    public async Task<List<QueuedMessage>> TakeAsync(int most, CancellationToken cancellationToken)
    {
        var batch = new List<QueuedMessage>();
        if (await _waiting.Reader.WaitToReadAsync(cancellationToken))
        {
            while (batch.Count < most && _waiting.Reader.TryRead(out var message))
            {
                batch.Add(message);
            }
        }

        return batch;
    }
}
