using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging.Abstractions;
using Strata.Contracts;
using Strata.EventStore;
using Strata.Projections;

namespace Strata.Bench;

/// <summary>
/// The log of both adapters: small appends, appends of a hundred with what they take of a core and of the disk, how long an append takes to be seen in the tables of an
/// idle server, a replay of real layers into all read models, one of small events into counters, and a back-fill of recordings. The small event is <see cref="RuleSuppressed"/>, padded to the 190 bytes of JSON that Marten was measured with.
/// </summary>
internal static class LogMeasurement
{
    private const int EventBytes = 190;
    private const int Writers = 8;
    private const int SeenAppends = 200;
    private const int WarmUps = 20;
    private const int LargeAppend = 100;
    private const int PageEvents = 1_024;

    /// <summary>Enough for a steady rate.</summary>
    private const int CountedEvents = 200_000;

    private static readonly DatasetId Dataset = DatasetId.Parse("0123456789abcdef0123456789abcdef");

    /// <summary>Nothing else is under way when an event comes.</summary>
    private static readonly TimeSpan Idle = TimeSpan.FromMilliseconds(25);

    private static readonly TimeSpan AppendFor = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan QuickAppendFor = TimeSpan.FromSeconds(1);

    public static async Task RunAsync(BenchOptions options, ResultFile results, CancellationToken cancellationToken)
    {
        await MeasuredLog.ForEachAsync(log => MeasureAsync(log, options, results, cancellationToken), cancellationToken);
        await BackfillMeasurement.RunAsync(options, results, cancellationToken);
    }

    private static async Task MeasureAsync(MeasuredLog log, BenchOptions options, ResultFile results, CancellationToken cancellationToken)
    {
        var (adapter, store) = (log.Adapter, log.Store);
        var (events, _) = await SyntheticLog.FillAsync(store, options.Quick ? 4_000 : 20_000, SyntheticEvents.BaseOnly, cancellationToken);
        using var models = ReadModels.Open(log.Folder, store, NullLogger<ReadModels>.Instance);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var (clock, cpu) = (Stopwatch.StartNew(), Environment.CpuUsage.TotalTime);
        var following = new ProjectionRunner(models, store, log.Leases, new RunnerOptions("bench"), TimeProvider.System, NullLogger<ProjectionRunner>.Instance).RunAsync(stop.Token);
        await models.WaitForAsync(events, cancellationToken);
        results.Add(new Sample($"{adapter}: fold {events} real events (given layers) into all read models", Side.Strata, 1, events / clock.Elapsed.TotalSeconds, "events/s"));
        results.Add(new Sample($"{adapter}: fold {events} real events (given layers) into all read models", Side.Strata, 1, (Environment.CpuUsage.TotalTime - cpu).TotalMicroseconds / events, "µs of a core/event"));

        foreach (var (quantile, milliseconds) in await SeenAsync(store, models, cancellationToken))
        {
            results.Add(new Sample($"{adapter}: append asked for → in the read models, idle, {quantile}", Side.Strata, 1, milliseconds, "ms"));
        }

        await stop.CancelAsync();
        await following.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        var real = await store.HeadAsync(cancellationToken);
        for (var run = 1; run <= options.Runs; run++)
        {
            foreach (var (writers, each) in new[] { (1, 1), (Writers, 1), (1, LargeAppend), (Writers, LargeAppend) })
            {
                await AppendCost.AddAsync(
                    results,
                    log,
                    string.Create(CultureInfo.InvariantCulture, $"{adapter}: append, {writers} writers, {each} events of {EventBytes} B a save"),
                    "event",
                    run,
                    () => AppendAsync(store, writers, each, options.Quick ? QuickAppendFor : AppendFor, cancellationToken),
                    cancellationToken);
            }

            var before = Environment.CpuUsage.TotalTime;
            var (counted, seconds) = await CountAsync(store, real, cancellationToken);
            results.Add(new Sample($"{adapter}: replay of events of {EventBytes} B into a counter a stream", Side.Strata, run, counted / seconds, "events/s"));
            results.Add(new Sample($"{adapter}: replay of events of {EventBytes} B into a counter a stream", Side.Strata, run, (Environment.CpuUsage.TotalTime - before).TotalMicroseconds / counted, "µs of a core/event"));
        }
    }

    private static async Task<IReadOnlyList<(string Quantile, double Milliseconds)>> SeenAsync(IEventStore store, ReadModels models, CancellationToken cancellationToken)
    {
        var times = new List<double>();
        for (var i = 0; i < WarmUps + SeenAppends; i++)
        {
            await Task.Delay(Idle, cancellationToken);
            var clock = Stopwatch.StartNew();
            var appended = (AppendResult.Appended)await store.AppendAsync(SyntheticEvents.Rename(i), cancellationToken);
            await models.WaitForAsync(appended.LastPosition, cancellationToken);
            times.Add(clock.Elapsed.TotalMilliseconds);
        }

        double[] sorted = [.. times.Skip(WarmUps).Order()];
        return [("p50", sorted[sorted.Length / 2]), ("p95", sorted[sorted.Length * 95 / 100])];
    }

    /// <summary>Marten's own shape: an aggregate that counts its events, many streams in the order of the log.</summary>
    private static async Task<(long Events, double Seconds)> CountAsync(IEventStore store, long after, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        var counters = new Dictionary<string, long>(StringComparer.Ordinal);
        long counted = 0;
        while (counted < CountedEvents && await store.ReadAsync(after, PageEvents, cancellationToken) is { Events.IsEmpty: false } page)
        {
            foreach (var recorded in page.Events)
            {
                CollectionsMarshal.GetValueRefOrAddDefault(counters, recorded.StreamId, out _)++;
            }

            (after, counted) = (page.NextPosition, counted + page.Events.Length);
        }

        return counters.Values.Sum() == counted ? (counted, clock.Elapsed.TotalSeconds) : throw new InvalidOperationException("the counters do not add up to the events");
    }

    private static async Task<long> AppendAsync(IEventStore store, int writers, int each, TimeSpan duration, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        var counts = await Task.WhenAll(Enumerable.Range(0, writers).Select(_ => Task.Run(
            async () =>
            {
                var stream = $"bench-{Guid.NewGuid():N}";
                for (var version = 0L; ; version += each)
                {
                    if (clock.Elapsed > duration)
                    {
                        return version;
                    }

                    await store.AppendAsync(new Append($"{stream} {version}", [new(stream, version, [.. Enumerable.Repeat(Small, each)])], [], []), cancellationToken);
                }
            },
            cancellationToken)));
        return counts.Sum();
    }

    private static StrataEvent Small { get; } = Padded();

    private static RuleSuppressed Padded()
    {
        var bare = new RuleSuppressed(Dataset, "tracking_error", "segment", "");
        return bare with { Reason = new string('x', EventBytes - EventJson.Serialize(bare).Length) };
    }
}
