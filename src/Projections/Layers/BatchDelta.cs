using System.Buffers;
using System.Numerics;
using Strata.Projections.Storage;

namespace Strata.Projections.Layers;

/// <summary>
/// A property batch as its difference from the first one of the same schema. Two such batches agree in nearly all their bytes (lengths, offsets, padding to
/// 64 bytes): what is kept are the values, a tenth of the message, at the cost of one pass over it.
/// Form: length of the message, then (number of equal bytes, number of differing bytes, those bytes XOR the template's), numbers as LEB128.
/// </summary>
internal static class BatchDelta
{
    private const int MaxNumberBytes = 5;

    /// <summary>A shorter run of equal bytes costs more to count than to copy.</summary>
    private static ReadOnlySpan<byte> WorthwhileRun => [0, 0, 0, 0];

    public static void Encode(ReadOnlySpan<byte> message, ReadOnlySpan<byte> template, IBufferWriter<byte> output)
    {
        Write(output, message.Length);
        var rented = ArrayPool<byte>.Shared.Rent(message.Length);
        var difference = rented.AsSpan(0, message.Length);
        Xor(message, template, difference);
        while (!difference.IsEmpty)
        {
            var equal = difference.IndexOfAnyExcept((byte)0);
            if (equal < 0)
            {
                break;
            }

            var rest = difference[equal..];
            var run = rest.IndexOf(WorthwhileRun);
            var literal = run < 0 ? rest : rest[..run];
            Write(output, equal);
            Write(output, literal.Length);
            output.Write(literal);
            difference = rest[literal.Length..];
        }

        ArrayPool<byte>.Shared.Return(rented);
    }

    public static void Decode(ReadOnlySpan<byte> delta, ReadOnlySpan<byte> template, ArrayBufferWriter<byte> output)
    {
        var length = Read(ref delta);
        if (length == 0)
        {
            return;
        }

        var message = output.GetSpan(length)[..length];
        message.Clear();
        var at = 0;
        while (!delta.IsEmpty)
        {
            at += Read(ref delta);
            var literal = Read(ref delta);
            if (literal > delta.Length || literal > length - at)
            {
                throw Broken($"{literal} differing bytes at {at} of {length}");
            }

            delta[..literal].CopyTo(message[at..]);
            delta = delta[literal..];
            at += literal;
        }

        Xor(message, template, message);
        output.Advance(length);
    }

    private static void Xor(ReadOnlySpan<byte> message, ReadOnlySpan<byte> template, Span<byte> target)
    {
        var both = Math.Min(message.Length, template.Length);
        var at = 0;
        for (; at <= both - Vector<byte>.Count; at += Vector<byte>.Count)
        {
            (new Vector<byte>(message[at..]) ^ new Vector<byte>(template[at..])).CopyTo(target[at..]);
        }

        for (; at < both; at++)
        {
            target[at] = (byte)(message[at] ^ template[at]);
        }

        message[both..].CopyTo(target[both..]);
    }

    private static void Write(IBufferWriter<byte> output, int value)
    {
        var span = output.GetSpan(MaxNumberBytes);
        var count = 0;
        for (var rest = (uint)value; ; rest >>= 7)
        {
            span[count++] = (byte)(rest < 0x80 ? rest : rest | 0x80);
            if (rest < 0x80)
            {
                output.Advance(count);
                return;
            }
        }
    }

    private static int Read(ref ReadOnlySpan<byte> bytes)
    {
        var value = 0L;
        for (var i = 0; i < MaxNumberBytes && i < bytes.Length; i++)
        {
            value |= (long)(bytes[i] & 0x7F) << (7 * i);
            if (bytes[i] < 0x80)
            {
                bytes = bytes[(i + 1)..];
                return value <= int.MaxValue ? (int)value : throw Broken($"the number {value}");
            }
        }

        throw Broken("a number without an end");
    }

    private static ReadModelStorageException Broken(string found) => new($"property batch: expected a difference from its template, found {found}; rebuild the read models: strata rebuild");
}
