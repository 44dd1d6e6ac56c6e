using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Strata.Contracts;

namespace Strata.Projections.Storage;

/// <summary>Small lists inside one column, as length-prefixed bytes: shorter than JSON, and neither written nor parsed as text on replay.</summary>
internal static class ByteColumns
{
    private const int Int64Bytes = sizeof(long);

    public static byte[] Strings(EquatableArray<string> values)
    {
        var buffer = new ArrayBufferWriter<byte>();
        foreach (var value in values)
        {
            Write(buffer, value);
        }

        return buffer.WrittenSpan.ToArray();
    }

    public static EquatableArray<string> ReadStrings(ReadOnlySpan<byte> bytes)
    {
        var values = new List<string>();
        while (!bytes.IsEmpty)
        {
            values.Add(ReadText(ref bytes));
        }

        return values.ToEquatableArray();
    }

    public static void WriteInputs(ArrayBufferWriter<byte> buffer, EquatableArray<DerivationInput> inputs)
    {
        foreach (var input in inputs)
        {
            Write(buffer, input.Layer);
            input.Fingerprint.CopyTo(buffer.GetSpan(SHA256.HashSizeInBytes));
            buffer.Advance(SHA256.HashSizeInBytes);
        }
    }

    public static EquatableArray<DerivationInput> ReadInputs(ReadOnlySpan<byte> bytes)
    {
        var inputs = new List<DerivationInput>();
        while (!bytes.IsEmpty)
        {
            var layer = ReadText(ref bytes);
            inputs.Add(new(layer, Sha256Digest.FromBytes(Take(ref bytes, SHA256.HashSizeInBytes))));
        }

        return inputs.ToEquatableArray();
    }

    public static void WriteDroppedRows(ArrayBufferWriter<byte> buffer, EquatableArray<DroppedRows> dropped)
    {
        foreach (var rows in dropped)
        {
            Write(buffer, rows.Reason);
            Write(buffer, rows.Count);
        }
    }

    public static EquatableArray<DroppedRows> ReadDroppedRows(ReadOnlySpan<byte> bytes)
    {
        var dropped = new List<DroppedRows>();
        while (!bytes.IsEmpty)
        {
            var reason = ReadText(ref bytes);
            dropped.Add(new(reason, ReadInt64(ref bytes)));
        }

        return dropped.ToEquatableArray();
    }

    /// <summary>Names and kinds of timelines; the times of each layer lie in <see cref="WriteTimes"/>.</summary>
    public static void WriteTimelines(ArrayBufferWriter<byte> buffer, EquatableArray<IndexRange> ranges)
    {
        foreach (var range in ranges)
        {
            Write(buffer, range.Timeline);
            Write(buffer, (long)range.Kind);
        }
    }

    public static List<(string Name, TimelineKind Kind)> ReadTimelines(ReadOnlySpan<byte> bytes)
    {
        var timelines = new List<(string, TimelineKind)>();
        while (!bytes.IsEmpty)
        {
            var name = ReadText(ref bytes);
            timelines.Add((name, (TimelineKind)ReadInt64(ref bytes)));
        }

        return timelines;
    }

    /// <summary>Start and end of each range.</summary>
    public static void WriteTimes(ArrayBufferWriter<byte> buffer, EquatableArray<IndexRange> ranges)
    {
        foreach (var range in ranges)
        {
            Write(buffer, range.Start);
            Write(buffer, range.End);
        }
    }

    public static (long Start, long End) ReadTimes(ref ReadOnlySpan<byte> bytes)
    {
        var start = ReadInt64(ref bytes);
        return (start, ReadInt64(ref bytes));
    }

    private static void Write(ArrayBufferWriter<byte> buffer, string text)
    {
        var length = Encoding.UTF8.GetByteCount(text);
        BinaryPrimitives.WriteInt32LittleEndian(buffer.GetSpan(sizeof(int)), length);
        buffer.Advance(sizeof(int));
        if (length > 0)
        {
            buffer.Advance(Encoding.UTF8.GetBytes(text, buffer.GetSpan(length)));
        }
    }

    private static void Write(ArrayBufferWriter<byte> buffer, long value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(buffer.GetSpan(Int64Bytes), value);
        buffer.Advance(Int64Bytes);
    }

    private static string ReadText(ref ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(ReadBytes(ref bytes));

    private static ReadOnlySpan<byte> ReadBytes(ref ReadOnlySpan<byte> bytes) =>
        Take(ref bytes, BinaryPrimitives.ReadInt32LittleEndian(Take(ref bytes, sizeof(int))));

    private static long ReadInt64(ref ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadInt64LittleEndian(Take(ref bytes, Int64Bytes));

    private static ReadOnlySpan<byte> Take(ref ReadOnlySpan<byte> bytes, int length)
    {
        if ((uint)length > (uint)bytes.Length)
        {
            throw new ReadModelStorageException($"list column: expected {length} more bytes, found {bytes.Length}; rebuild the read models: strata rebuild");
        }

        var taken = bytes[..length];
        bytes = bytes[length..];
        return taken;
    }
}
