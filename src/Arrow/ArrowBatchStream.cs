using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using Strata.Arrow.FlatBuffers;
using Strata.Arrow.Ipc;

namespace Strata.Arrow;

/// <summary>
/// Reads an Arrow IPC stream while it comes in, a message at a time, so that a long one never lies in memory. What <see cref="ArrowStreamReader"/> reads of one in memory, except
/// that the end marker must be there: a stream that was broken off is no whole one. Source: rrd-format §3.3.
/// </summary>
public sealed class ArrowBatchStream(Stream stream)
{
    /// <summary>Nothing is allocated for bytes before they have come; so many at first.</summary>
    private const int FirstBytes = 1 << 16;

    private readonly List<byte[]> _head = [];
    private long _position;
    private Schema? _schema;

    /// <exception cref="ArrowFormatException">The stream does not start with a schema message.</exception>
    public async ValueTask<Schema> ReadSchemaAsync(CancellationToken cancellationToken)
    {
        if (_schema is null)
        {
            (byte[] Bytes, MessageHeader) message = await ReadMessageAsync(cancellationToken).ConfigureAwait(false) ?? throw Fault("a schema message", "the end of the stream");
            _schema = new ArrowStreamReader(message.Bytes).Schema;
            _head.Add(message.Bytes);
        }

        return _schema;
    }

    /// <exception cref="ArrowFormatException">The bytes are not valid, or end before their end marker.</exception>
    public async IAsyncEnumerable<RecordBatch> ReadBatchesAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Schema schema = await ReadSchemaAsync(cancellationToken).ConfigureAwait(false);
        while (await ReadMessageAsync(cancellationToken).ConfigureAwait(false) is { } message)
        {
            // What stands before a batch says how to read it: the schema, and the dictionaries up to here.
            if (message.Header == MessageHeader.DictionaryBatch)
                _head.Add(message.Bytes);
            else if (new ArrowStreamReader(_head.Count == 1 ? Joined(_head[0], message.Bytes) : Joined([.. _head, message.Bytes])).ReadNextRecordBatch() is { } batch)
                yield return new RecordBatch(schema, batch.Arrays, batch.Length);
        }
    }

    private static byte[] Joined(params byte[][] messages)
    {
        byte[] all = GC.AllocateUninitializedArray<byte>(messages.Sum(m => m.Length));
        int at = 0;
        foreach (byte[] message in messages)
        {
            message.CopyTo(all, at);
            at += message.Length;
        }

        return all;
    }

    /// <summary>Null at the end marker.</summary>
    private async ValueTask<(byte[] Bytes, MessageHeader Header)?> ReadMessageAsync(CancellationToken cancellationToken)
    {
        byte[] message = await ReadAsync([], IpcFraming.PrefixBytes, cancellationToken).ConfigureAwait(false);
        if (BinaryPrimitives.ReadUInt32LittleEndian(message) != IpcFraming.Continuation)
            throw Fault("a message with its continuation marker", $"{BinaryPrimitives.ReadUInt32LittleEndian(message):X8}");
        int metadataBytes = BinaryPrimitives.ReadInt32LittleEndian(message.AsSpan(4));
        if (metadataBytes == 0)
            return null;
        if (metadataBytes < 0)
            throw Fault("a length of metadata", $"{metadataBytes}");
        message = await ReadAsync(message, metadataBytes, cancellationToken).ConfigureAwait(false);
        (long bodyBytes, MessageHeader header) = LookAt(message.AsSpan(IpcFraming.PrefixBytes));
        return (await ReadAsync(message, bodyBytes, cancellationToken).ConfigureAwait(false), header);
    }

    private static (long BodyBytes, MessageHeader Header) LookAt(ReadOnlySpan<byte> metadata)
    {
        FlatBufferTable table = FlatBufferTable.Root(metadata, IpcFraming.PrefixBytes, new FlatBufferBudget(metadata.Length));
        return (table.Int64(MessageSlots.BodyLength), (MessageHeader)table.Byte(MessageSlots.HeaderType));
    }

    private async ValueTask<byte[]> ReadAsync(byte[] before, long count, CancellationToken cancellationToken)
    {
        long total = before.Length + count;
        if (count < 0 || total > ArrowLimits.MaxStreamBytes)
            throw Fault($"a message of at most {ArrowLimits.MaxStreamBytes} bytes", $"{total}");
        byte[] bytes = before;
        int filled = before.Length;
        while (filled < total)
        {
            if (filled == bytes.Length)
                System.Array.Resize(ref bytes, (int)Math.Min(total, Math.Max(FirstBytes, 2L * filled)));
            int read = await stream.ReadAsync(bytes.AsMemory(filled), cancellationToken).ConfigureAwait(false);
            if (read == 0)
                throw Fault($"{total - filled} more bytes and the end marker", "the end of the stream");
            filled += read;
            _position += read;
        }

        return bytes;
    }

    private ArrowFormatException Fault(string expected, string found) => new(_position, expected, found);
}
