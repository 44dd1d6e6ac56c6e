using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Strata.Bench;

/// <summary>
/// A rule that is new to ten thousand segments, back-filled by two worker processes of one thread on one PostgreSQL, without a broker: from the request until all are derived, and what each
/// worker holds when it begins, at each quarter and at its end; and the same once more with <c>force</c>, by the same workers: what grew with segments would grow again.
/// </summary>
internal static class RuleBackfillMeasurement
{
    private const int QuickSegments = 1_000;
    private const int FullSegments = 10_000;
    private const int Workers = 2;
    private const string Dataset = "bench";
    private const string Rule = "tracking_error";
    private const string Finished = "finished";
    private const int Quarters = 4;

    /// <summary>A look counts what came of all pages; a tenth of a second is a hundredth of the shortest run.</summary>
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(200);

    public static async Task RunAsync(BenchOptions options, ResultFile results, CancellationToken cancellationToken)
    {
        var count = options.Quick ? QuickSegments : FullSegments;
        var files = RecordingSets.FilesOf(await RecordingSets.MadeAsync(count, RecordingSets.SmallRows, cancellationToken));
        for (var run = 1; run <= options.Runs; run++)
        {
            await MeasureAsync(files, run, results, cancellationToken);
        }
    }

    private static async Task MeasureAsync(IReadOnlyList<string> files, int run, ResultFile results, CancellationToken cancellationToken)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"back-fill of {files.Count} segments by {Workers} worker processes over PostgreSQL");
        void Add(string what, double value, string unit)
        {
            results.Add(new Sample($"{name}: {what}", Side.Strata, run, value, unit));
            Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what}: {value:0.0} {unit} (load {Machine.LoadAverage():0.0})"));
        }

        await using var fleet = await FleetProcesses.CreateAsync(broker: null, cancellationToken);
        fleet.Set("Strata__Workers__Parallelism", "1");
        using var client = new StrataClient(await fleet.ServeAsync("registrar,web", cancellationToken));
        await client.RegisterAsync(Dataset, files, "none", "reference", wait: false, cancellationToken);
        var asker = fleet.ProcessIds.Count;
        for (var i = 0; i < Workers; i++)
        {
            await fleet.ServeAsync("workers", cancellationToken);
        }

        var workers = fleet.ProcessIds.Skip(asker).ToList();
        await client.AskAsync(
            HttpMethod.Post, $"/api/v1/datasets/{Dataset}/rules", new JsonObject { ["rule"] = Rule, ["deriver"] = Rule, ["inputs"] = new JsonArray("base"), ["layer"] = Rule }, cancellationToken);
        AddMemory("at start");
        var (clock, cores) = (Stopwatch.StartNew(), workers.Sum(Machine.CpuSeconds));
        await BackfillAsync("", force: false);
        var seconds = clock.Elapsed.TotalSeconds;
        Add("until all are derived", seconds, "s");
        Add("rate", files.Count / seconds, "segments/s");
        Add("of a core, both workers", (workers.Sum(Machine.CpuSeconds) - cores) * 1e6 / files.Count, "µs/segment");
        await BackfillAsync("again, ", force: true);

        async Task BackfillAsync(string which, bool force)
        {
            var begun = (await client.AskAsync(HttpMethod.Post, $"/api/v1/datasets/{Dataset}/backfills", new JsonObject { ["rule"] = Rule, ["force"] = force }, cancellationToken)).GetProperty("backfill");
            var (last, quarter) = (begun, 1);
            while (last.GetProperty("state").GetString() != Finished)
            {
                await Task.Delay(Poll, cancellationToken);
                last = await client.AskAsync(HttpMethod.Get, $"/api/v1/backfills/{begun.GetProperty("id").GetString()}", body: null, cancellationToken);
                for (; quarter < Quarters && Quarters * Derived(last) >= quarter * files.Count; quarter++)
                {
                    AddMemory($"{which}at quarter {quarter}");
                }
            }

            AddMemory($"{which}at end");
            if (Derived(last) != files.Count)
            {
                throw new InvalidOperationException($"expected {files.Count} segments to be derived, found {last}");
            }
        }

        void AddMemory(string moment)
        {
            foreach (var (i, worker) in workers.Index())
            {
                Add(string.Create(CultureInfo.InvariantCulture, $"worker {i + 1}, resident {moment}"), Machine.MemoryMib(worker, "VmRSS") ?? double.NaN, "MiB");
                Add(string.Create(CultureInfo.InvariantCulture, $"worker {i + 1}, most until {moment}"), Machine.MemoryMib(worker, "VmHWM") ?? double.NaN, "MiB");
            }
        }
    }

    private static long Derived(JsonElement backfill) => backfill.GetProperty("derived").GetInt64();
}
