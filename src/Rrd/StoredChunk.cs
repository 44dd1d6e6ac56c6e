namespace Strata.Rrd;

/// <summary>A chunk and the store that it belongs to.</summary>
public sealed record StoredChunk(StoreId StoreId, Chunk Chunk);
