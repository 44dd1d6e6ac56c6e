using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Strata.Contracts;
using Strata.EventStore;

namespace Strata.Bus;

/// <summary>
/// Follows the log and publishes it: the log is the outbox. At least once, in order of position: a page is published, then the checkpoint moves. Of several, one publishes
/// and the others stand by.
/// Source: DESIGN §4.4, §8.
/// </summary>
public sealed class Relay(
    IEventStore store,
    IRelayTurn turn,
    IRelayCheckpoint checkpoint,
    IPublishMessages publisher,
    bool publishFeed,
    RelayProgress progress,
    TimeProvider time,
    ILogger<Relay> logger) : BackgroundService
{
    /// <summary>Of usual events (1 kB) a megabyte in memory, and so much again for the page ahead; the checkpoint is written once a page.</summary>
    private const int EventsPerPage = 1_000;

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(250);

    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(15);

    /// <summary>Numbers are fetched about as often.</summary>
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(5);

    /// <summary>A transport that answers takes a page of messages in less; one that does not must not hold up the end of the process.</summary>
    private static readonly TimeSpan PublishGrace = TimeSpan.FromSeconds(2);

    private readonly RuleLayers _rules = new(store);
    private Task<PreparedPage>? _ahead;

    /// <summary>A page that is being published when the relay is stopped is published to its end: cancelling it half-way is a fault to the transport.</summary>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var publishing = new CancellationTokenSource();
        ITimer? grace = null;
        await using (stoppingToken.Register(() => grace = time.CreateTimer(_ => publishing.Cancel(), null, PublishGrace, Timeout.InfiniteTimeSpan)))
        {
            await FollowAsync(publishing.Token, stoppingToken);
            await ReleaseAsync(publishing.Token);
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
            catch (RelayTurnLostException lost)
            {
                progress.StandBy();
                position = null;
                _ahead = null;
                logger.LogWarning("relay: {Reason}; what this one published last may come twice", lost.Message);
            }
#pragma warning disable CA1031 // whatever went wrong, a relay that stops for good would leave the bus silent; it says so and tries again
            catch (Exception e)
#pragma warning restore CA1031
            {
                logger.LogWarning(
                    "relay: could not publish what follows position {Position}; trying again in {Pause}. Work is found without messages too, a little later: {Reason}", position, pause, e.Message);
                logger.LogDebug(e, "relay: where it happened");
                _ahead = null;
                await PauseAsync(pause, stoppingToken);
                pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
            }
        }
    }

    private async Task<long> FirstPositionAsync(CancellationToken cancellationToken)
    {
        await turn.TakeAsync(cancellationToken);
        var position = await checkpoint.ReadAsync(cancellationToken);
        var head = (await store.EndAsync(cancellationToken)).Head;
        progress.Take(position <= head ? position : 0, head);
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
        var (page, feed) = await NextPageAsync(position, stoppingToken);
        using var activity = RelayTracing.Start(page.Events);
        await _rules.LearnAsync(page.Events, stoppingToken);
        await turn.HoldAsync(stoppingToken);
        progress.Begin(page);
        var wakeUps = WakeUps.Of(page.Events, _rules);
        await WatchedAsync(Task.WhenAll(publisher.PublishAsync(wakeUps, publishing), PublishFeedAsync(feed, publishing)), stoppingToken);
        if (page.NextPosition > position)
        {
            await checkpoint.WriteAsync(page.NextPosition, publishing);
        }

        progress.End(page, wakeUps.Count);
        return page.NextPosition;
    }

    /// <summary>One message after the other, so that subscribers get them in the log's order.</summary>
    private async Task PublishFeedAsync(IReadOnlyList<EventsPublished> feed, CancellationToken publishing)
    {
        foreach (var message in feed)
        {
            await publisher.PublishAsync(message, publishing);
        }
    }

    /// <summary>While a full page is published the one after it is read and written as messages.</summary>
    private async Task<PreparedPage> NextPageAsync(long position, CancellationToken stoppingToken)
    {
        if (_ahead is null)
        {
            await store.WaitForEventsAsync(position, stoppingToken);
        }

        var prepared = await (_ahead ?? PrepareAsync(position, stoppingToken));
        _ahead = null;
        if (prepared.Page.Events.Length == EventsPerPage)
        {
            progress.SawHead((await store.EndAsync(stoppingToken)).Head);
            _ahead = Task.Run(() => PrepareAsync(prepared.Page.NextPosition, stoppingToken), stoppingToken);
        }

        return prepared;
    }

    private async Task<PreparedPage> PrepareAsync(long position, CancellationToken stoppingToken)
    {
        var page = await store.ReadAsync(position, EventsPerPage, stoppingToken);
        return new(page, publishFeed ? Feed.Of(page.Events) : []);
    }

    /// <summary>A transport whose broker is away holds what it was given until the broker is back; what waits meanwhile is a number that operators look at just then.</summary>
    private async Task WatchedAsync(Task publishing, CancellationToken stoppingToken)
    {
        while (!publishing.IsCompleted && !stoppingToken.IsCancellationRequested)
        {
            try
            {
                await publishing.WaitAsync(LookEvery, time, stoppingToken);
            }
            catch (TimeoutException) // here or of the publishing itself, which is then over and tells
            {
                await SeeHeadAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                break;
            }
        }

        await publishing;
    }

    private async Task SeeHeadAsync(CancellationToken stoppingToken)
    {
        try
        {
            progress.SawHead((await store.EndAsync(stoppingToken)).Head);
        }
#pragma warning disable CA1031 // the log does not answer either, which is what was just told
        catch (Exception e)
#pragma warning restore CA1031
        {
            logger.LogDebug(e, "relay: the end of the log is not known");
        }
    }

    private async Task ReleaseAsync(CancellationToken cancellationToken)
    {
        try
        {
            progress.StandBy();
            await turn.ReleaseAsync(cancellationToken);
        }
#pragma warning disable CA1031 // the lease runs out by itself
        catch (Exception e)
#pragma warning restore CA1031
        {
            logger.LogDebug(e, "relay: the lease was not given back");
        }
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

    private sealed record PreparedPage(EventPage Page, IReadOnlyList<EventsPublished> Feed);
}
