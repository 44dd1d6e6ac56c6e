namespace Strata.Bench;

/// <summary>How fast kept files are proved: a dataset with its derived layers, whole files hashed and decoded and every layer derived again.</summary>
internal static class VerifyMeasurement
{
    private const int MillionRows = 1_000_000;
    private const int Many = 100;
    private const int Small = 1_000;
    private const double BytesPerMegabyte = 1e6;

    public static async Task RunAsync(BenchOptions options, ResultFile results, CancellationToken cancellationToken)
    {
        await OfAsync("1,000 small recordings", await RecordingSets.MadeAsync(Small, RecordingSets.SmallRows, cancellationToken), options, results, cancellationToken);
        await OfAsync("100 recordings like the samples", await RecordingSets.CopiesOfSamplesAsync(Many, cancellationToken), options, results, cancellationToken);
        await OfAsync("one recording of 1,000,000 rows × 7", await RecordingSets.MadeAsync(1, MillionRows, cancellationToken), options, results, cancellationToken);
    }

    private static async Task OfAsync(string name, string folder, BenchOptions options, ResultFile results, CancellationToken cancellationToken)
    {
        var data = new TemporaryFolder();
        await using (var server = await StrataProcess.StartAsync(data.Path, cancellationToken))
        {
            await server.Client.RegisterAsync("bench", RecordingSets.FilesOf(folder), "howto", "copy", wait: true, cancellationToken);
        }

        // Of another process, whose memory tells of nothing but verifying.
        await using var verifying = await StrataProcess.StartAsync(data.Path, cancellationToken);
        results.Add(new Sample($"{name} × 3 layers: idle", Side.Strata, 0, verifying.ResidentMib, "MiB RSS"));
        for (var run = 1; run <= options.Runs; run++)
        {
            var cpu = verifying.CpuSeconds;
            var (bytes, seconds) = await verifying.Client.VerifyAsync("bench", cancellationToken);
            results.Add(new Sample($"{name} × 3 layers", Side.Strata, run, bytes / BytesPerMegabyte / seconds, "MB/s"));
            results.Add(new Sample($"{name} × 3 layers", Side.Strata, run, (verifying.CpuSeconds - cpu) / bytes * BytesPerMegabyte * 1e3, "ms of a core/MB"));
        }

        results.Add(new Sample($"{name} × 3 layers", Side.Strata, 0, verifying.PeakMib, "MiB peak"));
    }
}
