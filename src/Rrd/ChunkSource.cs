namespace Strata.Rrd;

/// <summary>Reads single chunks of a source whose index is known, without opening the recording again. Source: rrd-format §9.5.</summary>
public static class ChunkSource
{
    /// <summary>Reads the chunk that <paramref name="entry"/> names, and no other bytes.</summary>
    /// <exception cref="RrdFormatException">The bytes are not those that the index promises.</exception>
    public static async ValueTask<Chunk> ReadAsync(IRandomAccessBytes source, ChunkEntry entry, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(source);
        var chunk = source is not MemoryBytes && entry.ByteSize < entry.UncompressedByteSize
            ? await ReadCompressedAsync(source, entry, cancellationToken).ConfigureAwait(false)
            : Decode(await ReadMessageAsync(source, entry, cancellationToken).ConfigureAwait(false), entry);
        return chunk.Id == entry.Id
            ? chunk
            : throw Changed(entry, $"the chunk {entry.Id.ToChunkId()}", chunk.Id.ToChunkId());
    }

    /// <summary>Reads the chunk as it is stored.</summary>
    /// <exception cref="RrdFormatException">The bytes are not those that the index promises.</exception>
    public static async ValueTask<ChunkPayload> ReadPayloadAsync(IRandomAccessBytes source, ChunkEntry entry, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(source);
        var message = ArrowMsg.Read(await ReadMessageAsync(source, entry, cancellationToken).ConfigureAwait(false), entry.ByteOffset);
        var isLz4 = message.Compression == ArrowMsg.Lz4;
        return new ChunkPayload(isLz4, isLz4 ? (long)message.UncompressedSize : message.Payload.Length, message.Payload);
    }

    private static async ValueTask<Chunk> ReadCompressedAsync(IRandomAccessBytes source, ChunkEntry entry, CancellationToken cancellationToken)
    {
        var size = RequireInside(source, entry);
        if (size > source.PartBytes)
        {
            var header = new byte[MessageHeader.Size];
            var read = await source.ReadIntoAsync(entry.ByteOffset - MessageHeader.Size, header, cancellationToken).ConfigureAwait(false);
            RequireHeader(header.AsSpan(0, read), entry);
            if (await PiecewiseChunk.TryReadAsync(source, entry.ByteOffset, (int)entry.ByteSize, cancellationToken).ConfigureAwait(false) is { } chunk)
            {
                return chunk;
            }
        }
        return await ReadWholeAsync(source, entry, size, cancellationToken).ConfigureAwait(false);
    }

    // The compressed bytes are dropped as soon as they are decoded, so their buffer is borrowed.
    private static async ValueTask<Chunk> ReadWholeAsync(IRandomAccessBytes source, ChunkEntry entry, int size, CancellationToken cancellationToken)
    {
        using var buffer = new ScratchBuffer(size);
        var read = await source.ReadIntoAsync(entry.ByteOffset - MessageHeader.Size, buffer.Bytes.AsMemory(0, size), cancellationToken).ConfigureAwait(false);
        var payload = RequireMessage(buffer.Bytes.AsMemory(0, read), entry);

        // An uncompressed chunk keeps its bytes alive in its columns: those must not be borrowed.
        return ArrowMsg.Read(payload, entry.ByteOffset).Compression == ArrowMsg.Lz4 ? Decode(payload, entry) : Decode(payload.ToArray(), entry);
    }

    private static Chunk Decode(ReadOnlyMemory<byte> payload, ChunkEntry entry) => IpcPayload.ReadChunk(ArrowMsg.Read(payload, entry.ByteOffset), entry.ByteOffset, out _);

    private static async ValueTask<ReadOnlyMemory<byte>> ReadMessageAsync(IRandomAccessBytes source, ChunkEntry entry, CancellationToken cancellationToken) =>
        RequireMessage(await source.ReadAsync(entry.ByteOffset - MessageHeader.Size, RequireInside(source, entry), cancellationToken).ConfigureAwait(false), entry);

    // Bytes of the message with its header.
    private static int RequireInside(IRandomAccessBytes source, ChunkEntry entry) =>
        entry.ByteSize is >= 0 and <= RrdLimits.MaxMessageBytes && entry.ByteOffset >= MessageHeader.Size && entry.ByteOffset <= source.Length - entry.ByteSize
            ? (int)entry.ByteSize + MessageHeader.Size
            : throw Changed(entry, "a chunk inside the file", $"{entry.ByteSize} bytes at {entry.ByteOffset} of {source.Length}");

    private static ReadOnlyMemory<byte> RequireMessage(ReadOnlyMemory<byte> bytes, ChunkEntry entry)
    {
        if (bytes.Length < entry.ByteSize + MessageHeader.Size)
        {
            throw Changed(entry, $"{entry.ByteSize + MessageHeader.Size} bytes", $"{bytes.Length}");
        }
        RequireHeader(bytes.Span, entry);
        return bytes[MessageHeader.Size..];
    }

    private static void RequireHeader(ReadOnlySpan<byte> bytes, ChunkEntry entry)
    {
        if (bytes.Length < MessageHeader.Size)
        {
            throw Changed(entry, $"the {MessageHeader.Size} bytes of a message's header", $"{bytes.Length}");
        }
        var header = MessageHeader.Read(bytes);
        if (header.Kind != (ulong)MessageKind.ArrowMsg || header.Length != (ulong)entry.ByteSize)
        {
            throw Changed(entry, $"an ArrowMsg of {entry.ByteSize} bytes", $"a message of kind {header.Kind} with {header.Length} bytes");
        }
    }

    private static RrdFormatException Changed(ChunkEntry entry, string expected, string found) =>
        new(entry.ByteOffset, expected, found, "The file has changed since it was opened, or its footer is wrong: open it again.");
}
