using System.Buffers.Binary;
using System.Runtime.Intrinsics;

namespace Strata.Rrd;

/// <summary>Decoder of one raw LZ4 block: no frame, no magic, no checksum. Source: rrd-format §3.2.</summary>
internal static class Lz4BlockDecoder
{
    private const int MinMatch = 4;
    private const int ExtendedLength = 15;
    private const int Block = 16;

    /// <summary>No length: its bytes go on in the next part.</summary>
    private const int Cut = -1;

    /// <summary>
    /// Decodes all of <paramref name="source"/> and returns the number of bytes written, which may be less than the room in
    /// <paramref name="destination"/>; the rest of it may have been overwritten.
    /// </summary>
    /// <exception cref="RrdFormatException">The block reads or writes outside of its bounds; its offset counts from the start of the block.</exception>
    public static int Decode(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        var position = Lz4BlockPosition.Start;
        DecodePart(source, isLast: true, destination, ref position);
        return position.Decoded;
    }

    /// <summary>
    /// Decodes a part of a block behind the parts before it, and returns how many of its bytes are done with: what is left is the start of the next
    /// part. Bytes of <paramref name="destination"/> behind those that are decoded may have been overwritten.
    /// </summary>
    /// <param name="isLast">Whether the block ends with this part, of which nothing is left then.</param>
    /// <exception cref="RrdFormatException">As for <see cref="Decode"/>; its offset counts from the start of the part.</exception>
    public static int DecodePart(ReadOnlySpan<byte> source, bool isLast, Span<byte> destination, ref Lz4BlockPosition position)
    {
        var (d, token, literals) = position;
        var s = 0;
        while (true)
        {
            if (token == Lz4BlockPosition.NoToken)
            {
                position = new(d);
                var start = s;
                if (s >= source.Length)
                {
                    return isLast ? throw Malformed(s, "a token", "the end of the block") : start;
                }
                token = source[s++];
                literals = token >> 4;
                if (literals == ExtendedLength)
                {
                    literals = ReadExtendedLength(source, isLast, ref s);
                    if (literals == Cut)
                    {
                        return start;
                    }
                }
            }
            if (literals <= Block && source.Length - s >= Block && destination.Length - d >= Block)
            {
                Vector128.Create(source.Slice(s, Block)).CopyTo(destination.Slice(d, Block));
            }
            else
            {
                if (literals > destination.Length - d)
                {
                    throw Malformed(s, $"at most {destination.Length} decoded bytes", $"at least {(long)d + literals}");
                }
                if (literals > source.Length - s)
                {
                    if (isLast)
                    {
                        throw Malformed(s, $"{literals} literal bytes", $"{source.Length - s}");
                    }
                    var here = source.Length - s;
                    source[s..].CopyTo(destination[d..]);
                    position = new(d + here, token, literals - here);
                    return source.Length;
                }
                source.Slice(s, literals).CopyTo(destination[d..]);
            }
            s += literals;
            d += literals;
            if (s >= source.Length && isLast)
            {
                // A literal copy above never passes the end, because short ones need a whole block of input.
                position = new(d);
                return s;
            }
            var afterLiterals = s;
            if (source.Length - s < sizeof(ushort))
            {
                position = new(d, token, 0);
                return isLast ? throw Malformed(s, "a match offset of 2 bytes", "1 byte") : afterLiterals;
            }
            int offset = BinaryPrimitives.ReadUInt16LittleEndian(source[s..]);
            s += sizeof(ushort);
            var match = token & ExtendedLength;
            if (match == ExtendedLength)
            {
                match = ReadExtendedLength(source, isLast, ref s);
                if (match == Cut)
                {
                    position = new(d, token, 0);
                    return afterLiterals;
                }
            }
            match += MinMatch;
            if (offset == 0 || offset > d)
            {
                throw Malformed(s, $"a match offset of 1 to {d}", $"{offset}");
            }
            if (match > destination.Length - d)
            {
                throw Malformed(s, $"at most {destination.Length} decoded bytes", $"at least {(long)d + match}");
            }
            CopyMatch(destination, d, offset, match);
            d += match;
            token = Lz4BlockPosition.NoToken;
        }
    }

    private static void CopyMatch(Span<byte> destination, int d, int offset, int match)
    {
        if (offset >= Block && match <= 4 * Block && destination.Length - d >= 5 * Block)
        {
            for (var copied = 0; copied < match; copied += Block)
            {
                Vector128.Create<byte>(destination.Slice(d - offset + copied, Block)).CopyTo(destination.Slice(d + copied, Block));
            }
        }
        else if (offset >= sizeof(ulong) && offset < Block && match <= 4 * Block && destination.Length - d >= 5 * Block)
        {
            for (var copied = 0; copied < match; copied += sizeof(ulong))
            {
                var word = BinaryPrimitives.ReadUInt64LittleEndian(destination.Slice(d - offset + copied, sizeof(ulong)));
                BinaryPrimitives.WriteUInt64LittleEndian(destination.Slice(d + copied, sizeof(ulong)), word);
            }
        }
        else if (offset >= match)
        {
            destination.Slice(d - offset, match).CopyTo(destination[d..]);
        }
        else if (offset == 1)
        {
            destination.Slice(d, match).Fill(destination[d - 1]);
        }
        else
        {
            // The output repeats with the period of the offset, so each step may copy all that is there since the match began.
            for (var copied = 0; copied < match;)
            {
                var step = Math.Min(offset + copied, match - copied);
                destination.Slice(d - offset, step).CopyTo(destination[(d + copied)..]);
                copied += step;
            }
        }
    }

    /// <returns><see cref="Cut"/> where the part ends before the length does.</returns>
    private static int ReadExtendedLength(ReadOnlySpan<byte> source, bool isLast, ref int s)
    {
        long length = ExtendedLength;
        while (true)
        {
            if (s >= source.Length)
            {
                return !isLast ? Cut : throw Malformed(s, "more bytes of a length", "the end of the block");
            }
            var value = source[s++];
            length += value;
            if (value != byte.MaxValue)
            {
                return length <= RrdLimits.MaxUncompressedBytes
                    ? (int)length
                    : throw Malformed(s, $"a length of at most {RrdLimits.MaxUncompressedBytes}", $"{length}");
            }
        }
    }

    private static RrdFormatException Malformed(int offset, string expected, string found) =>
        new(offset, $"{expected} in an LZ4 block", found, "The message is damaged: copy the file again.");
}
