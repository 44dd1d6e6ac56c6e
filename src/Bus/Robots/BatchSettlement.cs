using Microsoft.Extensions.Logging;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;
using Strata.Registrar;

namespace Strata.Bus;

/// <summary>
/// Brings a batch to its end, whatever is in the way: the server's own trouble is waited for, with the messages held; a message that fails by itself is found out and
/// laid among the dead letters with its reason. Each message is acknowledged after that, and never before.
/// </summary>
internal sealed class BatchSettlement(QueueSpec queue, RobotEndpointOptions options, IRobotMessages messages, IChannel publish, IChannel channel, RobotWatch watch, TimeProvider time, ILogger logger)
{
    /// <summary>Of one message alone, before it is laid aside: a fault that passes in a second or two is none of the message's.</summary>
    private const int Attempts = 3;

    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(200);

    public string Queue => queue.Queue;

    /// <summary>Ends with every message of the batch acknowledged.</summary>
    /// <exception cref="Exception">The link broke: what was not acknowledged comes again.</exception>
    public async Task SettleAsync(IReadOnlyList<QueuedMessage> batch, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        var failures = 0;
        for (var pause = ShortestPause; ; pause = pause + pause < options.LongestPause ? pause + pause : options.LongestPause)
        {
            try
            {
                var unfit = await messages.HandleAsync(batch, publish, cancellationToken);
                watch.Standing.Settled(queue.Queue);
                foreach (var (message, reason) in unfit)
                {
                    await LayAsideAsync(message, reason, cancellationToken);
                }

                await AcknowledgeAsync(batch, cancellationToken);
                return;
            }
            catch (Exception e) when (IsOfTheLink(e) || cancellationToken.IsCancellationRequested)
            {
                throw;
            }
            catch (Exception e) when (PublishFaults.IsOutage(e))
            {
                watch.Standing.Holds(queue.Queue, e.Message);
                if (pause == ShortestPause)
                {
                    logger.LogWarning("{Queue}: {Count} messages are held until this is over: {Reason}", queue.Queue, batch.Count, e.Message);
                }

                if (time.GetElapsedTime(began) > options.HoldAtMost)
                {
                    await BeginAnewAsync(batch, cancellationToken);
                    return;
                }
            }
#pragma warning disable CA1031 // whatever one message does to its reader, it must not keep the others out
            catch (Exception e)
#pragma warning restore CA1031
            {
                logger.LogDebug(e, "{Queue}: a batch of {Count} failed", queue.Queue, batch.Count);
                if (batch.Count > 1)
                {
                    foreach (var message in batch)
                    {
                        await SettleAsync([message], cancellationToken);
                    }

                    return;
                }

                if (++failures >= Attempts)
                {
                    await LayAsideAsync(batch[0], $"{e.GetType().Name}: {e.Message}", cancellationToken);
                    await AcknowledgeAsync(batch, cancellationToken);
                    return;
                }
            }

            await Task.Delay(pause, time, cancellationToken);
        }
    }

    private async Task LayAsideAsync(QueuedMessage message, string reason, CancellationToken cancellationToken)
    {
        logger.LogWarning("{Queue}: a message of '{User}' lies among the dead letters: {Reason}", queue.Queue, message.Properties.UserId, reason);
        await LaidAside.PublishAsync(publish, queue.Dead, message.Body, message.Properties, options.OwnUser, reason, cancellationToken);
        watch.Measures.Count(queue.Queue, RobotMeasures.Dead);
    }

    /// <summary>At the end of the queue and with no delivery counted: an outage of days must not make dead letters of good messages.</summary>
    private async Task BeginAnewAsync(IReadOnlyList<QueuedMessage> batch, CancellationToken cancellationToken)
    {
        foreach (var message in batch)
        {
            await LaidAside.PublishAsync(publish, queue.Queue, message.Body, message.Properties, options.OwnUser, reason: null, cancellationToken);
        }

        await AcknowledgeAsync(batch, cancellationToken);
    }

    /// <summary>Batches are settled in the order in which they were delivered, and so is a batch that is settled one by one: nothing before it is open.</summary>
    private ValueTask AcknowledgeAsync(IReadOnlyList<QueuedMessage> batch, CancellationToken cancellationToken) => channel.BasicAckAsync(batch[^1].Tag, multiple: true, cancellationToken);

    private bool IsOfTheLink(Exception e) => e is OperationInterruptedException or PublishException || !channel.IsOpen || !publish.IsOpen;
}
