using System.Buffers;

namespace Strata.Rrd;

/// <summary>
/// Passes chunks on as they lie in a file: a catalog sends the stored message itself. What is sent is checked against the index, not decoded.
/// Source: catalog-protocol §2.15, rrd-format §2.3.
/// </summary>
internal static class ChunkRelay
{
    private const string Changed = "The file has changed since it was registered: bring it back, or register it again.";

    /// <summary>The message behind its header, in a form that today's clients read: those very bytes, or written anew where their writer made a form that clients do not read, or named the chunk otherwise than it names itself.</summary>
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
        RequireStore(fields.StoreId, entry, store);
        var isNamedOtherwise = IsNamedOtherwise(fields.ChunkId, entry);
        if (isNamedOtherwise && IpcPayload.ReadChunk(fields, entry.ByteOffset, out _).Id is var id && id != entry.Id)
        {
            throw new RrdFormatException(entry.ByteOffset, $"the chunk {entry.Id.ToChunkId()}", id.ToChunkId(), Changed);
        }
        if (!fields.IsAlpha && !isNamedOtherwise)
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
        RequireStore(frame.StoreId, entry, store);
        return !frame.IsAlpha && !IsNamedOtherwise(frame.ChunkId, entry);
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

    private static void RequireStore(Wire.StoreId? found, RelayedEntry entry, StoreId store)
    {
        if (found?.RecordingId != store.RecordingId)
        {
            throw new RrdFormatException(entry.ByteOffset, $"a chunk of the recording '{store.RecordingId}'", $"one of '{found?.RecordingId}'", Changed);
        }
    }

    /// <summary>The id in the chunk's own metadata counts; some writers put another one around it, and then only the payload tells. Source: rrd-format §2.3.</summary>
    private static bool IsNamedOtherwise(Tuid? found, RelayedEntry entry) => found is { } id && id != entry.Id;

    private static ReadOnlyMemory<byte> WriteAnew(in ArrowMsg message)
    {
        var output = new ArrayBufferWriter<byte>();
        message.WriteTo(output);
        return output.WrittenMemory;
    }
}

/// <summary>What an index tells of a chunk that is relayed; offset and size are those of the message behind its header.</summary>
internal readonly record struct RelayedEntry(Tuid Id, bool IsStatic, long ByteOffset, long ByteSize);
