using Strata.Arrow.FlatBuffers;
using Strata.Arrow.Ipc;

namespace Strata.Arrow;

/// <summary>
/// Reads an Arrow IPC stream that lies in memory. All arrays are slices of that memory: nothing is copied, and it must not change while they are used.
/// Accepts a missing end-of-stream marker, framing without continuation (before 0.15), any alignment, and absent validity. Source: rrd-format §3.3.
/// </summary>
public sealed class ArrowStreamReader
{
    private IpcMessages _messages;
    private readonly DictionaryStore _dictionaries;

    /// <summary>Reads the schema.</summary>
    /// <exception cref="ArrowFormatException">The memory does not start with a schema message.</exception>
    public ArrowStreamReader(ReadOnlyMemory<byte> stream)
        : this(stream, null)
    {
    }

    /// <summary>Reads the schema, unless <paramref name="schemas"/> remembers it: then it is the very same instance.</summary>
    /// <exception cref="ArrowFormatException">The memory does not start with a schema message.</exception>
    public ArrowStreamReader(ReadOnlyMemory<byte> stream, ContentCache<Schema>? schemas)
    {
        _messages = new IpcMessages(stream);
        if (!_messages.TryRead(out IpcMessage message))
            throw new ArrowFormatException(_messages.Position, "a schema message", "the end of the stream");
        if (schemas?.Find(message.Metadata) is { } known)
        {
            Schema = known;
            _dictionaries = new DictionaryStore(null);
            return;
        }

        FlatBufferTable table = message.Table();
        message.RequireHeader(table, MessageHeader.Schema);
        var decoder = new SchemaDecoder();
        Schema = decoder.Decode(table.Table(MessageSlots.Header, "a schema"));
        _dictionaries = new DictionaryStore(decoder.DictionaryIds);

        // Which type has which dictionary is known by the instances of this very stream.
        if (decoder.DictionaryIds is null)
            Schema = schemas?.Add(message.Metadata, Schema) ?? Schema;
    }

    /// <summary>Of every batch of the stream.</summary>
    public Schema Schema { get; }

    /// <summary>The next batch, or null at the end of the stream.</summary>
    /// <exception cref="ArrowFormatException">The bytes are not valid; the reader cannot go on.</exception>
    public RecordBatch? ReadNextRecordBatch() => Next(withMetadata: false)?.Batch;

    /// <summary>As <see cref="ReadNextRecordBatch"/>, with what its message says of it besides.</summary>
    /// <exception cref="ArrowFormatException">The bytes are not valid; the reader cannot go on.</exception>
    public RecordBatchWithMetadata? ReadNextRecordBatchWithCustomMetadata() => Next(withMetadata: true);

    /// <summary>All batches from here on.</summary>
    public IReadOnlyList<RecordBatch> ReadAll()
    {
        var batches = new List<RecordBatch>();
        while (ReadNextRecordBatch() is { } batch)
            batches.Add(batch);
        return batches;
    }

    /// <summary>Goes on with these messages of the same stream: what was read so far, the dictionaries too, stays.</summary>
    internal void Continue(ReadOnlyMemory<byte> messages, long offset) => _messages = new IpcMessages(messages, offset);

    private RecordBatchWithMetadata? Next(bool withMetadata)
    {
        while (_messages.TryRead(out IpcMessage message))
        {
            FlatBufferTable table = message.Table();
            var header = (MessageHeader)table.Byte(MessageSlots.HeaderType);
            switch (header)
            {
                case MessageHeader.RecordBatch:
                    var decoder = new BatchDecoder(table.Table(MessageSlots.Header, "a record batch"), message, _dictionaries);
                    return new RecordBatchWithMetadata(decoder.Decode(Schema), withMetadata ? SchemaDecoder.Metadata(table, MessageSlots.Metadata) : null);
                case MessageHeader.DictionaryBatch:
                    _dictionaries.Read(table.Table(MessageSlots.Header, "a dictionary batch"), message);
                    break;
                default:
                    throw table.Fault("a record batch or a dictionary batch", $"a message of kind {header}");
            }
        }

        return null;
    }
}
