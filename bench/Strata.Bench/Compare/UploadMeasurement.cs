using System.Diagnostics;
using System.Security.Cryptography;

namespace Strata.Bench;

/// <summary>Files sent to <c>PUT /recordings/&lt;sha256&gt;</c>, durable when answered, and beside it the same bytes written to the same disk by one process.</summary>
internal static class UploadMeasurement
{
    private const int LargeMib = 512;
    private const int QuickLargeMib = 64;
    private const int SmallBytes = 10_000;
    private const int SmallFiles = 200;
    private const int AtOnce = 8;

    public static async Task RunAsync(BenchOptions options, ResultFile results, CancellationToken cancellationToken)
    {
        var mib = options.Quick ? QuickLargeMib : LargeMib;
        var large = new byte[mib << 20];
        for (var run = 1; run <= options.Runs; run++)
        {
            var data = new TemporaryFolder();
            await using var server = await StrataProcess.StartAsync(data.Path, cancellationToken);
            await SmallAsync(server.Client, 1, run, results: null, cancellationToken);

            RandomNumberGenerator.Fill(large);
            var hash = Hash(large);
            var (cpu, seconds) = (server.CpuSeconds, await server.Client.UploadAsync(hash, large, cancellationToken));
            results.Add(new($"upload of {mib} MiB", Side.Strata, run, mib / seconds, "MiB/s"));
            results.Add(new($"upload of {mib} MiB", Side.Strata, run, (server.CpuSeconds - cpu) / mib * 1024, "s of a core a GiB"));
            results.Add(new($"the same {mib} MiB again: known, and sent all the same", Side.Strata, run, await server.Client.UploadAsync(hash, large, cancellationToken) * 1000, "ms"));
            results.Add(new($"the same {mib} MiB written and fsynced by the measuring process, without a hash", Side.Strata, run, mib / Write(Path.Combine(data.Path, "beside"), large), "MiB/s"));

            await SmallAsync(server.Client, 1, run, results, cancellationToken);
            await SmallAsync(server.Client, AtOnce, run, results, cancellationToken);
            results.Add(new("memory after all of it", Side.Strata, run, server.PeakMib, "MiB peak"));
        }
    }

    /// <param name="results">Null: only to have it done once before.</param>
    private static async Task SmallAsync(StrataClient client, int atOnce, int run, ResultFile? results, CancellationToken cancellationToken)
    {
        var files = Enumerable.Range(0, SmallFiles).Select(_ => RandomNumberGenerator.GetBytes(SmallBytes)).Select(f => (Hash: Hash(f), Bytes: f)).ToList();
        var clock = Stopwatch.StartNew();
        await Parallel.ForEachAsync(
            files, new ParallelOptions { MaxDegreeOfParallelism = atOnce, CancellationToken = cancellationToken }, async (file, token) => await client.UploadAsync(file.Hash, file.Bytes, token));
        results?.Add(new($"uploads of 10 kB, {atOnce} at once", Side.Strata, run, SmallFiles / clock.Elapsed.TotalSeconds, "files/s"));
    }

    private static double Write(string path, byte[] bytes)
    {
        var clock = Stopwatch.StartNew();
        using (var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0))
        {
            const int Piece = 1 << 18;
            for (var at = 0; at < bytes.Length; at += Piece)
            {
                file.Write(bytes.AsSpan(at, Math.Min(Piece, bytes.Length - at)));
            }

            file.Flush(flushToDisk: true);
        }

        var seconds = clock.Elapsed.TotalSeconds;
        File.Delete(path);
        return seconds;
    }

    private static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
