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
    /// <param name="byteOffset">Where the message starts in the file, behind its header; for errors.</param>
    /// <param name="chunkId">As the index has it.</param>
    /// <param name="isStatic">As the index has it.</param>
    /// <param name="recordingId">Of the store that the chunk must belong to.</param>
    /// <param name="applicationId">Of that store; files of old builds tell it once, not with each chunk.</param>
    /// <exception cref="RrdFormatException">The bytes are not those that the index promises.</exception>
    public static ReadOnlyMemory<byte> Message(ReadOnlyMemory<byte> stored, long byteOffset, Tuid chunkId, bool isStatic, string recordingId, string applicationId)
    {
        var size = stored.Length - MessageHeader.Size;
        if (size < 0)
        {
            throw new RrdFormatException(byteOffset, $"{MessageHeader.Size} bytes of a message header", $"{stored.Length} bytes", Changed);
        }
        var header = MessageHeader.Read(stored.Span);
        if (header.Kind != (ulong)MessageKind.ArrowMsg || header.Length != (ulong)size)
        {
            throw new RrdFormatException(byteOffset, $"an ArrowMsg of {size} bytes", $"a message of kind {header.Kind} with {header.Length} bytes", Changed);
        }
        var message = stored[MessageHeader.Size..];
        var fields = ArrowMsg.Read(message, byteOffset);
        if (fields.StoreId is not { } store || store.RecordingId != recordingId)
        {
            throw new RrdFormatException(byteOffset, $"a chunk of the recording '{recordingId}'", $"one of '{fields.StoreId?.RecordingId}'", Changed);
        }
        if (fields.ChunkId is { } found && found != chunkId)
        {
            throw new RrdFormatException(byteOffset, $"the chunk {chunkId.ToChunkId()}", found.ToChunkId(), Changed);
        }
        if (!fields.IsAlpha)
        {
            return message;
        }
        store.ApplicationId = new Wire.ApplicationId { Id = applicationId };
        return WriteAnew(fields with { ChunkId = chunkId, IsStatic = isStatic });
    }

    private static ReadOnlyMemory<byte> WriteAnew(in ArrowMsg message)
    {
        var output = new ArrayBufferWriter<byte>();
        message.WriteTo(output);
        return output.WrittenMemory;
    }
}
