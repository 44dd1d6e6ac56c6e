using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace Strata.Bus;

/// <summary>
/// Takes one queue's messages in batches as large as what waits, and acknowledges a batch when all of it is settled durably. Not a MassTransit endpoint: the body is
/// read by our own reader, one append settles hundreds of messages, and one acknowledgement too.
/// </summary>
internal sealed class RobotEndpoint(QueueSpec queue, RobotEndpointOptions options, IRobotMessages messages, RobotWatch watch, TimeProvider time, ILogger<RobotEndpoint> logger) : BackgroundService
{
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(200);

    /// <summary>What is in work when the host stops may still be settled: otherwise it counts as one more delivery.</summary>
    private static readonly TimeSpan SettleGrace = TimeSpan.FromSeconds(5);

    private bool _isAway;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        watch.Standing.Begins(queue.Queue);
        using var settling = new CancellationTokenSource();
        await using var stop = stoppingToken.Register(() => settling.CancelAfter(SettleGrace));
        for (var pause = ShortestPause; !stoppingToken.IsCancellationRequested; pause = Longer(pause))
        {
            try
            {
                await using var link = await BrokerLink.OpenAsync(options.Broker, queue.Queue, stoppingToken);
                await using var channel = await link.OpenChannelAsync(stoppingToken);
                await queue.DeclareAsync(channel, options.Prefix, stoppingToken);
                See(away: null);
                pause = ShortestPause;
                var settlement = new BatchSettlement(queue, options, messages, link.Publish, channel, watch, time, logger);
                await TakeSuspectsAsync(channel, settlement, settling.Token, stoppingToken);
                await TakeAllAsync(channel, settlement, settling.Token, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                logger.LogDebug("{Queue}: stopped", queue.Queue);
                return;
            }
#pragma warning disable CA1031 // whatever broke the link, it is told once, and a new one is made until the host stops
            catch (Exception e)
#pragma warning restore CA1031
            {
                See(e);
                await PauseAsync(pause, stoppingToken);
            }
        }
    }

    private TimeSpan Longer(TimeSpan pause) => pause + pause < options.LongestPause ? pause + pause : options.LongestPause;

    /// <summary>
    /// One at a time for as long as they were given back before: if one of them kills its reader, only that one counts a delivery more, and reaches the limit alone.
    /// </summary>
    private async Task TakeSuspectsAsync(IChannel channel, BatchSettlement settlement, CancellationToken settling, CancellationToken stopping)
    {
        while (true)
        {
            stopping.ThrowIfCancellationRequested();
            if (await channel.BasicGetAsync(settlement.Queue, autoAck: false, stopping) is not { } got)
            {
                return;
            }

            var message = new QueuedMessage(got.DeliveryTag, got.Body.ToArray(), got.BasicProperties, got.Redelivered);
            watch.Measures.Took(queue, message);
            await SettleAsync(settlement, [message], settling);
            if (message.Deliveries == 0)
            {
                return;
            }
        }
    }

    private async Task TakeAllAsync(IChannel channel, BatchSettlement settlement, CancellationToken settling, CancellationToken stopping)
    {
        var inbox = new RobotInbox(queue.Prefetch, delivery => new(delivery.DeliveryTag, delivery.Body.ToArray(), delivery.BasicProperties, delivery.Redelivered));
        channel.ChannelShutdownAsync += (_, reason) => inbox.CloseAsync($"the broker closed the channel: {reason.ReplyText}");
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += (_, delivery) => inbox.ReceiveAsync(delivery, stopping);
        consumer.UnregisteredAsync += (_, _) => inbox.CloseAsync("the queue is gone");
        await channel.BasicQosAsync(0, queue.Prefetch, global: false, stopping);
        await channel.BasicConsumeAsync(queue.Queue, autoAck: false, consumer, stopping);
        while (await inbox.TakeAsync(queue.Batch, stopping) is { Count: > 0 } batch)
        {
            batch.ForEach(message => watch.Measures.Took(queue, message));
            await SettleAsync(settlement, batch, settling);
        }
    }

    private async Task SettleAsync(BatchSettlement settlement, List<QueuedMessage> batch, CancellationToken settling)
    {
        var began = time.GetTimestamp();
        await settlement.SettleAsync(batch, settling);
        watch.Measures.Settled(queue, batch.Count, time.GetElapsedTime(began));
    }

    private void See(Exception? away)
    {
        if (away is not null && !_isAway)
        {
            logger.LogWarning("{Queue}: messages of robots wait at the broker ({Reason}); it is tried again and again", queue.Queue, BrokerFailures.ReasonOf(away));
        }
        else if (away is null && _isAway)
        {
            logger.LogWarning("{Queue}: messages of robots are taken again", queue.Queue);
        }

        if (away is null)
        {
            watch.Standing.Connected(queue.Queue);
        }
        else
        {
            watch.Standing.Away(queue.Queue, BrokerFailures.ReasonOf(away));
            logger.LogDebug(away, "{Queue}: why", queue.Queue);
        }

        _isAway = away is not null;
    }

    private async Task PauseAsync(TimeSpan pause, CancellationToken stoppingToken)
    {
        await Task.Delay(pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
