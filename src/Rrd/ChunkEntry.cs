namespace Strata.Rrd;

/// <summary>
/// One row of a manifest: which chunk it is and where its bytes lie. Offsets point to the ArrowMsg payload, behind its 16-byte
/// header, and count from the start of the file; sizes are those of the payload as stored and of the Arrow IPC stream in it.
/// </summary>
public readonly record struct ChunkEntry(
    int Index,
    EntityPath EntityPath,
    Tuid Id,
    bool IsStatic,
    long NumRows,
    long ByteOffset,
    long ByteSize,
    long UncompressedByteSize);
