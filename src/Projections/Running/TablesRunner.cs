using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Strata.EventStore;
using Strata.Projections.Folding;
using Strata.Projections.Storage;

namespace Strata.Projections.Running;

/// <summary>
/// Follows the log and folds it into the live generation of one projection, while it holds the lease of its folder: one runs at a time, and one that was thought dead is refused.
/// What the disk refuses is tried again until it succeeds; only an event that cannot be folded stops the folding.
/// </summary>
internal sealed class TablesRunner(FoldedTables tables, EventFeed feed, IEventStore events, ILeases leases, RunnerOptions options, RunnerClock clock, ILogger logger)
{
    /// <summary>A fault that is over by then is nobody's concern; waiters are told of a longer one instead of waiting on.</summary>
    private const int QuietAttempts = 3;

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);

    /// <summary>The longest that the tables stay behind once the disk has room again.</summary>
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(15);

    /// <summary>While the log is far ahead its end is asked for so often, for the measures.</summary>
    private static readonly TimeSpan HeadEvery = TimeSpan.FromSeconds(1);

    private long _headSeen;

    /// <summary>As <see cref="RunAsync"/>; where an event stops the folding, it waits until somebody says that it is mended, and goes on.</summary>
    public async Task KeepRunningAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var resumed = tables.Resumed;
            try
            {
                await RunAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (ProjectionParkedException)
            {
                logger.LogError("projections: {Reason}", tables.Standstill);
                await WatchHeadAsync(resumed, cancellationToken).ConfigureAwait(false);
                logger.LogInformation("projections: the {Tables} are tried again from position {Position}", tables.Projection.Noun, tables.Position + 1);
            }
        }
    }

    /// <summary>Runs until cancelled.</summary>
    /// <exception cref="ProjectionParkedException">An event cannot be read or folded. All before it is folded, nothing after it; waiters are told the same.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var lease = new ProjectionLease(leases, tables.LeaseName, options, clock);
        var refusals = 0;
        string? elsewhere = null;
        try
        {
            while (true)
            {
                try
                {
                    if (elsewhere is not null)
                    {
                        await StandByAsync(lease, elsewhere, cancellationToken).ConfigureAwait(false);
                        elsewhere = null;
                    }

                    await FollowAsync(lease, () => refusals = 0, cancellationToken).ConfigureAwait(false);
                }
                catch (Exception exception) when (IsElsewhere(exception))
                {
                    lease.Forget();
                    elsewhere = exception.Message;
                }
                catch (Exception exception) when (Refusal(exception) is not null)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    var reason = Refusal(exception)!.Message;
                    if (++refusals >= QuietAttempts)
                    {
                        tables.Wait(reason);
                    }

                    var pause = PauseAfter(refusals);
                    logger.LogWarning("The {Tables} stand at position {Position}: {Reason}; trying again in {Pause}", tables.Projection.Noun, tables.Position, reason, pause);
                    await PauseAsync(pause, tables.Wanted, cancellationToken).ConfigureAwait(false);
                }
            }
        }
        finally
        {
            await ReleaseAsync(lease).ConfigureAwait(false);
        }
    }

    /// <summary>Ends when the tables have come so far, or stand still before it.</summary>
    public Task ReachAsync(long position, CancellationToken cancellationToken) => tables.WaitForAsync(position, cancellationToken);

    /// <summary>Neither a stop, nor somebody else's turn, nor what the storage may take back: a person has to look.</summary>
    private static bool IsStandstill(Exception exception, CancellationToken cancellationToken) =>
        !cancellationToken.IsCancellationRequested && !IsElsewhere(exception) && Refusal(exception) is null;

    private static bool IsElsewhere(Exception exception) => exception is LeaseHeldElsewhereException or FencedOffException;

    private static TimeSpan PauseAfter(int refusals)
    {
        var pause = FirstPause;
        for (var i = 1; i < refusals && pause < LongestPause; i++)
        {
            pause *= 2;
        }

        return pause < LongestPause ? pause : LongestPause;
    }

    /// <summary>Shorter where somebody waits, who need not be told of what is mended since; but however many come, no more than one attempt a <see cref="FirstPause"/>.</summary>
    private async Task PauseAsync(TimeSpan pause, Task wanted, CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var first = await Task.WhenAny(clock.DelayAsync(pause, over.Token), wanted).ConfigureAwait(false);
        await over.CancelAsync().ConfigureAwait(false);
        if (first == wanted)
        {
            await clock.DelayAsync(FirstPause, cancellationToken).ConfigureAwait(false);
        }

        cancellationToken.ThrowIfCancellationRequested();
    }

    /// <summary>Ends with an exception, or when the live generation cannot be folded on and is to be replaced.</summary>
    private async Task FollowAsync(ProjectionLease lease, Action folded, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            await tables.StartFollowingAsync(cancellationToken).ConfigureAwait(false);
            if (tables.IsOutdated)
            {
                await ReplaceAsync(lease, cancellationToken).ConfigureAwait(false);
            }

            await DropPurgedAsync(cancellationToken).ConfigureAwait(false);
            var batches = feed.Start(tables.Position, upTo: null, stop.Token);
            if (await SeeHeadAsync(cancellationToken).ConfigureAwait(false) <= tables.Position)
            {
                tables.Follow();
            }

            await foreach (var batch in batches.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                if (batch.Events.Length < BatchReader.BatchEvents)
                {
                    tables.Measures.SawHead(Math.Max(batch.NextPosition, tables.Measures.Head));
                }
                else if (clock.Since(_headSeen) > HeadEvery)
                {
                    await SeeHeadAsync(cancellationToken).ConfigureAwait(false);
                }

                if (!await tables.FoldAsync(batch, await lease.HoldAsync(cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false))
                {
                    logger.LogInformation("Something was purged; {Tables} without it are made from the log", tables.Projection.Noun);
                    return;
                }

                folded();
            }
        }
        catch (ProjectionParkedException parked)
        {
            throw tables.Park(parked);
        }
        catch (Exception exception) when (IsStandstill(exception, cancellationToken))
        {
            throw await ParkAsync(lease, exception, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await tables.StopFollowingAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Nobody can fold on what older folds wrote: a new generation is made beside it, and takes its place when it has caught up.</summary>
    private async Task ReplaceAsync(ProjectionLease lease, CancellationToken cancellationToken)
    {
        using var one = await tables.BeginReplayAsync(cancellationToken).ConfigureAwait(false);
        if (!tables.IsOutdated)
        {
            return;
        }

        await lease.HoldAsync(cancellationToken).ConfigureAwait(false);
        var replay = new Replay(tables, events, feed);
        var (number, writer) = await replay.BeginAsync(long.MaxValue, cancellationToken).ConfigureAwait(false);
        using (writer)
        {
            await replay.ToAsync(writer, await SeeHeadAsync(cancellationToken).ConfigureAwait(false), null, HoldAsync, cancellationToken).ConfigureAwait(false);
            await HoldAsync(cancellationToken).ConfigureAwait(false);
            await replay.SwapAsync(number, writer, cancellationToken).ConfigureAwait(false);
        }

        logger.LogInformation("Generation {Number} of the {Tables}, made from the log, serves from position {Position} on", number, tables.Projection.Noun, tables.Position);

        async Task HoldAsync(CancellationToken token) => await lease.HoldAsync(token).ConfigureAwait(false);
    }

    /// <summary>A generation of before the last purge holds what was erased by it, and is kept for nobody.</summary>
    private async Task DropPurgedAsync(CancellationToken cancellationToken)
    {
        var purgedAt = (await PurgedSegments.ReadAsync(events, cancellationToken).ConfigureAwait(false)).LastPosition;
        if (purgedAt == 0)
        {
            return;
        }

        foreach (var number in tables.Files.Numbers().Where(number => number < tables.LiveNumber).ToArray())
        {
            if (tables.Files.PositionOf(number) is not { } position || position < purgedAt)
            {
                tables.Files.Delete(number);
                logger.LogInformation("Generation {Number} of the {Tables} was from before a purge, and is gone", number, tables.Projection.Noun);
            }
        }
    }

    private async Task StandByAsync(ProjectionLease lease, string reason, CancellationToken cancellationToken)
    {
        logger.LogWarning("The {Tables} are left to another process at position {Position}: {Reason}; asking again every {Pause}", tables.Projection.Noun, tables.Position, reason, lease.Pause);
        tables.IsStandby = true;
        try
        {
            do
            {
                await clock.DelayAsync(lease.Pause, cancellationToken).ConfigureAwait(false);
                await tables.ReloadAsync(cancellationToken).ConfigureAwait(false);
            }
            while (!await lease.TryHoldAsync(cancellationToken).ConfigureAwait(false));

            // Once more: the former holder may have written until a moment ago.
            await tables.ReloadAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (IsStandstill(exception, cancellationToken))
        {
            throw tables.Park(new(tables.Position + 1, $"{exception.GetType().Name}: {exception.Message}"));
        }
        finally
        {
            tables.IsStandby = false;
        }

        logger.LogInformation("This process folds the {Tables} on from position {Position}", tables.Projection.Noun, tables.Position);
    }

    private async Task<long> SeeHeadAsync(CancellationToken cancellationToken)
    {
        _headSeen = clock.Timestamp;
        var end = await events.EndAsync(cancellationToken).ConfigureAwait(false);
        tables.Measures.Saw(end);
        return end.Head;
    }

    /// <summary>Until somebody resumes: how far the log grows meanwhile is what they want to know.</summary>
    private async Task WatchHeadAsync(Task resumed, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            while (!resumed.IsCompleted)
            {
                var head = await SeeHeadAsync(stop.Token).ConfigureAwait(false);
                await Task.WhenAny(resumed, events.WaitForEventsAsync(head, stop.Token)).ConfigureAwait(false);
                cancellationToken.ThrowIfCancellationRequested();
            }
        }
        catch (LogStorageException unreachable)
        {
            logger.LogWarning("How far the log is cannot be seen: {Reason}", unreachable.Message);
            await resumed.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
        }
    }

    private async Task ReleaseAsync(ProjectionLease lease)
    {
        try
        {
            await lease.ReleaseAsync().ConfigureAwait(false);
        }
        catch (LogStorageException refused)
        {
            logger.LogDebug("The lease '{Lease}' could not be given back and lapses: {Reason}", lease.Name, refused.Message);
        }
    }

    /// <returns>What the storage refused, however it is wrapped; null for any other fault, and for damage, which does not pass.</returns>
    private static Exception? Refusal(Exception? exception)
    {
        for (; exception is not null; exception = exception.InnerException)
        {
            if (exception is ReadModelStorageException { IsTransient: true } or LogStorageException and not LogDamagedException)
            {
                return exception;
            }
        }

        return null;
    }

    private async Task<ProjectionParkedException> ParkAsync(ProjectionLease lease, Exception exception, CancellationToken cancellationToken)
    {
        if (exception is FoldFailedException failed)
        {
            try
            {
                if (failed.Before.Events.Length > 0)
                {
                    await tables.FoldAsync(failed.Before, await lease.HoldAsync(cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
                }
            }
            catch (Exception second) when (IsStandstill(second, cancellationToken))
            {
                return tables.Park(new(tables.Position + 1, second.Message));
            }

            return tables.Park(Standstills.Of(failed));
        }

        var inner = exception is ChannelClosedException { InnerException: { } cause } ? cause : exception;
        return tables.Park(inner is FeedFailedException feed ? Standstills.Of(feed) : new(tables.Position + 1, $"{inner.GetType().Name}: {inner.Message}"));
    }
}
