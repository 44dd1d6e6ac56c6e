using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Strata.EventStore;
using Strata.Projections.Folding;

namespace Strata.Projections;

/// <summary>Follows the log and folds it into the live generation. One runs at a time; the data directory's lock sees to that between processes.</summary>
public sealed class ProjectionRunner(ReadModels models, IEventStore events, ILogger<ProjectionRunner> logger)
{
    /// <summary>Runs until cancelled.</summary>
    /// <exception cref="ProjectionParkedException">An event cannot be read or folded. All before it is folded, nothing after it; waiters are told the same.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            await models.StartWritingAsync(cancellationToken).ConfigureAwait(false);
            var batches = new Running.EventFeed(events).Start(models.Position, upTo: null, stop.Token);
            await foreach (var batch in batches.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                await models.FoldAsync(batch, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            var parked = await ParkAsync(exception, cancellationToken).ConfigureAwait(false);
            logger.LogError(exception, "The read models stand still before position {Position}: {Reason}", parked.Position, parked.Reason);
            throw parked;
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await models.StopWritingAsync().ConfigureAwait(false);
        }
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
            catch (Exception second) when (!cancellationToken.IsCancellationRequested)
            {
                return models.Park(models.Position + 1, second.Message);
            }

            return models.Park(failed.Recorded.Position, failed.Message);
        }

        var inner = exception is ChannelClosedException { InnerException: { } cause } ? cause : exception;
        return models.Park(inner is Running.FeedFailedException feed ? feed.Position : models.Position + 1, $"{inner.GetType().Name}: {inner.Message}");
    }
}
