using System.Runtime.CompilerServices;
using BenchmarkDotNet.Attributes;
using Strata.Rrd;
using Strata.Rrd.Dataframe;

namespace Strata.Bench;

/// <summary>
/// Rows of a recording of 1,000,000 rows × 2 × 7 joints: read from uncompressed chunks in memory, aligned, and as record batches. <c>Interleaved</c> has command and observation
/// at times of their own, so that no row has both and every cell is put beside nothing, or beside what was current.
/// </summary>
[MemoryDiagnoser]
public class DataframeBenchmarks
{
    private const int Rows = 1_000_000;
    private const int RowsPerChunk = 10_000;
    private const long HalfPeriodNs = 33_333_333;

    private static readonly List<Chunk> Chunks = JointRecording.Chunks(Rows, joints: 7, RowsPerChunk);
    private static readonly MemoryBytes Together = new(JointRecording.Write(Chunks, "together", useLz4: false));
    private static readonly MemoryBytes Apart = new(JointRecording.Write([.. Chunks.Select(Later)], "apart", useLz4: false));

    public static double TogetherRows => Rows;

    public static double ApartRows => 2 * Rows;

    [Benchmark]
    [Work(nameof(TogetherRows), "rows")]
    public Task<long> Align() => AlignAsync(Together);

    [Benchmark]
    [Work(nameof(TogetherRows), "rows")]
    public Task<long> Batches() => ReadAsync(Together, fill: false);

    [Benchmark]
    [Work(nameof(ApartRows), "rows")]
    public Task<long> Interleaved() => ReadAsync(Apart, fill: false);

    [Benchmark]
    [Work(nameof(ApartRows), "rows")]
    public Task<long> Interleaved_latest_at() => ReadAsync(Apart, fill: true);

    private static Chunk Later(Chunk chunk) => chunk.EntityPath.ToString() != JointRecording.ObservationPath ? chunk : new Chunk(
        chunk.Id,
        chunk.EntityPath,
        chunk.RowIds,
        [ChunkBuilder.Timeline("real_time", TimelineKind.Timestamp, [.. chunk.Timelines[0].Times.ToArray().Select(time => time + HalfPeriodNs)])],
        chunk.Components);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task<long> AlignAsync(MemoryBytes file)
    {
        long rows = 0;
        await foreach (var aligned in (await OpenAsync(file, fill: false)).AlignAsync(CancellationToken.None))
        {
            rows += aligned.Count;
        }

        return rows;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task<long> ReadAsync(MemoryBytes file, bool fill)
    {
        long rows = 0;
        await foreach (var batch in (await OpenAsync(file, fill)).ReadAsync(CancellationToken.None))
        {
            rows += batch.Length;
        }

        return rows;
    }

    private static async Task<SegmentDataframe> OpenAsync(MemoryBytes file, bool fill)
    {
        var reader = await RrdReader.OpenAsync(file, CancellationToken.None);
        var store = reader.Contents.Recordings.Single();
        var schema = DataframeSchema.Of(store.Schema, new DataframeQuery { Index = "real_time", FillLatestAt = fill });
        return new SegmentDataframe(store.Id.RecordingId, [new RecordingLayer(reader, store)], schema);
    }
}
