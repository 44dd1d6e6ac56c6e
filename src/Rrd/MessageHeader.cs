using System.Buffers.Binary;

namespace Strata.Rrd;

/// <summary>The 16 bytes before each payload. Source: rrd-format §1.3.</summary>
/// <param name="Kind">A <see cref="MessageKind"/>, or anything else in foreign bytes.</param>
/// <param name="Length">Bytes of the payload, this header excluded.</param>
public readonly record struct MessageHeader(ulong Kind, ulong Length)
{
    public const int Size = 16;

    public bool IsKnown => Kind <= (ulong)MessageKind.BlueprintActivationCommand;

    public static MessageHeader Read(ReadOnlySpan<byte> bytes) =>
        new(BinaryPrimitives.ReadUInt64LittleEndian(bytes), BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]));

    public void Write(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(destination, Kind);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[8..], Length);
    }
}
