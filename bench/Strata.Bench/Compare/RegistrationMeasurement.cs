using System.Globalization;

namespace Strata.Bench;

/// <summary>Until one call that registers N small recordings has returned, durable and visible; each time a fresh data directory and a fresh server.</summary>
internal static class RegistrationMeasurement
{
    private const int BatchFiles = 100;
    private const int FewFiles = 1_000;

    /// <summary>Ten thousand are long enough to vary little.</summary>
    private const int LongRuns = 3;

    private static readonly int[] QuickCounts = [100, 1_000];
    private static readonly int[] FullCounts = [100, 1_000, 10_000];

    public static async Task RunAsync(BenchOptions options, ResultFile results, CancellationToken cancellationToken)
    {
        foreach (var count in options.Quick ? QuickCounts : FullCounts)
        {
            var folder = await RecordingSets.MadeAsync(count, RecordingSets.SmallRows, cancellationToken);
            var runs = count >= FullCounts[^1] ? Math.Min(options.Runs, LongRuns) : options.Runs;
            for (var run = 1; run <= runs; run++)
            {
                foreach (var setup in Setups(count))
                {
                    await StrataAsync(setup, folder, run, results, cancellationToken);
                }

                if (Peer.IsThere)
                {
                    var peer = await Peer.MeasureAsync("register", folder, cancellationToken);
                    foreach (var setup in Setups(count))
                    {
                        results.Add(new Sample(setup.Name, Side.Peer, run, peer["register"] * 1e3 / count, "ms/recording"));
                        results.Add(new Sample(setup.Name, Side.Peer, run, peer["register_cpu"] * 1e3 / count, "ms of a core/recording"));
                    }

                    results.Add(new Sample(Memory(count), Side.Peer, run, peer["peak_mib"], "MiB peak"));
                }
            }
        }

        await MemoryAsync(options.Quick ? FewFiles : FullCounts[^1], results, cancellationToken);
    }

    private static Setup[] Setups(int count) =>
    [
        new(count, "none", "reference", IsWarm: true),
        new(count, "howto", "reference", IsWarm: true),
        new(count, "none", "copy", IsWarm: true),
        new(count, "none", "reference", IsWarm: false),
    ];

    private static string Memory(int count) => string.Create(CultureInfo.InvariantCulture, $"memory, one call with {count} recordings, rules off");

    private static async Task StrataAsync(Setup setup, string folder, int run, ResultFile results, CancellationToken cancellationToken)
    {
        var data = new TemporaryFolder();
        await using var server = await StrataProcess.StartAsync(data.Path, cancellationToken);
        if (setup.IsWarm)
        {
            await WarmUpAsync(server, setup.Rules, setup.Keep, cancellationToken);
        }

        var cpu = server.CpuSeconds;
        var seconds = await server.Client.RegisterAsync("bench", RecordingSets.FilesOf(folder), setup.Rules, setup.Keep, wait: false, cancellationToken);
        results.Add(new Sample(setup.Name, Side.Strata, run, seconds * 1e3 / setup.Count, "ms/recording"));
        results.Add(new Sample(setup.Name, Side.Strata, run, (server.CpuSeconds - cpu) * 1e3 / setup.Count, "ms of a core/recording"));
        if (setup is { Rules: "none", Keep: "reference", IsWarm: false })
        {
            results.Add(new Sample(Memory(setup.Count), Side.Strata, run, server.PeakMib, "MiB peak"));
        }
    }

    /// <summary>The code has been run, and so compiled, before it is measured: of interest in a server that stays up.</summary>
    public static async Task WarmUpAsync(StrataProcess server, string rules, string keep, CancellationToken cancellationToken)
    {
        var files = RecordingSets.FilesOf(await RecordingSets.WarmUpAsync(cancellationToken));
        foreach (var part in files.Chunk(files.Count / 4))
        {
            await server.Client.RegisterAsync("warm_up", part, rules, keep, wait: true, cancellationToken);
        }
    }

    /// <summary>One server that robots register at, a hundred recordings a call, rules on: what it holds in memory after each tenth.</summary>
    private static async Task MemoryAsync(int count, ResultFile results, CancellationToken cancellationToken)
    {
        const string Name = "memory of strata serve, rules on, 100 recordings a call";
        var files = RecordingSets.FilesOf(await RecordingSets.MadeAsync(count, RecordingSets.SmallRows, cancellationToken));
        var data = new TemporaryFolder();
        await using var server = await StrataProcess.StartAsync(data.Path, cancellationToken);
        results.Add(new Sample($"{Name}: idle", Side.Strata, 1, server.ResidentMib, "MiB RSS"));
        var done = 0;
        foreach (var batch in files.Chunk(BatchFiles))
        {
            await server.Client.RegisterAsync("bench", batch, "howto", "reference", wait: true, cancellationToken);
            done += batch.Length;
            if (done % (count / 10) == 0 || done == FewFiles)
            {
                results.Add(new Sample(string.Create(CultureInfo.InvariantCulture, $"{Name}: after {done}"), Side.Strata, 1, server.ResidentMib, "MiB RSS"));
            }
        }
    }

    private sealed record Setup(int Count, string Rules, string Keep, bool IsWarm)
    {
        public string Name => string.Create(
            CultureInfo.InvariantCulture, $"{Count} recordings, rules {(Rules == "none" ? "off" : "on")}, {Keep}, {(IsWarm ? "warm server" : "first call of a fresh server")}");
    }
}
