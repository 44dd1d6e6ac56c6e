using Strata.Arrow;
using Strata.Contracts;
using Strata.Recordings;
using Strata.Rrd;

namespace Strata.DerivationWorkers;

/// <summary>Loads of a layer what a deriver reads. Source: <see cref="InputLayerLoader.LoadAsync"/>.</summary>
public delegate Task<InputLayer> LoadInput(
    LayerRegistered layer,
    ReadOnlyMemory<byte> schemaIpc,
    ReadOnlyMemory<byte> chunkIndexIpc,
    IRandomAccessBytes recording,
    IDeriver deriver,
    CanonicalJson parameters,
    CancellationToken cancellationToken);

/// <summary>How the worker reads recordings: the three places where it touches the format.</summary>
/// <param name="ReadFacts">What the log needs to know of a derived file that is still in memory.</param>
/// <param name="ReadSchema">The schema in an Arrow IPC stream.</param>
public sealed record RecordingReading(
    LoadInput LoadInput,
    Func<ReadOnlyMemory<byte>, CancellationToken, Task<RecordingFacts>> ReadFacts,
    Func<ReadOnlyMemory<byte>, Schema> ReadSchema);
