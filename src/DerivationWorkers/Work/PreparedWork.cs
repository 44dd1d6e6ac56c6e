using Strata.Contracts;
using Strata.Projections;

namespace Strata.DerivationWorkers;

/// <summary>A claimed item with all that its evaluation needs from the store, read for a whole page at once.</summary>
/// <param name="Output">What stands under the rule's output name.</param>
/// <param name="StorageWasFull">Each earlier attempt ended because the disk was full, so their number says nothing about the item.</param>
internal sealed record PreparedWork(
    ClaimedItem Claimed,
    RuleRow Rule,
    IReadOnlyList<PreparedInput> Inputs,
    LayerRegistered? Output,
    bool StorageWasFull);

/// <param name="SchemaIpc">Arrow IPC stream of the layer's schema.</param>
/// <param name="ChunkIndexIpc">Arrow IPC stream, one row a chunk.</param>
internal sealed record PreparedInput(LayerRegistered Layer, ReadOnlyMemory<byte> SchemaIpc, ReadOnlyMemory<byte> ChunkIndexIpc);
