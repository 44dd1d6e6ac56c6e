using System.Diagnostics;

namespace Strata.Bench;

/// <summary>From the register call until the last <c>property:quality:tracking_good</c> stands in the segment table, beside the how-to by hand.</summary>
internal static class DerivationMeasurement
{
    private const string Verdict = "property:quality:tracking_good";
    private const int MillionRows = 1_000_000;
    private const int Many = 100;

    public static async Task RunAsync(BenchOptions options, ResultFile results, CancellationToken cancellationToken)
    {
        var runs = options.Runs;
        await CompareAsync("the five samples", Places.Samples, runs, results, cancellationToken);
        await CompareAsync("100 small recordings", await RecordingSets.MadeAsync(Many, RecordingSets.SmallRows, cancellationToken), runs, results, cancellationToken);
        if (!options.Quick)
        {
            await CompareAsync("100 recordings like the samples", await RecordingSets.CopiesOfSamplesAsync(Many, cancellationToken), runs, results, cancellationToken);
        }

        await CompareAsync("one recording of 1,000,000 rows × 7", await RecordingSets.MadeAsync(1, MillionRows, cancellationToken), runs, results, cancellationToken);
    }

    private static async Task CompareAsync(string name, string folder, int runs, ResultFile results, CancellationToken cancellationToken)
    {
        var files = RecordingSets.FilesOf(folder);
        for (var run = 1; run <= runs; run++)
        {
            foreach (var isWarm in new[] { true, false })
            {
                await StrataAsync($"{name}, {(isWarm ? "warm server" : "first call of a fresh server")}", files, isWarm, run, results, cancellationToken);
            }

            if (Peer.IsThere)
            {
                var peer = await Peer.MeasureAsync("derive", folder, cancellationToken);
                foreach (var isWarm in new[] { true, false })
                {
                    var label = $"{name}, {(isWarm ? "warm server" : "first call of a fresh server")}";
                    results.Add(new Sample(label, Side.Peer, run, peer["total"], "s"));
                    results.Add(new Sample(label, Side.Peer, run, peer["total_cpu"], "s of a core"));
                    results.Add(new Sample(label, Side.Peer, run, peer["peak_mib"], "MiB peak"));
                }
            }
        }
    }

    private static async Task StrataAsync(string label, IReadOnlyList<string> files, bool isWarm, int run, ResultFile results, CancellationToken cancellationToken)
    {
        var data = new TemporaryFolder();
        await using var server = await StrataProcess.StartAsync(data.Path, cancellationToken);
        if (isWarm)
        {
            await RegistrationMeasurement.WarmUpAsync(server, "howto", "reference", cancellationToken);
        }

        var cpu = server.CpuSeconds;
        var clock = Stopwatch.StartNew();
        await server.Client.RegisterAsync("bench", files, "howto", "reference", wait: true, cancellationToken);
        await server.Client.SegmentsAsync("bench", files.Count, Verdict, cancellationToken);
        results.Add(new Sample(label, Side.Strata, run, clock.Elapsed.TotalSeconds, "s"));
        results.Add(new Sample(label, Side.Strata, run, server.CpuSeconds - cpu, "s of a core"));
        results.Add(new Sample(label, Side.Strata, run, server.PeakMib, "MiB peak"));
    }
}
