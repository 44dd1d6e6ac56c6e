namespace Strata.Rrd;

/// <summary>A chunk and the store that it belongs to.</summary>
/// <param name="StoreId">Which store.</param>
/// <param name="Chunk">The chunk.</param>
public sealed record StoredChunk(StoreId StoreId, Chunk Chunk);
