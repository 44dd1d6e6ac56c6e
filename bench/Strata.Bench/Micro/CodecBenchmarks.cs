using System.Runtime.CompilerServices;
using BenchmarkDotNet.Attributes;
using Strata.Rrd;

namespace Strata.Bench;

/// <summary>Chunks of 10,000 rows × 7 joints (0.84 MB each): a file of 20 of them in memory, opened and all chunks read, and written.</summary>
[MemoryDiagnoser]
public class CodecBenchmarks
{
    private const int RowsPerChunk = 10_000;

    private static readonly List<Chunk> Chunks = JointRecording.Chunks(10 * RowsPerChunk, joints: 7, RowsPerChunk);
    private static readonly MemoryBytes Plain = new(JointRecording.Write(Chunks, "plain", useLz4: false));
    private static readonly MemoryBytes Compressed = new(JointRecording.Write(Chunks, "lz4", useLz4: true));

    /// <summary>Size of the uncompressed file, whatever is decoded: both directions are told in the same bytes.</summary>
    public static double Megabytes => Plain.Length / 1e6;

    [Benchmark]
    [Work(nameof(Megabytes), "MB")]
    public Task<long> Decode_uncompressed() => ReadAllAsync(Plain);

    [Benchmark]
    [Work(nameof(Megabytes), "MB")]
    public Task<long> Decode_LZ4() => ReadAllAsync(Compressed);

    [Benchmark]
    [Work(nameof(Megabytes), "MB")]
    public int Encode_uncompressed() => JointRecording.Write(Chunks, "plain", useLz4: false).Length;

    [Benchmark]
    [Work(nameof(Megabytes), "MB")]
    public int Encode_LZ4() => JointRecording.Write(Chunks, "lz4", useLz4: true).Length;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task<long> ReadAllAsync(MemoryBytes file)
    {
        var reader = await RrdReader.OpenAsync(file, CancellationToken.None);
        long rows = 0;
        foreach (var store in reader.Contents.Recordings)
        {
            await foreach (var chunk in reader.ReadChunksAsync(store, CancellationToken.None))
            {
                rows += chunk.NumRows;
            }
        }

        return rows;
    }
}
