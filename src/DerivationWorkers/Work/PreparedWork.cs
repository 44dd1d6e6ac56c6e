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
    bool StorageWasFull)
{
    /// <summary>W3C trace parent of the event that brought the newest input; null where nobody traced.</summary>
    public string? TraceParent { get; init; }
}

/// <param name="SchemaIpc">Arrow IPC stream of the layer's schema.</param>
/// <param name="ChunkIndexIpc">Arrow IPC stream, one row a chunk.</param>
internal sealed record PreparedInput(LayerRegistered Layer, ReadOnlyMemory<byte> SchemaIpc, ReadOnlyMemory<byte> ChunkIndexIpc)
{
    /// <exception cref="InvalidDataException">The store lacks a blob that its event names.</exception>
    public static PreparedInput Of(LayerRegistered layer, IReadOnlyDictionary<Sha256Digest, ReadOnlyMemory<byte>> blobs) =>
        new(layer, BlobOf(layer, layer.SchemaBlob, "schema", blobs), BlobOf(layer, layer.ChunkIndexBlob, "chunk index", blobs));

    private static ReadOnlyMemory<byte> BlobOf(LayerRegistered layer, Sha256Digest hash, string kind, IReadOnlyDictionary<Sha256Digest, ReadOnlyMemory<byte>> blobs) =>
        blobs.TryGetValue(hash, out var blob)
            ? blob
            : throw new InvalidDataException($"the {kind} of layer '{layer.Layer}' of segment '{layer.Segment}' (blob {hash}) is not in the event store, though its event is; restore the store from a whole backup");
}
