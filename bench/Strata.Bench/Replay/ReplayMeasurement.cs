using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Strata.EventStore;
using Strata.EventStore.Postgres;
using Strata.EventStore.Sqlite;
using Strata.Projections;

namespace Strata.Bench;

/// <summary>Events a second from the log of both adapters: read and decoded only, folded live (durable batch by batch), and rebuilt (durable at its end).</summary>
internal static class ReplayMeasurement
{
    private const int QuickSegments = 4_000;
    private const int FullSegments = 20_000;
    private const int PageEvents = 1_024;

    public static async Task RunAsync(BenchOptions options, ResultFile results, CancellationToken cancellationToken)
    {
        (string, int, bool)[] mixes =
        [
            ("given layers only", SyntheticEvents.BaseOnly, false),
            ("three layers and their evaluations", SyntheticEvents.AllLayers, false),
            ("three layers of robots and their evaluations", SyntheticEvents.AllLayers, true),
        ];
        foreach (var (mix, perSegment, isFromRobots) in mixes)
        {
            var folder = new TemporaryFolder();
            await MeasureAsync(
                mix, perSegment, isFromRobots, folder.Path, async () => await SqliteEventStore.OpenAsync(folder.Path, TimeProvider.System, NullLogger.Instance, cancellationToken), options, results, cancellationToken);
            await using var database = await BenchDatabase.TryCreateAsync(cancellationToken);
            if (database is not null)
            {
                await MeasureAsync(
                    $"PostgreSQL, {mix}", perSegment, isFromRobots, new TemporaryFolder().Path,
                    async () => await PostgresEventStore.OpenAsync(database.ConnectionString, new PostgresEventStoreOptions(), NullLogger.Instance, cancellationToken), options, results, cancellationToken);
            }
        }
    }

    private static async Task MeasureAsync<TStore>(
        string mix, int perSegment, bool isFromRobots, string folder, Func<Task<TStore>> openAsync, BenchOptions options, ResultFile results, CancellationToken cancellationToken)
        where TStore : IEventStore, ILeases, IAsyncDisposable
    {
        long events;
        double meanBytes;
        await using (var store = await openAsync())
        {
            (events, meanBytes) = await SyntheticLog.FillAsync(store, options.Quick ? QuickSegments : FullSegments, perSegment, cancellationToken, isFromRobots: isFromRobots);
        }

        var name = string.Create(CultureInfo.InvariantCulture, $"{mix}, {events} events");
        results.Add(new Sample(name, Side.Strata, 0, meanBytes, "B/event"));
        for (var run = 1; run <= options.Runs; run++)
        {
            await using var store = await openAsync();
            await AddAsync($"{name}: read and decode", async () => events / await ReadSecondsAsync(store, cancellationToken));
            await AddAsync($"{name}: fold into all read models", async () => events / await FollowSecondsAsync(folder, store, store, events, cancellationToken));
            await AddAsync($"{name}: rebuild (and compare, in the time of a core only)", () => RebuildAsync(folder, store, cancellationToken));

            async Task AddAsync(string what, Func<Task<double>> measure)
            {
                var cpu = Environment.CpuUsage.TotalTime;
                results.Add(new Sample(what, Side.Strata, run, await measure(), "events/s"));
                results.Add(new Sample(what, Side.Strata, run, (Environment.CpuUsage.TotalTime - cpu).TotalMicroseconds / events, "µs of a core/event"));
            }
        }
    }

    private static async Task<double> ReadSecondsAsync(IEventStore store, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        for (long position = 0; ;)
        {
            var page = await store.ReadAsync(position, PageEvents, cancellationToken);
            if (page.Events.IsEmpty)
            {
                return clock.Elapsed.TotalSeconds;
            }

            position = page.NextPosition;
        }
    }

    /// <summary>What a server does at its start where there are no read models yet.</summary>
    private static async Task<double> FollowSecondsAsync(string folder, IEventStore store, ILeases leases, long head, CancellationToken cancellationToken)
    {
        RemoveReadModels(folder);
        using var models = ReadModels.Open(folder, store, NullLogger<ReadModels>.Instance);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var clock = Stopwatch.StartNew();
        var following = new ProjectionRunner(models, store, leases, new RunnerOptions("bench"), TimeProvider.System, NullLogger<ProjectionRunner>.Instance).RunAsync(stop.Token);
        await models.WaitForAsync(head, cancellationToken);
        var seconds = clock.Elapsed.TotalSeconds;
        await stop.CancelAsync();
        await following.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return seconds;
    }

    private static async Task<double> RebuildAsync(string folder, IEventStore store, CancellationToken cancellationToken)
    {
        using var models = ReadModels.Open(folder, store, NullLogger<ReadModels>.Instance);
        var rebuild = new Rebuild(models, store);
        var report = await rebuild.RunAsync(verifyOnly: false, progress: null, cancellationToken);
        return report.Differences.Count == 0
            ? report.EventsPerSecond
            : throw new InvalidOperationException($"the rebuild differs from the live read models in {report.Differences.Count} places, first {report.Differences[0]}");
    }

    /// <summary>All that is not the log: whatever the read models are called, they are made from it.</summary>
    private static void RemoveReadModels(string folder)
    {
        foreach (var entry in new DirectoryInfo(folder).EnumerateFileSystemInfos().Where(e => !e.Name.StartsWith("log.", StringComparison.Ordinal)))
        {
            if (entry is DirectoryInfo directory)
            {
                directory.Delete(recursive: true);
            }
            else
            {
                entry.Delete();
            }
        }
    }
}
