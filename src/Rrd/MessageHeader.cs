using System.Buffers.Binary;

namespace Strata.Rrd;

/// <summary>The 16 bytes before each payload. Source: rrd-format §1.3.</summary>
/// <param name="Kind">A <see cref="MessageKind"/>, or anything else in foreign bytes.</param>
/// <param name="Length">Bytes of the payload, this header excluded.</param>
public readonly record struct MessageHeader(ulong Kind, ulong Length)
{
    /// <summary>Bytes of a header.</summary>
    public const int Size = 16;

    /// <summary>Whether <see cref="Kind"/> is a <see cref="MessageKind"/>.</summary>
    public bool IsKnown => Kind <= (ulong)MessageKind.BlueprintActivationCommand;

    /// <summary>Reads the first 16 bytes of <paramref name="bytes"/>; nothing is validated.</summary>
    public static MessageHeader Read(ReadOnlySpan<byte> bytes) =>
        new(BinaryPrimitives.ReadUInt64LittleEndian(bytes), BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]));

    /// <summary>Writes the first <see cref="Size"/> bytes of <paramref name="destination"/>.</summary>
    public void Write(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(destination, Kind);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[8..], Length);
    }
}
