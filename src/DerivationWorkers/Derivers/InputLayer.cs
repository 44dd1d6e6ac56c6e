using System.Collections.Immutable;
using Strata.Arrow;
using Strata.Contracts;
using Strata.Rrd;

namespace Strata.DerivationWorkers;

/// <summary>
/// A layer as a deriver sees it: what the log knows of it, and those of its chunks that the deriver reads, in memory already, so that deriving does no I/O.
/// Made by <see cref="InputLayerLoader"/>.
/// </summary>
/// <param name="ApplicationId">Of the recording (store) inside the file.</param>
/// <param name="Schema">The recording schema. Source: rrd-format §9.3.</param>
/// <param name="NewestChunkId">The largest of all chunk ids of the layer's chunk index, also of chunks that were not loaded.</param>
/// <param name="Chunks">In file order; each holds at least one column that the deriver reads.</param>
public sealed record InputLayer(
    string Layer,
    Sha256Digest Fingerprint,
    string ApplicationId,
    Schema Schema,
    Tuid NewestChunkId,
    ImmutableArray<Chunk> Chunks);
