using System.Buffers.Binary;
using System.IO.Hashing;

namespace Strata.Rrd;

/// <summary>
/// The trailer behind the End message: where the RrdFooter lies, from the start of its stream, and its checksum.
/// Source: rrd-format §1.4.
/// </summary>
/// <param name="Start">Offset of the footer payload from the start of the stream.</param>
/// <param name="Length">Bytes of the footer payload.</param>
/// <param name="Checksum">XXH32 of the payload with <see cref="ChecksumSeed"/>.</param>
public readonly record struct StreamFooter(ulong Start, ulong Length, uint Checksum)
{
    /// <summary>Bytes of the trailer with its one entry.</summary>
    public const int Size = EntrySize + TailSize;

    /// <summary>Seed of the checksum.</summary>
    public const int ChecksumSeed = 7850921;

    internal const int EntrySize = 20;
    internal const int TailSize = 12;

    private static ReadOnlySpan<byte> Magic => "RRF2FOOT"u8;

    /// <summary>The checksum of a footer's bytes.</summary>
    public static uint ChecksumOf(ReadOnlySpan<byte> payload) => XxHash32.HashToUInt32(payload, ChecksumSeed);

    /// <summary>Writes the first <see cref="Size"/> bytes of <paramref name="destination"/>.</summary>
    public void Write(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(destination, Start);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[8..], Length);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[16..], Checksum);
        Magic.CopyTo(destination[EntrySize..]);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[28..], 1);
    }

    /// <summary>The number of entries that the last 12 bytes announce, or null when they are no tail.</summary>
    public static uint? EntryCount(ReadOnlySpan<byte> tail) =>
        tail.Length == TailSize && tail.StartsWith(Magic) ? BinaryPrimitives.ReadUInt32LittleEndian(tail[8..]) : null;

    /// <summary>Reads the 20 bytes of one entry; nothing is validated.</summary>
    public static StreamFooter ReadEntry(ReadOnlySpan<byte> entry) =>
        new(BinaryPrimitives.ReadUInt64LittleEndian(entry), BinaryPrimitives.ReadUInt64LittleEndian(entry[8..]), BinaryPrimitives.ReadUInt32LittleEndian(entry[16..]));
}
