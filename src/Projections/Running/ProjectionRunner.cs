using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Strata.EventStore;
using Strata.Projections.Folding;
using Strata.Projections.Running;
using Strata.Projections.Storage;

namespace Strata.Projections;

/// <summary>
/// Follows the log and folds it into the live generation. One runs at a time; the data directory's lock sees to that between processes.
/// What the disk refuses is tried again until it succeeds; only an event that cannot be folded stops the folding.
/// </summary>
public sealed class ProjectionRunner(ReadModels models, IEventStore events, TimeProvider time, ILogger<ProjectionRunner> logger)
{
    /// <summary>A fault that is over by then is nobody's concern; waiters are told of a longer one instead of waiting on.</summary>
    private const int QuietAttempts = 3;

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);

    /// <summary>The longest that the tables stay behind once the disk has room again.</summary>
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(15);

    /// <summary>Runs until cancelled.</summary>
    /// <exception cref="ProjectionParkedException">An event cannot be read or folded. All before it is folded, nothing after it; waiters are told the same.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var refusals = 0;
        while (true)
        {
            try
            {
                await FollowAsync(() => refusals = 0, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested && Refusal(exception) is not null)
            {
                var reason = Refusal(exception)!.Message;
                if (++refusals >= QuietAttempts)
                {
                    models.Lag(reason);
                }

                var pause = PauseAfter(refusals);
                logger.LogWarning("The tables stand at position {Position}: {Reason}; trying again in {Pause}", models.Position, reason, pause);
                await Task.Delay(pause, time, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private static TimeSpan PauseAfter(int refusals)
    {
        var pause = FirstPause;
        for (var i = 1; i < refusals && pause < LongestPause; i++)
        {
            pause *= 2;
        }

        return pause < LongestPause ? pause : LongestPause;
    }

    /// <summary>Ends with an exception only.</summary>
    private async Task FollowAsync(Action folded, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            await models.StartWritingAsync(cancellationToken).ConfigureAwait(false);
            var batches = new EventFeed(events).Start(models.Position, upTo: null, stop.Token);
            if (await events.HeadAsync(cancellationToken).ConfigureAwait(false) <= models.Position)
            {
                models.Follow();
            }

            await foreach (var batch in batches.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                await models.FoldAsync(batch, cancellationToken).ConfigureAwait(false);
                folded();
            }
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested && Refusal(exception) is null)
        {
            throw await ParkAsync(exception, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await models.StopWritingAsync().ConfigureAwait(false);
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

    private async Task<ProjectionParkedException> ParkAsync(Exception exception, CancellationToken cancellationToken)
    {
        if (exception is FoldFailedException failed)
        {
            try
            {
                if (failed.Before.Events.Length > 0)
                {
                    await models.FoldAsync(failed.Before, cancellationToken).ConfigureAwait(false);
                }
            }
            catch (Exception second) when (!cancellationToken.IsCancellationRequested && Refusal(second) is null)
            {
                return models.Park(models.Position + 1, second.Message);
            }

            return models.Park(failed.Recorded.Position, failed.Message);
        }

        var inner = exception is ChannelClosedException { InnerException: { } cause } ? cause : exception;
        return inner is FeedFailedException feed
            ? models.Park(feed.Position, feed.Message, feed.InnerException is LogDamagedException)
            : models.Park(models.Position + 1, $"{inner.GetType().Name}: {inner.Message}");
    }
}
