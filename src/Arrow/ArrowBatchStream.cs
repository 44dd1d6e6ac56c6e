using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using Strata.Arrow.FlatBuffers;
using Strata.Arrow.Ipc;

namespace Strata.Arrow;

/// <summary>
/// Reads an Arrow IPC stream while it comes in, a message at a time: what lies in memory is one message and the newest dictionaries. What <see cref="ArrowStreamReader"/> reads of one in memory,
/// legacy framing too, except that the end marker must be there: a stream that was broken off is no whole one. Source: rrd-format §3.3.
/// </summary>
public sealed class ArrowBatchStream(Stream stream)
{
    /// <summary>Nothing is allocated for bytes before they have come; so many at first.</summary>
    private const int FirstBytes = 1 << 16;

    /// <summary>Of the prefix of a message without continuation marker, and of the marker.</summary>
    private const int WordBytes = sizeof(int);

    private long _position;
    private ArrowStreamReader? _reader;

    /// <exception cref="ArrowFormatException">The stream does not start with a schema message.</exception>
    public async ValueTask<Schema> ReadSchemaAsync(CancellationToken cancellationToken)
    {
        _reader ??= new ArrowStreamReader(await ReadMessageAsync(cancellationToken).ConfigureAwait(false) ?? throw Fault("a schema message", "the end of the stream"));
        return _reader.Schema;
    }

    /// <exception cref="ArrowFormatException">The bytes are not valid, or end before their end marker.</exception>
    public async IAsyncEnumerable<RecordBatch> ReadBatchesAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await ReadSchemaAsync(cancellationToken).ConfigureAwait(false);
        long start = _position;
        while (await ReadMessageAsync(cancellationToken).ConfigureAwait(false) is { } message)
        {
            _reader!.Continue(message, start);
            start = _position;
            // None: it was a dictionary, which is decoded and kept for the batches behind it.
            if (_reader.ReadNextRecordBatch() is { } batch)
                yield return batch;
        }
    }

    /// <summary>With its prefix; null at the end marker.</summary>
    private async ValueTask<byte[]?> ReadMessageAsync(CancellationToken cancellationToken)
    {
        bool isFirst = _position == 0;
        byte[] message = await ReadAsync([], WordBytes, cancellationToken).ConfigureAwait(false);
        if (isFirst && message.AsSpan().SequenceEqual(IpcMessages.FileMagic[..WordBytes]))
            throw IpcMessages.IsFile();
        if (BinaryPrimitives.ReadUInt32LittleEndian(message) == IpcFraming.Continuation)
            message = await ReadAsync(message, WordBytes, cancellationToken).ConfigureAwait(false);
        int prefixBytes = message.Length;
        int metadataBytes = BinaryPrimitives.ReadInt32LittleEndian(message.AsSpan(prefixBytes - WordBytes));
        if (metadataBytes == 0)
            return null;
        if (metadataBytes < 0)
            throw Fault("a length of metadata", $"{metadataBytes}");
        long metadataAt = _position;
        message = await ReadAsync(message, metadataBytes, cancellationToken).ConfigureAwait(false);
        return await ReadAsync(message, BodyBytes(message.AsSpan(prefixBytes), metadataAt), cancellationToken).ConfigureAwait(false);
    }

    private static long BodyBytes(ReadOnlySpan<byte> metadata, long metadataAt) =>
        FlatBufferTable.Root(metadata, metadataAt, new FlatBufferBudget(metadata.Length)).Int64(MessageSlots.BodyLength);

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
