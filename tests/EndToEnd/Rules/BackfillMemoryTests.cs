using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Strata.Cli;
using Strata.DerivationWorkers;
using Strata.Web;

namespace Strata.EndToEnd.Tests;

/// <summary>
/// A back-fill of many segments on two workers takes no more memory at its end than at its beginning. Minutes long; run it with <c>-explicit only</c>, and with
/// <c>STRATA_BACKFILL_SEGMENTS</c> for another number of segments. It prints the rate and what was held. Source: DESIGN rule 14.
/// </summary>
public sealed class BackfillMemoryTests(ITestOutputHelper output) : IDisposable
{
    private const string Dataset = "many";
    private const string Rule = "errors";
    private const int PerCall = 500;
    private const int UsualSegments = 10_000;

    /// <summary>Far below what 10,000 segments weigh, were they kept: their ids alone are a megabyte.</summary>
    private const long MostGrowthBytes = 4 << 20;

    private readonly string _folder = Directory.CreateTempSubdirectory("strata-backfill-memory-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact(Explicit = true)]
    public async Task Rule_14_memory_stays_flat_while_ten_thousand_segments_are_back_filled_by_two_workers()
    {
        var segments = int.Parse(Environment.GetEnvironmentVariable("STRATA_BACKFILL_SEGMENTS") ?? $"{UsualSegments}", CultureInfo.InvariantCulture);
        await using var strata = await StrataInProcess.StartAsync(Roles.Worker, Path.Combine(_folder, "data"), between: null, allowedRoots: null, ("Strata:Workers:Parallelism", "1"));
        for (var done = 0; done < segments; done += PerCall)
        {
            var recordings = Path.Combine(_folder, "recordings");
            await strata.RegisterAsync(Dataset, SmallRecordings.WriteMany(recordings, PerCall, done), wait: false, rules: RuleSets.None);
            Directory.Delete(recordings, recursive: true);
        }

        await strata.Operations.RunAsync(
            DeclareRuleOperation.Route, new DeclareRuleRequest(Dataset, Rule, "tracking_error", ["base"], Rule), NoProgress.Instance, Token);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var second = Task.Run(() => SecondWorker(strata).RunAsync(stop.Token), Token);
        var began = Stopwatch.GetTimestamp();
        var begun = await strata.Operations.RunAsync(StartBackfillOperation.Route, new StartBackfillRequest(Dataset, Rule), NoProgress.Instance, Token);
        begun.Segments.ShouldBe(segments);
        var early = await HeldWhenAsync(strata, begun.Backfill!.Id, segments / 10);
        var (waiting, most) = (strata.Operations.RunAsync(ShowBackfillOperation.Route, new ShowBackfillRequest(begun.Backfill.Id, Wait: true), NoProgress.Instance, Token), 0L);
        while (!waiting.IsCompleted)
        {
            most = Math.Max(most, Environment.WorkingSet);
            await Task.WhenAny(waiting, Task.Delay(TimeSpan.FromSeconds(1), Token));
        }

        var (finished, took, late) = (await waiting, Stopwatch.GetElapsedTime(began), Held());
        await stop.CancelAsync();
        await second;
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{finished.Derived:N0} derived in {took.TotalSeconds:N1} s ({finished.Derived / took.TotalSeconds:N0}/s); held {early >> 10:N0} KiB after a tenth, {late >> 10:N0} KiB at the end; working set at most {most >> 20:N0} MiB"));
        (finished.State, finished.Derived).ShouldBe(("finished", segments));
        (late - early).ShouldBeLessThan(MostGrowthBytes, $"{early} bytes were held after a tenth");
    }

    private static async Task<long> HeldWhenAsync(StrataInProcess strata, string backfill, long admitted)
    {
        while (true)
        {
            var position = strata.ReadModels.Position;
            if ((await strata.ReadModels.Backfills.FindAsync(backfill, asOf: null, Token))!.Progress.Admitted >= admitted)
            {
                return Held();
            }

            await strata.ReadModels.WaitForChangeAsync(position, Token);
        }
    }

    private static DerivationWorker SecondWorker(StrataInProcess strata) => new(
        strata.Services.GetRequiredService<WorkerPorts>(),
        strata.Services.GetRequiredService<RecordingReading>(),
        strata.Services.GetRequiredService<DeriverRegistry>(),
        strata.Services.GetRequiredService<WorkerOptions>() with { Owner = "second" },
        TimeProvider.System,
        NullLogger<DerivationWorker>.Instance);

    private static long Held()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return GC.GetTotalMemory(forceFullCollection: true);
    }
}
