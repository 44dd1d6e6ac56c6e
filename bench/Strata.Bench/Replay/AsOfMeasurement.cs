using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Strata.Arrow;
using Strata.Contracts;
using Strata.DerivationWorkers;
using Strata.EventStore.Sqlite;
using Strata.Projections;
using Strata.Recordings;

namespace Strata.Bench;

/// <summary>
/// A dataset of 10,000 segments of three layers, each registered and derived twenty times: whole tables, schema and the story of a segment, now and as of an early, a
/// middle and a late position, from the read models in one process.
/// </summary>
internal static class AsOfMeasurement
{
    private const int Segments = 10_000;
    private const int FullRounds = 20;
    private const int QuickRounds = 3;

    /// <summary>Read models are asked again and again by one process: what the runtime compiles once is not told.</summary>
    private const int WarmUps = 3;

    private static readonly (string Name, double Fraction)[] Places = [("early", 0.06), ("middle", 0.5), ("late", 0.97)];

    public static async Task RunAsync(BenchOptions options, ResultFile results, CancellationToken cancellationToken)
    {
        var folder = new TemporaryFolder();
        var (events, _) = await SyntheticLog.FillAsync(folder.Path, Segments, SyntheticEvents.AllLayers, cancellationToken, options.Quick ? QuickRounds : FullRounds);
        var name = string.Create(CultureInfo.InvariantCulture, $"{events} events, {Segments} segments");
        await using var store = await SqliteEventStore.OpenAsync(folder.Path, TimeProvider.System, NullLogger.Instance, cancellationToken);
        using var models = ReadModels.Open(folder.Path, store, NullLogger<ReadModels>.Instance);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var following = new ProjectionRunner(models, store, store, new RunnerOptions("bench"), TimeProvider.System, NullLogger<ProjectionRunner>.Instance).RunAsync(stop.Token);
        var clock = Stopwatch.StartNew();
        await models.WaitForAsync(events, cancellationToken);
        results.Add(new Sample($"{name}: fold into all read models", Side.Strata, 1, events / clock.Elapsed.TotalSeconds, "events/s"));

        var why = new WhyReader(store, store, models, new LocalRecordingStore(new(folder.Path, [], null)), ipc => new ArrowStreamReader(ipc).Schema, TimeProvider.System);
        foreach (var (place, position) in Places.Select(p => (p.Name, (long?)(events * p.Fraction))).Prepend(("now", null)))
        {
            var entry = position is { } at ? await models.Moments.AtAsync(SyntheticEvents.DatasetName, at, cancellationToken) : (await models.Entries.FindAsync(SyntheticEvents.DatasetName, cancellationToken))!;
            var (dataset, query) = (entry.Source, new TableQuery(AsOf: position));
            await MeasureAsync("segment table", () => models.Segments.ReadAsync(dataset, query, cancellationToken));
            await MeasureAsync("manifest", () => models.Manifest.ReadAsync(dataset, query, cancellationToken));
            await MeasureAsync("schema", () => models.Schemas.ReadAsync(dataset, position, cancellationToken));
            await MeasureAsync("why of a segment", async () => WhyStory.Tell(await why.ReadAsync(entry, SyntheticEvents.Segment(Segments / 2), cancellationToken), layer: null));
            if (position is { } then)
            {
                var time = (await store.ReadAsync(then - 1, maxEvents: 1, cancellationToken)).Events[0].RecordedAtNs;
                await MeasureAsync("position of a time", () => models.Moments.PositionAsync(new Moment.Time(time), cancellationToken));
            }

            async Task MeasureAsync<T>(string what, Func<Task<T>> ask)
            {
                for (var run = 1 - WarmUps; run <= options.Runs; run++)
                {
                    var (timer, cpu) = (Stopwatch.StartNew(), Environment.CpuUsage.TotalTime);
                    await ask();
                    if (run > 0)
                    {
                        results.Add(new Sample($"{name}: {what}, {place}", Side.Strata, run, timer.Elapsed.TotalMilliseconds, "ms"));
                        results.Add(new Sample($"{name}: {what}, {place}", Side.Strata, run, (Environment.CpuUsage.TotalTime - cpu).TotalMilliseconds, "ms of a core"));
                    }
                }
            }
        }

        await stop.CancelAsync();
        await following.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
