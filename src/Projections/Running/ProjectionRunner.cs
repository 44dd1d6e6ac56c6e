using Microsoft.Extensions.Logging;
using Strata.EventStore;
using Strata.Projections.Running;

namespace Strata.Projections;

/// <summary>
/// Keeps every projection up with the log, side by side: each has a lease, a checkpoint and a standstill of its own, and what is read of the log is read once
/// while they are about as far.
/// </summary>
public sealed class ProjectionRunner
{
    private readonly IReadOnlyList<TablesRunner> _runners;
    private readonly EndWatch _ends;

    public ProjectionRunner(ReadModels models, IEventStore events, ILeases leases, RunnerOptions options, TimeProvider time, ILogger<ProjectionRunner> logger)
    {
        ArgumentNullException.ThrowIfNull(models);
        var (feed, clock) = (new EventFeed(events), new RunnerClock(time));
        _runners = [.. models.Projections.Select(tables => new TablesRunner(tables, feed, events, leases, options, clock, logger))];
        _ends = new EndWatch(events, [.. models.Projections.Select(tables => tables.Measures)], clock, logger);
    }

    /// <summary>As <see cref="RunAsync"/>; where an event stops a projection, that one waits until somebody says that it is mended, and goes on.</summary>
    public async Task KeepRunningAsync(CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var watching = _ends.RunAsync(stop.Token);
        try
        {
            await TogetherAsync(runner => runner.KeepRunningAsync(stop.Token), stop).ConfigureAwait(false);
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await watching.ConfigureAwait(false);
        }
    }

    /// <summary>Runs until cancelled.</summary>
    /// <exception cref="ProjectionParkedException">An event cannot be read or folded. All before it is folded by that projection, nothing after it; waiters are told the same.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await TogetherAsync(runner => runner.RunAsync(stop.Token), stop).ConfigureAwait(false);
    }

    /// <summary>Until one ends; the others are stopped then, and what ended the first is thrown.</summary>
    private async Task TogetherAsync(Func<TablesRunner, Task> run, CancellationTokenSource stop)
    {
        var running = _runners.Select(run).ToArray();
        var first = await Task.WhenAny(running).ConfigureAwait(false);
        if (first.Exception?.InnerException is ProjectionParkedException parked)
        {
            // What lies before that event is folded by all.
            await Task.WhenAll(_runners.Select(runner => runner.ReachAsync(parked.Position - 1, stop.Token))).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await stop.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await first.ConfigureAwait(false);
    }
}
