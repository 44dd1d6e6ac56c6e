using System.Diagnostics;

namespace Strata.Bench;

/// <summary>From starting the process until the first whole segment table; the peer must read all base recordings again, since it forgets.</summary>
internal static class RestartMeasurement
{
    private const int QuickSegments = 1_000;
    private const int FullSegments = 10_000;

    public static async Task RunAsync(BenchOptions options, ResultFile results, CancellationToken cancellationToken)
    {
        var segments = options.Quick ? QuickSegments : FullSegments;
        var label = $"restart with {segments} segments × 3 layers until the first segment table";
        var folder = await RecordingSets.MadeAsync(segments, RecordingSets.SmallRows, cancellationToken);
        var data = new TemporaryFolder();
        await SyntheticLog.FillAsync(data.Path, segments, SyntheticEvents.AllLayers, cancellationToken);
        await OnceAsync($"{label}, read models to be made from the log", data.Path, segments, 1, results, cancellationToken);
        for (var run = 1; run <= options.Runs; run++)
        {
            await OnceAsync(label, data.Path, segments, run, results, cancellationToken);
            if (Peer.IsThere)
            {
                var peer = await Peer.MeasureAsync("restart", folder, cancellationToken);
                results.Add(new Sample(label, Side.Peer, run, peer["start"] + peer["register"] + peer["table"], "s"));
                results.Add(new Sample(label, Side.Peer, run, peer["total_cpu"], "s of a core"));
                results.Add(new Sample(label, Side.Peer, run, peer["peak_mib"], "MiB peak"));
            }
        }
    }

    private static async Task OnceAsync(string label, string data, int segments, int run, ResultFile results, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        await using var server = await StrataProcess.StartAsync(data, cancellationToken);
        var healthy = clock.Elapsed.TotalSeconds;
        var table = await server.Client.SegmentsAsync(SyntheticEvents.DatasetName, segments, null, cancellationToken);
        results.Add(new Sample(label, Side.Strata, run, healthy + table, "s"));
        results.Add(new Sample(label, Side.Strata, run, server.CpuSeconds, "s of a core"));
        results.Add(new Sample($"{label}: of that the table", Side.Strata, run, table, "s"));
        results.Add(new Sample(label, Side.Strata, run, server.PeakMib, "MiB peak"));
    }
}
