using System.Buffers;

namespace Strata.Rrd;

/// <summary>
/// Passes chunks on as they lie in a file: a catalog sends the stored message itself. What is sent is checked against the index, not decoded.
/// Source: catalog-protocol §2.15, rrd-format §2.3.
/// </summary>
public static class ChunkRelay
{
    private const string Changed = "The file has changed since it was registered: bring it back, or register it again.";

    /// <summary>The message behind its header, in a form that today's clients read: those very bytes, or written anew where a build that nobody uses any more wrote them.</summary>
    /// <param name="stored">The message with its 16-byte header.</param>
    /// <param name="entry">Of the index.</param>
    /// <param name="store">That the chunk must belong to. Files of old builds tell its application id once, not with each chunk.</param>
    /// <exception cref="RrdFormatException">The bytes are not those that the index promises.</exception>
    public static ReadOnlyMemory<byte> Message(ReadOnlyMemory<byte> stored, RelayedEntry entry, StoreId store)
    {
        ArgumentNullException.ThrowIfNull(store);
        RequireHeader(stored.Span, entry, stored.Length);
        var message = stored[MessageHeader.Size..];
        var fields = ArrowMsg.Read(message, entry.ByteOffset);
        Require(fields.StoreId, fields.ChunkId, entry, store);
        if (!fields.IsAlpha)
        {
            return message;
        }
        fields.StoreId!.ApplicationId = new Wire.ApplicationId { Id = store.ApplicationId };
        return WriteAnew(fields with { ChunkId = entry.Id, IsStatic = entry.IsStatic });
    }

    /// <summary>The same checks without reading the chunk: only what stands before and behind its payload.</summary>
    /// <returns>True: the message may be sent as it lies there. False: <see cref="Message"/> must write it anew.</returns>
    /// <exception cref="RrdFormatException">The bytes are not those that the index promises.</exception>
    public static async ValueTask<bool> CheckAsync(IRandomAccessBytes source, RelayedEntry entry, StoreId store, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(store);
        var header = await source.ReadAsync(entry.ByteOffset - MessageHeader.Size, MessageHeader.Size, cancellationToken).ConfigureAwait(false);
        RequireHeader(header.Span, entry, Math.Min(source.Length - entry.ByteOffset + MessageHeader.Size, MessageHeader.Size + entry.ByteSize));
        var frame = await ArrowMsgFrame.ReadAsync(source, entry.ByteOffset, entry.ByteSize, cancellationToken).ConfigureAwait(false);
        Require(frame.StoreId, frame.ChunkId, entry, store);
        return !frame.IsAlpha;
    }

    private static void RequireHeader(ReadOnlySpan<byte> stored, RelayedEntry entry, long found)
    {
        if (found != MessageHeader.Size + entry.ByteSize)
        {
            throw new RrdFormatException(entry.ByteOffset, $"{entry.ByteSize} bytes with a header of {MessageHeader.Size}", $"{found} bytes", Changed);
        }
        var header = MessageHeader.Read(stored);
        if (header.Kind != (ulong)MessageKind.ArrowMsg || header.Length != (ulong)entry.ByteSize)
        {
            throw new RrdFormatException(entry.ByteOffset, $"an ArrowMsg of {entry.ByteSize} bytes", $"a message of kind {header.Kind} with {header.Length} bytes", Changed);
        }
    }

    private static void Require(Wire.StoreId? foundStore, Tuid? foundId, RelayedEntry entry, StoreId store)
    {
        if (foundStore?.RecordingId != store.RecordingId)
        {
            throw new RrdFormatException(entry.ByteOffset, $"a chunk of the recording '{store.RecordingId}'", $"one of '{foundStore?.RecordingId}'", Changed);
        }
        if (foundId is { } id && id != entry.Id)
        {
            throw new RrdFormatException(entry.ByteOffset, $"the chunk {entry.Id.ToChunkId()}", id.ToChunkId(), Changed);
        }
    }

    private static ReadOnlyMemory<byte> WriteAnew(in ArrowMsg message)
    {
        var output = new ArrayBufferWriter<byte>();
        message.WriteTo(output);
        return output.WrittenMemory;
    }
}

/// <summary>What an index tells of a chunk that is relayed; offset and size are those of the message behind its header.</summary>
public readonly record struct RelayedEntry(Tuid Id, bool IsStatic, long ByteOffset, long ByteSize);
