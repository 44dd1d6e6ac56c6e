using Strata.Arrow.FlatBuffers;

namespace Strata.Arrow.Ipc;

/// <summary>The exact bytes of a stream, before they are written: head, dictionary messages, batch message, tail.</summary>
internal sealed class StreamPlan
{
    private readonly byte[] _head;
    private readonly byte[] _tail;
    private readonly List<(byte[] Metadata, BodyPlan Body)> _messages = [];

    public StreamPlan(byte[] head, RecordBatch batch, byte[] tail, IReadOnlyDictionary<string, string>? metadata = null)
    {
        _head = head;
        _tail = tail;
        long id = 0;
        foreach (IArrowArray column in batch.Arrays)
            AddDictionaries(column.Data, ref id);
        var body = new BodyPlan(batch.ColumnCount);
        foreach (IArrowArray column in batch.Arrays)
            body.Add(column.Data, column.Data.Offset, column.Data.Length);
        _messages.Add((BatchEncoder.Encode(batch.Length, body, null, metadata), body));
        long total = (long)head.Length + tail.Length + _messages.Sum(m => m.Metadata.Length + m.Body.Bytes);
        if (total > ArrowLimits.MaxStreamBytes)
            throw new ArrowFormatException(-1, $"a stream of at most {ArrowLimits.MaxStreamBytes} bytes (write the rows in several batches)", $"{total}");
        TotalBytes = (int)total;
    }

    public int TotalBytes { get; }

    public static StreamPlan Of(RecordBatch batch) => new(batch.Schema.EncodedMessage, batch, IpcFraming.EndOfStream.ToArray());

    public void WriteTo(Span<byte> target)
    {
        _head.CopyTo(target);
        target = target[_head.Length..];
        foreach ((byte[] metadata, BodyPlan body) in _messages)
        {
            metadata.CopyTo(target);
            target = target[metadata.Length..];
            body.WriteTo(target[..(int)body.Bytes]);
            target = target[(int)body.Bytes..];
        }

        _tail.CopyTo(target);
    }

    /// <summary>Children first, as the schema numbers them.</summary>
    private void AddDictionaries(ArrayData data, ref long id)
    {
        foreach (ArrayData child in data.Children)
            AddDictionaries(child, ref id);
        if (data.Dictionary is not { } values)
            return;
        AddDictionaries(values, ref id);
        var body = new BodyPlan(1);
        body.Add(values, values.Offset, values.Length);
        _messages.Add((BatchEncoder.Encode(values.Length, body, id++), body));
    }
}

/// <summary>The metadata of batches, byte for byte as arrow-rs. Source: rrd-format Appendix B.</summary>
internal static class BatchEncoder
{
    /// <param name="length">Rows.</param>
    /// <param name="body">Nodes and buffers.</param>
    /// <param name="dictionaryId">Null for a record batch, else the dictionary whose values these are.</param>
    /// <param name="metadata">Of the message, or null for none.</param>
    public static byte[] Encode(int length, BodyPlan body, long? dictionaryId, IReadOnlyDictionary<string, string>? metadata = null)
    {
        var builder = new FlatBufferBuilder();
        int buffers = builder.Int64Vector(body.BufferNumbers(), 2);
        int nodes = builder.Int64Vector(body.NodeNumbers(), 2);
        int variadic = body.VariadicCounts.Length == 0 ? 0 : builder.Int64Vector(body.VariadicCounts, 1);
        builder.StartTable();
        builder.Int64(BatchSlots.Length, length, 0);
        builder.Offset(BatchSlots.Nodes, nodes);
        builder.Offset(BatchSlots.Buffers, buffers);
        if (variadic != 0)
            builder.Offset(BatchSlots.VariadicCounts, variadic);
        int table = builder.EndTable();
        if (dictionaryId is { } id)
        {
            builder.StartTable();
            builder.Int64(DictionarySlots.Id, id, 0);
            builder.Offset(DictionarySlots.Data, table);
            table = builder.EndTable();
        }

        int pairs = metadata is { Count: > 0 } ? new TypeEncoder(builder).Metadata(metadata) : 0;
        builder.StartTable();
        builder.Int16(MessageSlots.Version, MetadataVersion.V5, 0);
        builder.Byte(MessageSlots.HeaderType, (byte)(dictionaryId is null ? MessageHeader.RecordBatch : MessageHeader.DictionaryBatch), 0);
        builder.Int64(MessageSlots.BodyLength, body.Bytes, 0);
        builder.Offset(MessageSlots.Header, table);
        if (pairs != 0)
            builder.Offset(MessageSlots.Metadata, pairs);
        return IpcFraming.Frame(builder.Finish(builder.EndTable()), IpcFraming.Alignment);
    }
}
