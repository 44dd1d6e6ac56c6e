using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using Strata.Arrow;
using Strata.Rrd;

namespace Strata.Bench;

/// <summary>The library by itself: Arrow streams with pyarrow beside it, rows written with Rerun's SDK beside it, and a large recording that is opened by its footer.</summary>
internal static class LibraryMeasurement
{
    private const int Rows = 1_000_000;
    private const int QuickRows = 100_000;
    private const int RowsPerChunk = 10_000;
    private const int Joints = 7;
    private const int Opens = 200;

    /// <param name="large">A recording to open.</param>
    public static async Task RunAsync(BenchOptions options, string large, ResultFile results, CancellationToken cancellationToken)
    {
        var rows = options.Quick ? QuickRows : Rows;
        var chunks = JointRecording.Chunks(rows, Joints, RowsPerChunk).Where(chunk => !chunk.IsStatic && chunk.EntityPath.ToString() == JointRecording.ObservationPath).ToList();
        var streams = chunks.Select(chunk => ChunkBatch.From(chunk).ToIpcStream()).ToList();
        var megabytes = streams.Sum(stream => (double)stream.Length) / 1e6;
        var folder = new TemporaryFolder();
        var file = Path.Combine(folder.Path, "streams.bin");
        await WriteStreamsAsync(file, streams, cancellationToken);
        var what = string.Create(CultureInfo.InvariantCulture, $"{streams.Count} Arrow streams of {RowsPerChunk} rows × {Joints}");
        var written = string.Create(CultureInfo.InvariantCulture, $"{rows} rows × {Joints} in chunks of {RowsPerChunk}, into a file with LZ4 and footer");
        for (var run = 1; run <= options.Runs; run++)
        {
            // Once before, so that compiling is not measured; the peer does so, too.
            streams.ForEach(stream => RecordBatch.FromIpcStream(stream));
            await WriteAsync(Path.Combine(folder.Path, "strata.rrd"), chunks, cancellationToken);
            var (decode, batches) = Timed(() => streams.ConvertAll(stream => RecordBatch.FromIpcStream(stream)));
            var (encode, _) = Timed(() => batches.ConvertAll(batch => batch.ToIpcStream().Length));
            results.Add(new($"{what}: decode, peer pyarrow", Side.Strata, run, megabytes / decode, "MB/s"));
            results.Add(new($"{what}: encode, peer pyarrow", Side.Strata, run, megabytes / encode, "MB/s"));
            results.Add(new($"{written}, peer the SDK", Side.Strata, run, megabytes / await WriteAsync(Path.Combine(folder.Path, "strata.rrd"), chunks, cancellationToken), "MB/s of rows"));
            results.Add(new($"open {Path.GetFileName(large)} by its footer", Side.Strata, run, await OpenAsync(large, cancellationToken), "ms of a core"));
            if (Peer.IsThere)
            {
                var peer = await Peer.MeasureAsync("codec.py", [file, $"{rows}", $"{RowsPerChunk}", Path.Combine(folder.Path, "peer.rrd")], cancellationToken);
                results.Add(new($"{what}: decode, peer pyarrow", Side.Peer, run, megabytes / peer["decode"], "MB/s"));
                results.Add(new($"{what}: encode, peer pyarrow", Side.Peer, run, megabytes / peer["encode"], "MB/s"));
                results.Add(new($"{written}, peer the SDK", Side.Peer, run, megabytes / peer["write"], "MB/s of rows"));
            }
        }
    }

    private static (double Seconds, T Result) Timed<T>(Func<T> work)
    {
        var clock = Stopwatch.StartNew();
        var result = work();
        return (clock.Elapsed.TotalSeconds, result);
    }

    private static async Task<double> WriteAsync(string path, List<Chunk> chunks, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        await using (var file = File.Create(path))
        {
            var writer = new RrdStreamWriter(file, WriterProfile.V1);
            var store = StoreId.Recording(JointRecording.ApplicationName, "written");
            await writer.SetStoreInfoAsync(store, StoreSource.Other("Strata.Bench"), new Tuid(1, 1), cancellationToken);
            foreach (var chunk in chunks)
            {
                await writer.WriteChunkAsync(store, chunk, cancellationToken);
            }

            await writer.FinishAsync(cancellationToken);
        }

        return clock.Elapsed.TotalSeconds;
    }

    private static async Task<double> OpenAsync(string path, CancellationToken cancellationToken)
    {
        var before = Environment.CpuUsage.TotalTime;
        for (var k = 0; k < Opens; k++)
        {
            using var source = FileBytes.Open(path);
            await RrdReader.OpenAsync(source, cancellationToken);
        }

        return (Environment.CpuUsage.TotalTime - before).TotalMilliseconds / Opens;
    }

    private static async Task WriteStreamsAsync(string path, List<byte[]> streams, CancellationToken cancellationToken)
    {
        await using var file = File.Create(path);
        foreach (var stream in streams)
        {
            var length = new byte[sizeof(long)];
            BinaryPrimitives.WriteInt64LittleEndian(length, stream.Length);
            await file.WriteAsync(length, cancellationToken);
            await file.WriteAsync(stream, cancellationToken);
        }
    }
}
