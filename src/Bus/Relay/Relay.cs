using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Strata.EventStore;

namespace Strata.Bus;

/// <summary>
/// Follows the log and publishes it: the log is the outbox. At least once, in order of position: a page is published, then the checkpoint moves.
/// Source: DESIGN §4.4, §8.
/// </summary>
public sealed class Relay(
    IEventStore store,
    IRelayCheckpoint checkpoint,
    IPublishMessages publisher,
    bool publishFeed,
    TimeProvider time,
    ILogger<Relay> logger) : BackgroundService
{
    private const int EventsPerPage = 500;

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(250);

    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(15);

    /// <summary>A transport that answers takes a page of messages in less; one that does not must not hold up the end of the process.</summary>
    private static readonly TimeSpan PublishGrace = TimeSpan.FromSeconds(2);

    private readonly RuleLayers _rules = new(store);

    /// <summary>A page that is being published when the relay is stopped is published to its end: cancelling it half-way is a fault to the transport.</summary>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var publishing = new CancellationTokenSource();
        ITimer? grace = null;
        await using (stoppingToken.Register(() => grace = time.CreateTimer(_ => publishing.Cancel(), null, PublishGrace, Timeout.InfiniteTimeSpan)))
        {
            await FollowAsync(publishing.Token, stoppingToken);
        }

        if (grace is not null)
        {
            await grace.DisposeAsync();
        }
    }

    private async Task FollowAsync(CancellationToken publishing, CancellationToken stoppingToken)
    {
        var pause = FirstPause;
        long? position = null;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                position ??= await FirstPositionAsync(stoppingToken);
                position = await RelayPageAsync(position.Value, publishing, stoppingToken);
                pause = FirstPause;
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // whatever went wrong, a relay that stops for good would leave the bus silent; it says so and tries again
            catch (Exception e)
#pragma warning restore CA1031
            {
                logger.LogWarning(
                    "relay: could not publish what follows position {Position}; trying again in {Pause}. Work is found without messages too, a little later: {Reason}", position, pause, e.Message);
                logger.LogDebug(e, "relay: where it happened");
                await PauseAsync(pause, stoppingToken);
                pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
            }
        }
    }

    private async Task<long> FirstPositionAsync(CancellationToken cancellationToken)
    {
        var position = await checkpoint.ReadAsync(cancellationToken);
        var head = (await store.EndAsync(cancellationToken)).Head;
        if (position <= head)
        {
            return position;
        }

        logger.LogWarning("relay: its checkpoint {Position} is behind the end of the log {Head}: another log lies there now; publishing from its start", position, head);
        return 0;
    }

    /// <returns>The position from which to go on.</returns>
    private async Task<long> RelayPageAsync(long position, CancellationToken publishing, CancellationToken stoppingToken)
    {
        await store.WaitForEventsAsync(position, stoppingToken);
        var page = await store.ReadAsync(position, EventsPerPage, stoppingToken);
        using var activity = RelayTracing.Start(page.Events);
        await _rules.LearnAsync(page.Events, stoppingToken);
        await publisher.PublishAsync(WakeUps.Of(page.Events, _rules), publishing);
        if (publishFeed)
        {
            foreach (var message in Feed.Of(page.Events))
            {
                await publisher.PublishAsync(message, publishing);
            }
        }

        if (page.NextPosition > position)
        {
            await checkpoint.WriteAsync(page.NextPosition, publishing);
        }

        return page.NextPosition;
    }

    private async Task PauseAsync(TimeSpan pause, CancellationToken stoppingToken)
    {
        try
        {
            await Task.Delay(pause, time, stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            logger.LogDebug("relay: stopped while waiting to try again");
        }
    }
}
