using Strata.Arrow;
using Strata.Contracts;
using Strata.Recordings;
using Strata.Rrd;

namespace Strata.DerivationWorkers;

/// <summary>Loads of a layer what a deriver reads. Source: <see cref="InputLayerLoader"/>.</summary>
public delegate Task<InputLayer> LoadInput(
    LayerRegistered layer,
    ReadOnlyMemory<byte> schemaIpc,
    ReadOnlyMemory<byte> chunkIndexIpc,
    IRandomAccessBytes recording,
    IDeriver deriver,
    CanonicalJson parameters,
    CancellationToken cancellationToken);

/// <summary>How the worker reads recordings: the three places where it touches the format.</summary>
/// <param name="ReadFacts">What the log needs to know of a derived file that is still in memory and whose writer did not tell.</param>
/// <param name="ReadSchema">The schema in an Arrow IPC stream.</param>
public sealed record RecordingReading(
    LoadInput LoadInput,
    Func<ReadOnlyMemory<byte>, CancellationToken, Task<RecordingFacts>> ReadFacts,
    Func<ReadOnlyMemory<byte>, Schema> ReadSchema)
{
    public static RecordingReading With(IRecordingInspector inspector) => new(
        InputLayerLoader.LoadAsync,
        (rrd, cancellationToken) => InspectDerivedAsync(inspector, rrd, cancellationToken),
        ipc => new ArrowStreamReader(ipc).Schema);

    /// <summary>A deriver writes one recording, whole; anything else is a fault of the deriver and must not be registered.</summary>
    private static async Task<RecordingFacts> InspectDerivedAsync(IRecordingInspector inspector, ReadOnlyMemory<byte> rrd, CancellationToken cancellationToken)
    {
        var facts = await inspector.InspectAsync(new MemoryBytes(rrd), StoreKind.Recording, cancellationToken).ConfigureAwait(false);
        if (facts.Findings.Length > 0)
        {
            throw new InvalidOperationException($"the derived file is not sound: at byte {facts.Findings[0].Offset}: {facts.Findings[0].Message}");
        }

        return facts.Recordings.Length == 1
            ? facts.Recordings[0]
            : throw new InvalidOperationException($"expected one recording in the derived file, found {facts.Recordings.Length}");
    }
}
