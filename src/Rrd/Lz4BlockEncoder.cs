using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Strata.Rrd;

/// <summary>
/// Encoder of one raw LZ4 block. Its output is part of writer profile 1: any change of it is a new profile.
/// Source: rrd-format §3.2.
/// </summary>
internal static class Lz4BlockEncoder
{
    private const int MinMatch = 4;
    private const int ExtendedLength = 15;
    private const int MaxOffset = ushort.MaxValue;

    // End rules of the format, on which other decoders rely.
    private const int LastLiterals = 5;
    private const int LastMatchDistance = 12;

    private const int Block = 16;

    private const int HashBits = 14;
    private const uint HashPrime = 2654435761;

    // After 64 misses in a row the search takes two bytes at a time, after 128 three: incompressible data passes quickly.
    private const int SkipShift = 6;

    /// <summary>Room that is enough for any block of <paramref name="length"/> bytes.</summary>
    public static int MaxEncodedLength(int length) => checked(length + (length / 255) + 16);

    /// <summary>Encodes <paramref name="source"/>; <paramref name="destination"/> must have <see cref="MaxEncodedLength"/> bytes. Returns the bytes written.</summary>
    public static int Encode(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(destination.Length, MaxEncodedLength(source.Length), nameof(destination));
        if (source.Length <= LastMatchDistance)
        {
            return WriteLastLiterals(source, destination, 0);
        }
        // On the stack its length is known to the compiler, which then needs no check of the index that a hash is.
        Span<int> table = stackalloc int[1 << HashBits];
        var lastMatchStart = source.Length - LastMatchDistance;
        var matchLimit = source.Length - LastLiterals;
        var anchor = 0;
        var written = 0;
        var position = 0;
        var misses = 1 << SkipShift;
        while (position <= lastMatchStart)
        {
            var word = Word(source, position);
            ref var slot = ref table[(int)((word * HashPrime) >> (32 - HashBits))];

            // The table holds position + 1, so that 0 means none.
            var candidate = slot - 1;
            slot = position + 1;
            if (candidate < 0 || position - candidate > MaxOffset || Word(source, candidate) != word)
            {
                position += misses++ >> SkipShift;
                continue;
            }
            while (position > anchor && candidate > 0 && source[position - 1] == source[candidate - 1])
            {
                position--;
                candidate--;
            }
            var length = MinMatch + CommonLength(source, candidate + MinMatch, position + MinMatch, matchLimit);
            var literals = position - anchor;
            if (literals < ExtendedLength && source.Length - anchor >= Block && destination.Length - written > Block)
            {
                // Columns of times and ids are nearly all of such: a whole block is copied, and what is too much of it is written over.
                var matchCode = length - MinMatch;
                destination[written++] = (byte)((literals << 4) | Math.Min(matchCode, ExtendedLength));
                Vector128.Create(source.Slice(anchor, Block)).CopyTo(destination.Slice(written, Block));
                BinaryPrimitives.WriteUInt16LittleEndian(destination.Slice(written + literals, sizeof(ushort)), (ushort)(position - candidate));
                written = WriteExtendedLength(matchCode, destination, written + literals + sizeof(ushort));
            }
            else
            {
                written = WriteSequence(source[anchor..position], position - candidate, length, destination, written);
            }
            position += length;
            anchor = position;
            misses = 1 << SkipShift;
            if (position <= lastMatchStart)
            {
                var before = Word(source, position - 2);
                table[(int)((before * HashPrime) >> (32 - HashBits))] = position - 1;
            }
        }
        return WriteLastLiterals(source[anchor..], destination, written);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Word(ReadOnlySpan<byte> source, int position) => BinaryPrimitives.ReadUInt32LittleEndian(source.Slice(position, sizeof(uint)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int CommonLength(ReadOnlySpan<byte> source, int earlier, int later, int limit)
    {
        var start = later;
        while (limit - later >= sizeof(ulong))
        {
            var difference = BinaryPrimitives.ReadUInt64LittleEndian(source.Slice(earlier, sizeof(ulong)))
                ^ BinaryPrimitives.ReadUInt64LittleEndian(source.Slice(later, sizeof(ulong)));
            if (difference != 0)
            {
                return later - start + (BitOperations.TrailingZeroCount(difference) >> 3);
            }
            earlier += sizeof(ulong);
            later += sizeof(ulong);
        }
        while (later < limit && source[earlier] == source[later])
        {
            earlier++;
            later++;
        }
        return later - start;
    }

    private static int WriteSequence(ReadOnlySpan<byte> literals, int offset, int matchLength, Span<byte> destination, int written)
    {
        var matchCode = matchLength - MinMatch;
        destination[written++] = (byte)((Math.Min(literals.Length, ExtendedLength) << 4) | Math.Min(matchCode, ExtendedLength));
        written = WriteExtendedLength(literals.Length, destination, written);
        literals.CopyTo(destination[written..]);
        written += literals.Length;
        BinaryPrimitives.WriteUInt16LittleEndian(destination[written..], (ushort)offset);
        return WriteExtendedLength(matchCode, destination, written + sizeof(ushort));
    }

    private static int WriteLastLiterals(ReadOnlySpan<byte> literals, Span<byte> destination, int written)
    {
        destination[written++] = (byte)(Math.Min(literals.Length, ExtendedLength) << 4);
        written = WriteExtendedLength(literals.Length, destination, written);
        literals.CopyTo(destination[written..]);
        return written + literals.Length;
    }

    private static int WriteExtendedLength(int length, Span<byte> destination, int written)
    {
        if (length < ExtendedLength)
        {
            return written;
        }
        var rest = length - ExtendedLength;
        for (; rest >= byte.MaxValue; rest -= byte.MaxValue)
        {
            destination[written++] = byte.MaxValue;
        }
        destination[written++] = (byte)rest;
        return written;
    }
}
