using System.Buffers.Binary;
using Strata.Rrd;

namespace Strata.Catalog.Reading;

/// <summary>
/// What a client sends back to get a chunk: which registration of a layer, which chunk of it. It holds no place in a file: places are looked up in the index of that
/// registration, so that a key that was tampered with can name another registered chunk at most, and only one with the id in the key. It stays good when the
/// layer is superseded, so that a reader under way keeps what it began with. Form: version, position in the log, ordinal, chunk id, all big-endian.
/// </summary>
/// <param name="Position">Of the layer's registration in the log.</param>
/// <param name="Ordinal">Row of the chunk in the layer's index.</param>
internal readonly record struct ChunkKey(long Position, int Ordinal, Tuid ChunkId)
{
    public const int Size = 1 + sizeof(long) + sizeof(int) + Tuid.Size;

    private const byte Version = 1;

    /// <param name="chunkId">16 bytes, as Arrow columns have them.</param>
    public static void Write(Span<byte> key, long position, int ordinal, ReadOnlySpan<byte> chunkId)
    {
        key[0] = Version;
        BinaryPrimitives.WriteInt64BigEndian(key[1..], position);
        BinaryPrimitives.WriteInt32BigEndian(key[(1 + sizeof(long))..], ordinal);
        chunkId[..Tuid.Size].CopyTo(key[(1 + sizeof(long) + sizeof(int))..]);
    }

    /// <exception cref="CatalogException">INVALID_ARGUMENT: not a key of this server.</exception>
    public static ChunkKey Read(ReadOnlySpan<byte> key)
    {
        if (key.Length != Size)
        {
            throw CatalogException.InvalidArgument($"Failed to decode chunk key: expected {Size} bytes, found {key.Length}; ask for the chunks again");
        }

        if (key[0] != Version)
        {
            throw CatalogException.InvalidArgument($"Failed to decode chunk key: expected version {Version}, found {key[0]}; ask for the chunks again");
        }

        var position = BinaryPrimitives.ReadInt64BigEndian(key[1..]);
        var ordinal = BinaryPrimitives.ReadInt32BigEndian(key[(1 + sizeof(long))..]);
        return new(position, ordinal, Tuid.ReadBigEndian(key[(1 + sizeof(long) + sizeof(int))..]));
    }
}
