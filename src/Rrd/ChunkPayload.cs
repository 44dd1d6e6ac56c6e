namespace Strata.Rrd;

/// <summary>The Arrow IPC stream of a chunk as it is stored. Source: rrd-format §2.3, §3.</summary>
/// <param name="IsLz4">Whether <paramref name="Bytes"/> are one LZ4 block.</param>
/// <param name="UncompressedSize">Bytes of the IPC stream.</param>
/// <param name="Bytes">The stored bytes.</param>
public readonly record struct ChunkPayload(bool IsLz4, long UncompressedSize, ReadOnlyMemory<byte> Bytes);
