using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Strata.Rrd.Editing;

/// <summary>Ids of what editing makes: newer than what it is made of, and the same for the same input on every machine.</summary>
internal static class EditedId
{
    // As the SDK's own, whose top bit is clear so that counting on does not wrap around.
    private const ulong IncBits = ulong.MaxValue >> 1;

    /// <param name="sources">Ids of the chunks or rows that it is made of; at least one.</param>
    /// <param name="part">Which of the things made of them.</param>
    public static Tuid Of(IEnumerable<Tuid> sources, int part)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> bytes = stackalloc byte[Tuid.Size];
        var newest = 0UL;
        foreach (var source in sources)
        {
            source.WriteBigEndian(bytes);
            hash.AppendData(bytes);
            newest = Math.Max(newest, source.TimeNs);
        }
        BinaryPrimitives.WriteInt32BigEndian(bytes, part);
        hash.AppendData(bytes[..sizeof(int)]);
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        hash.GetHashAndReset(digest);
        return new Tuid(newest == ulong.MaxValue ? newest : newest + 1, BinaryPrimitives.ReadUInt64BigEndian(digest) & IncBits);
    }
}
