using System.Buffers.Binary;
using System.Numerics;

namespace Strata.Arrow;

/// <summary>Bits in Arrow's order (least significant first).</summary>
public static class Bitmap
{
    /// <summary>Whether the bit at <paramref name="index"/> is set.</summary>
    public static bool Get(ReadOnlySpan<byte> bits, int index) => (bits[index >> 3] >> (index & 7) & 1) != 0;

    /// <summary>Bytes that hold so many bits.</summary>
    public static int ByteCount(int bits) => (int)(((long)bits + 7) >> 3);

    /// <summary>Number of set bits in [offset, offset + length).</summary>
    public static int CountSet(ReadOnlySpan<byte> bits, int offset, int length)
    {
        int count = 0;
        int end = offset + length;
        int at = offset;
        for (; at < end && (at & 7) != 0; at++)
            count += bits[at >> 3] >> (at & 7) & 1;
        ReadOnlySpan<byte> whole = bits.Slice(at >> 3, (end - at) >> 3);
        at += whole.Length << 3;
        for (; whole.Length >= 8; whole = whole[8..])
            count += BitOperations.PopCount(BinaryPrimitives.ReadUInt64LittleEndian(whole));
        foreach (byte b in whole)
            count += BitOperations.PopCount(b);
        for (; at < end; at++)
            count += bits[at >> 3] >> (at & 7) & 1;
        return count;
    }

    /// <summary>Copies <paramref name="length"/> bits from bit <paramref name="offset"/> on to bit 0 of <paramref name="target"/>; unused bits of its last byte become 0.</summary>
    public static void Copy(ReadOnlySpan<byte> bits, int offset, int length, Span<byte> target)
    {
        int bytes = ByteCount(length);
        int shift = offset & 7;
        ReadOnlySpan<byte> source = bits[(offset >> 3)..];
        if (shift == 0)
        {
            source[..bytes].CopyTo(target);
        }
        else
        {
            for (int k = 0; k < bytes; k++)
            {
                int high = k + 1 < source.Length ? source[k + 1] << (8 - shift) : 0;
                target[k] = (byte)(source[k] >> shift | high);
            }
        }

        if ((length & 7) != 0)
            target[bytes - 1] &= (byte)((1 << (length & 7)) - 1);
    }

    /// <summary>Copies bits to any bit position of <paramref name="target"/>; bits around them stay.</summary>
    internal static void CopyTo(ReadOnlySpan<byte> bits, int offset, int length, Span<byte> target, int targetOffset)
    {
        if ((targetOffset & 7) == 0 && (length & 7) == 0)
        {
            Copy(bits, offset, length, target[(targetOffset >> 3)..]);
            return;
        }

        for (int k = 0; k < length; k++)
        {
            if (Get(bits, offset + k))
                Set(target, targetOffset + k);
        }
    }

    /// <summary>Packs booleans into bits.</summary>
    public static byte[] Pack(ReadOnlySpan<bool> values)
    {
        var bits = new byte[ByteCount(values.Length)];
        for (int k = 0; k < values.Length; k++)
        {
            if (values[k])
                bits[k >> 3] |= (byte)(1 << (k & 7));
        }

        return bits;
    }

    internal static void Set(Span<byte> bits, int index) => bits[index >> 3] |= (byte)(1 << (index & 7));

    internal static void SetRange(Span<byte> bits, int offset, int length)
    {
        int at = offset;
        int end = offset + length;
        for (; at < end && (at & 7) != 0; at++)
            Set(bits, at);
        bits.Slice(at >> 3, (end - at) >> 3).Fill(0xFF);
        for (at += (end - at) & ~7; at < end; at++)
            Set(bits, at);
    }
}
