using System.Diagnostics;
using System.Globalization;

namespace Strata.Bench;

/// <summary>
/// Commands over recordings, from starting the program until it has ended: <c>strata rrd</c> and, in turn with it, <c>rerun rrd</c> over the same files. What is written
/// lies on the disk when Strata's program ends; Rerun's leaves that to the system, and what it would cost is a number of its own.
/// </summary>
internal static class RrdMeasurement
{
    private const string Library = "library";
    private const int LargeRows = 1_200_000;
    private const int TinyRows = 400_000;
    private const int QuickDivisor = 10;
    private const int RowsOfLarge = 10_000;
    private const int RowsOfTiny = 20;

    public static async Task RunAsync(BenchOptions options, ResultFile results, CancellationToken cancellationToken)
    {
        var divisor = options.Quick ? QuickDivisor : 1;
        var large = await RecordingAsync("large", LargeRows / divisor, RowsOfLarge, cancellationToken);
        var tiny = await RecordingAsync("tiny", TinyRows / divisor, RowsOfTiny, cancellationToken);
        if (options.Filters.Count == 0 || options.Filters.Contains(Library))
        {
            await LibraryMeasurement.RunAsync(options, large, results, cancellationToken);
        }

        var peer = Peer.IsThere ? await Peer.ProgramAsync(cancellationToken) : null;
        var commands = Commands(large, tiny).Where(command => options.Filters.Count == 0 || options.Filters.Contains(command.Words[0])).ToList();
        for (var run = 1; run <= options.Runs; run++)
        {
            var folder = new TemporaryFolder();
            foreach (var (words, files, writes) in commands)
            {
                await MeasureAsync(Places.Server, Side.Strata, run, words, files, writes ? Path.Combine(folder.Path, "strata.rrd") : null, results, cancellationToken);
                if (peer is not null)
                {
                    await MeasureAsync(peer, Side.Peer, run, words, files, writes ? Path.Combine(folder.Path, "peer.rrd") : null, results, cancellationToken);
                }
            }
        }
    }

    private static IEnumerable<(string[] Words, string[] Files, bool Writes)> Commands(string large, string tiny)
    {
        foreach (var files in new string[][] { [large], [tiny] })
        {
            yield return (["route", "--recording-id", "other"], files, true);
            yield return (["merge"], files, true);
            yield return (["filter", "--drop-timeline", "real_time"], files, true);
            yield return (["optimize"], files, true);
            // In order: without it Rerun's program compares every chunk with every other, which for 4,000 of them takes half a minute.
            yield return (["compare"], [files[0], files[0]], false);
            yield return (["stats"], files, false);
            yield return (["verify"], files, false);
        }
    }

    private static async Task MeasureAsync(string program, Side side, int run, string[] words, string[] files, string? output, ResultFile results, CancellationToken cancellationToken)
    {
        var what = string.Create(CultureInfo.InvariantCulture, $"{string.Join(' ', words)} {Path.GetFileName(files[0])} ({new FileInfo(files[0]).Length / 1_000_000} MB)");
        string[] arguments = ["rrd", .. words, .. files, .. output is null ? Array.Empty<string>() : ["-o", output]];
        var measured = await MeasuredProcess.RunAsync(program, arguments, cancellationToken);
        results.Add(new(what, side, run, measured.Seconds, "s"));
        results.Add(new(what, side, run, measured.CpuSeconds, "s of a core"));
        results.Add(new(what, side, run, measured.PeakMib, "MiB peak"));
        if (output is null)
        {
            return;
        }

        results.Add(new(what, side, run, measured.Seconds + (side == Side.Peer ? SecondsToDisk(output) : 0), "s until it is on the disk"));
        File.Delete(output);
    }

    private static double SecondsToDisk(string path)
    {
        var clock = Stopwatch.StartNew();
        using var file = new FileStream(path, FileMode.Open, FileAccess.Write);
        file.Flush(flushToDisk: true);
        return clock.Elapsed.TotalSeconds;
    }

    private static async Task<string> RecordingAsync(string name, int rows, int rowsPerChunk, CancellationToken cancellationToken)
    {
        const int Joints = 7;
        var path = Path.Combine(Places.Recordings, string.Create(CultureInfo.InvariantCulture, $"rrd_{name}_{rows}x{rowsPerChunk}.rrd"));
        if (!File.Exists(path))
        {
            Directory.CreateDirectory(Places.Recordings);
            await using var file = File.Create(path);
            await file.WriteAsync(JointRecording.Write(JointRecording.Chunks(rows, Joints, rowsPerChunk), name, useLz4: true), cancellationToken);
        }

        return path;
    }
}
