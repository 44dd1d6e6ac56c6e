using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using Strata.EventStore;
using Strata.EventStore.Sqlite;
using Strata.Projections;

namespace Strata.Bench;

/// <summary>From appending an event to an idle SQLite log until the read models show it.</summary>
internal static class LatencyMeasurement
{
    private const int WarmUps = 20;
    private const int QuickEvents = 100;
    private const int FullEvents = 400;

    /// <summary>Nothing else is under way when an event comes.</summary>
    private static readonly TimeSpan Idle = TimeSpan.FromMilliseconds(25);

    public static async Task RunAsync(BenchOptions options, ResultFile results, CancellationToken cancellationToken)
    {
        for (var run = 1; run <= options.Runs; run++)
        {
            var folder = new TemporaryFolder();
            await using var store = await SqliteEventStore.OpenAsync(folder.Path, TimeProvider.System, NullLogger.Instance, cancellationToken);
            using var models = ReadModels.Open(folder.Path, store, NullLogger<ReadModels>.Instance);
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var runner = new ProjectionRunner(models, store, store, new RunnerOptions("bench"), TimeProvider.System, NullLogger<ProjectionRunner>.Instance);
            var following = runner.RunAsync(stop.Token);
            await store.AppendAsync(SyntheticEvents.Declare(), cancellationToken);
            var milliseconds = new List<double>();
            for (var i = 0; i < WarmUps + (options.Quick ? QuickEvents : FullEvents); i++)
            {
                await Task.Delay(Idle, cancellationToken);
                var append = SyntheticEvents.Append($"segment-{i}", i, 1, SyntheticEvents.BaseOnly);
                var clock = Stopwatch.StartNew();
                var appended = (AppendResult.Appended)await store.AppendAsync(append, cancellationToken);
                await models.WaitForAsync(appended.LastPosition, cancellationToken);
                milliseconds.Add(clock.Elapsed.TotalMilliseconds);
            }

            await stop.CancelAsync();
            await following.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            double[] sorted = [.. milliseconds.Skip(WarmUps).Order()];
            results.Add(new Sample("append sent until in the read models, idle: p50", Side.Strata, run, sorted[sorted.Length / 2], "ms"));
            results.Add(new Sample("append sent until in the read models, idle: p99", Side.Strata, run, sorted[sorted.Length * 99 / 100], "ms"));
        }
    }
}
