using System.Buffers.Binary;
using Strata.Projections.Folding;

namespace Strata.Projections.Layers;

/// <summary>A property blob taken apart: an Arrow IPC stream of one row. Source: rrd-format §3.3.</summary>
/// <param name="schema">Its schema message.</param>
/// <param name="batch">What follows, without the end of the stream.</param>
internal readonly ref struct PropertyStream(ReadOnlySpan<byte> schema, ReadOnlySpan<byte> batch)
{
    private const int ContinuationBytes = 4;
    private const int PrefixBytes = 8;

    public ReadOnlySpan<byte> Schema { get; } = schema;

    public ReadOnlySpan<byte> Batch { get; } = batch;

    /// <exception cref="FoldException">It does not begin with a schema.</exception>
    public static PropertyStream Of(ReadOnlySpan<byte> stream)
    {
        if (stream.Length < PrefixBytes || BinaryPrimitives.ReadUInt32LittleEndian(stream) != uint.MaxValue
            || BinaryPrimitives.ReadInt32LittleEndian(stream[ContinuationBytes..]) is var length && (length <= 0 || length > stream.Length - PrefixBytes))
        {
            throw new FoldException($"property batch: expected an Arrow IPC stream that starts with a schema message, found {stream.Length} bytes that do not");
        }

        var end = PrefixBytes + BinaryPrimitives.ReadInt32LittleEndian(stream[ContinuationBytes..]);
        var messages = stream[end..];
        while (messages.Length >= PrefixBytes && BinaryPrimitives.ReadUInt64LittleEndian(messages[^PrefixBytes..]) == uint.MaxValue)
        {
            messages = messages[..^PrefixBytes];
        }

        return new(stream[..end], messages);
    }
}
