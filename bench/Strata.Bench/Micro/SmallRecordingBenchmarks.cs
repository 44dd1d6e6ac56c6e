using BenchmarkDotNet.Attributes;
using Strata.Recordings;
using Strata.Rrd;

namespace Strata.Bench;

/// <summary>One small recording (60 rows × 7 joints, in memory): what a registration and a derivation must read and write of it.</summary>
[MemoryDiagnoser]
public class SmallRecordingBenchmarks
{
    private static readonly List<Chunk> Chunks = JointRecording.Chunks(rows: 60, joints: 7, rowsPerChunk: 60);
    private static readonly MemoryBytes File = new(JointRecording.Write(Chunks, "small", useLz4: true));
    private readonly RecordingInspector _inspector = new();

    [Benchmark]
    public async Task<int> Open_by_footer() => (await RrdReader.OpenAsync(File, CancellationToken.None)).Contents.Stores.Count;

    /// <summary>All that an event says of it: fingerprint, schema, properties, chunk index, ranges.</summary>
    [Benchmark]
    public async Task<int> Inspect() => (await _inspector.InspectAsync(File, StoreKind.Recording, CancellationToken.None)).Recordings.Length;

    [Benchmark]
    public int Write() => JointRecording.Write(Chunks, "small", useLz4: true).Length;
}
