using Strata.Contracts;
using Strata.Projections;

namespace Strata.DerivationWorkers;

/// <summary>A claimed item with all that its evaluation needs from the store, read for a whole page at once.</summary>
/// <param name="SchemaIpc">Arrow IPC stream of the first input's schema.</param>
/// <param name="Output">What stands under the rule's output name.</param>
/// <param name="StorageWasFull">Each earlier attempt ended because the disk was full, so their number says nothing about the item.</param>
internal sealed record PreparedWork(
    ClaimedItem Claimed,
    RuleRow Rule,
    IReadOnlyList<LayerRegistered> Inputs,
    ReadOnlyMemory<byte> SchemaIpc,
    LayerRegistered? Output,
    bool StorageWasFull);
