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

    private readonly RuleLayers _rules = new(store);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var pause = FirstPause;
        long? position = null;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                position ??= await FirstPositionAsync(stoppingToken);
                position = await RelayPageAsync(position.Value, stoppingToken);
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
                logger.LogWarning(e, "relay: could not publish what follows position {Position}; trying again in {Pause}. Work is found without messages too, a little later", position, pause);
                await PauseAsync(pause, stoppingToken);
                pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
            }
        }
    }

    private async Task<long> FirstPositionAsync(CancellationToken cancellationToken)
    {
        var position = await checkpoint.ReadAsync(cancellationToken);
        var head = await store.HeadAsync(cancellationToken);
        if (position <= head)
        {
            return position;
        }

        logger.LogWarning("relay: its checkpoint {Position} is behind the end of the log {Head}: another log lies there now; publishing from its start", position, head);
        return 0;
    }

    /// <returns>The position from which to go on.</returns>
    private async Task<long> RelayPageAsync(long position, CancellationToken cancellationToken)
    {
        await store.WaitForEventsAsync(position, cancellationToken);
        var page = await store.ReadAsync(position, EventsPerPage, cancellationToken);
        await _rules.LearnAsync(page.Events, cancellationToken);
        await publisher.PublishAsync(WakeUps.Of(page.Events, _rules), cancellationToken);
        if (publishFeed)
        {
            foreach (var message in Feed.Of(page.Events))
            {
                await publisher.PublishAsync(message, cancellationToken);
            }
        }

        if (page.NextPosition > position)
        {
            await checkpoint.WriteAsync(page.NextPosition, cancellationToken);
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
