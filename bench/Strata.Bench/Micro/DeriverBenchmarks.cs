using BenchmarkDotNet.Attributes;
using Strata.Arrow;
using Strata.Contracts;
using Strata.DerivationWorkers;
using Strata.Recordings;
using Strata.Rrd;

namespace Strata.Bench;

/// <summary>Tracking error from the bytes of a file to the bytes of the layer: open, read the two columns, align, norm, statistics, write.</summary>
[MemoryDiagnoser]
public class DeriverBenchmarks
{
    private const int MillionRows = 1_000_000;
    private const int SmallRows = 60;

    private static readonly (MemoryBytes File, RecordingFacts Facts) Million = Recording(MillionRows);
    private static readonly (MemoryBytes File, RecordingFacts Facts) Small = Recording(SmallRows);
    private readonly TrackingErrorDeriver _deriver = new();

    public static int RowsOfMillion => MillionRows;

    public static int RowsOfSmall => SmallRows;

    [Benchmark]
    [Work(nameof(RowsOfMillion), "rows")]
    public Task<int> A_million_rows_of_7_joints() => DeriveAsync(Million.File, Million.Facts);

    [Benchmark]
    [Work(nameof(RowsOfSmall), "rows")]
    public Task<int> Sixty_rows_of_7_joints() => DeriveAsync(Small.File, Small.Facts);

    private static (MemoryBytes File, RecordingFacts Facts) Recording(int rows)
    {
        var file = new MemoryBytes(JointRecording.Write(JointRecording.Chunks(rows, joints: 7, rowsPerChunk: rows), "bench", useLz4: true));
        return (file, new RecordingInspector().InspectAsync(file, StoreKind.Recording, CancellationToken.None).GetAwaiter().GetResult().Recordings[0]);
    }

    private async Task<int> DeriveAsync(MemoryBytes file, RecordingFacts facts)
    {
        var rule = HowToRules.Definitions[0];
        var layer = await InputLayerLoader.LoadAsync(
            new DerivationInput(HowToRules.BaseLayer, facts.Fingerprint),
            facts.ApplicationId,
            new ArrowStreamReader(facts.SchemaIpc).Schema,
            ManifestTable.Read(RecordBatch.FromIpcStream(facts.ChunkIndexIpc)),
            file,
            _deriver,
            rule.Parameters,
            CancellationToken.None);
        var request = new DerivationRequest(new DatasetId(new string('0', 32)), "bench", rule.Rule, 1, rule.OutputLayer, rule.Parameters, [layer]);
        return _deriver.Derive(request, CancellationToken.None) is Derivation.Derived derived
            ? derived.Rrd.Length
            : throw new InvalidOperationException("the deriver was expected to derive a layer");
    }
}
