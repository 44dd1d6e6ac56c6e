using Microsoft.Extensions.Logging;
using Strata.EventStore;

namespace Strata.Projections.Running;

/// <summary>Looks now and then whether an append that does not end keeps newer events from all readers: no event comes then by which anybody would notice.</summary>
internal sealed class EndWatch(IEventStore events, IReadOnlyList<FoldMeasures> measures, RunnerClock clock, ILogger logger)
{
    /// <summary>An append takes milliseconds, a very large one a few seconds.</summary>
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(5);

    /// <summary>Ends without an exception when it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                var end = await events.EndAsync(cancellationToken).ConfigureAwait(false);
                foreach (var each in measures)
                {
                    each.Saw(end);
                }
            }
            catch (LogStorageException unreachable)
            {
                logger.LogDebug("Whether anything is held back cannot be seen, as the feed of events tells too: {Reason}", unreachable.Message);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }

            await clock.DelayAsync(LookEvery, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
