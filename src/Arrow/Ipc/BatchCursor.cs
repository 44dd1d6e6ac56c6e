using System.Buffers.Binary;
using Strata.Arrow.FlatBuffers;

namespace Strata.Arrow.Ipc;

/// <summary>
/// The field nodes and buffers of one RecordBatch table in their order, each checked against what there is: a length that is claimed drives nothing before. Source: rrd-format §3.4.
/// </summary>
internal ref struct BatchCursor
{
    private const int StructBytes = 16;

    private readonly IpcMessage _message;
    private readonly ReadOnlySpan<byte> _nodes;
    private readonly ReadOnlySpan<byte> _buffers;
    private readonly ReadOnlySpan<byte> _variadicCounts;
    private int _nextNode;
    private int _nextBuffer;
    private int _nextVariadic;
    private long _bufferBytes;

    public BatchCursor(FlatBufferTable table, IpcMessage message)
    {
        _message = message;
        _nodes = table.Vector(BatchSlots.Nodes, StructBytes, out _);
        _buffers = table.Vector(BatchSlots.Buffers, StructBytes, out _);
        _variadicCounts = table.Vector(BatchSlots.VariadicCounts, 8, out _);
    }

    /// <summary>What faults are said to be in.</summary>
    public string Column { get; set; } = "a dictionary or the batch";

    public (int Length, long Nulls) NextNode()
    {
        if ((_nextNode + 1) * StructBytes > _nodes.Length)
            throw Fault("a field node for each field of the schema", $"{_nodes.Length / StructBytes} nodes");
        ReadOnlySpan<byte> node = _nodes.Slice(StructBytes * _nextNode++, StructBytes);
        int length = Length(BinaryPrimitives.ReadInt64LittleEndian(node), "values");
        long nulls = BinaryPrimitives.ReadInt64LittleEndian(node[8..]);
        if (nulls < 0 || nulls > length)
            throw Fault($"a null count of 0 to {length}", $"{nulls}");
        return (length, nulls);
    }

    public ArrowBuffer NextBuffer(long minBytes, string what)
    {
        if ((_nextBuffer + 1) * StructBytes > _buffers.Length)
            throw Fault($"a buffer of {what}", $"only {_buffers.Length / StructBytes} buffers in the batch");
        ReadOnlySpan<byte> entry = _buffers.Slice(StructBytes * _nextBuffer++, StructBytes);
        long offset = BinaryPrimitives.ReadInt64LittleEndian(entry);
        long length = BinaryPrimitives.ReadInt64LittleEndian(entry[8..]);
        int body = _message.Body.Length;
        if (offset < 0 || length < 0 || offset > body || length > body - offset)
            throw Fault($"a buffer of {what} within the body of {body} bytes", $"{length} bytes at {offset}");
        if (length < minBytes)
            throw Fault($"at least {minBytes} bytes of {what}", $"{length}");
        _bufferBytes += length;
        if (_bufferBytes > MaxBufferBytes(body))
            throw Fault($"at most {MaxBufferBytes(body)} bytes of buffers in a body of {body} bytes ({nameof(ArrowLimits)}.{nameof(ArrowLimits.MaxBodySharing)})", "more, by sharing bytes");
        return new ArrowBuffer(_message.Body.Slice((int)offset, (int)length));
    }

    private static long MaxBufferBytes(int body) => ArrowLimits.FreeSharedBodyBytes + (long)ArrowLimits.MaxBodySharing * body;

    public readonly int Length(long length, string what) =>
        length is >= 0 and <= ArrowLimits.MaxRows ? (int)length : throw Fault($"0 to {ArrowLimits.MaxRows} {what}", $"{length}");

    public readonly int WithoutBytes(int length) =>
        length <= ArrowLimits.MaxRowsWithoutBytes ? length : throw Fault($"at most {ArrowLimits.MaxRowsWithoutBytes} values that take no bytes", $"{length}");

    public readonly void RequireAllUsed()
    {
        int nodes = _nodes.Length / StructBytes;
        int buffers = _buffers.Length / StructBytes;
        if (_nextNode != nodes || _nextBuffer != buffers)
            throw Fault($"{_nextNode} nodes and {_nextBuffer} buffers for the schema", $"{nodes} nodes and {buffers} buffers");
    }

    /// <summary>The bits of the next column, and how many of them are null: as many as its node says.</summary>
    public (ArrowBuffer Validity, int NullCount) Validity(int length, long nulls)
    {
        ArrowBuffer validity = NextBuffer(nulls == 0 ? 0 : Bitmap.ByteCount(length), "validity");
        if (nulls == 0)
            return (ArrowBuffer.Empty, 0);
        int counted = length - Bitmap.CountSet(validity.Span, 0, length);
        if (counted != nulls)
            throw Fault($"{nulls} nulls, as the field node says", $"{counted} in the validity bits");
        return (validity, counted);
    }

    /// <summary>How many data buffers the next column of views has.</summary>
    public int NextVariadicCount()
    {
        if (8 * _nextVariadic >= _variadicCounts.Length)
            throw Fault("a count of data buffers for each view column", $"{_variadicCounts.Length / 8} counts");
        long count = BinaryPrimitives.ReadInt64LittleEndian(_variadicCounts[(8 * _nextVariadic++)..]);
        long left = _buffers.Length / StructBytes - _nextBuffer;
        if (count < 0 || count > left)
            throw Fault($"0 to {left} data buffers (what is left)", $"{count}");
        return (int)count;
    }

    public readonly ArrowFormatException Fault(string expected, string found) => new(_message.BodyOffset, $"in {Column} {expected}", found);
}
