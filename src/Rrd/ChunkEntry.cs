namespace Strata.Rrd;

/// <summary>
/// One row of a manifest: which chunk it is and where its bytes lie. Offsets point to the ArrowMsg payload, behind its 16-byte
/// header, and count from the start of the file; sizes are those of the payload as stored and of the Arrow IPC stream in it.
/// </summary>
/// <param name="Index">Row of the manifest, from 0.</param>
/// <param name="EntityPath">What the chunk is about.</param>
/// <param name="Id">Of the chunk.</param>
/// <param name="IsStatic">Whether it has no timelines.</param>
/// <param name="NumRows">Rows of the chunk.</param>
/// <param name="ByteOffset">Of the payload, from the start of the file.</param>
/// <param name="ByteSize">Of the payload as it is stored.</param>
/// <param name="UncompressedByteSize">Of the Arrow stream in it.</param>
public readonly record struct ChunkEntry(
    int Index,
    EntityPath EntityPath,
    Tuid Id,
    bool IsStatic,
    long NumRows,
    long ByteOffset,
    long ByteSize,
    long UncompressedByteSize);
