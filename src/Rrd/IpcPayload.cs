using Strata.Arrow;

namespace Strata.Rrd;

/// <summary>An Arrow IPC stream as messages carry it, maybe as one LZ4 block. Source: rrd-format §3.</summary>
internal static class IpcPayload
{
    private const string CopyAgain = "The message is damaged: copy the file again.";

    /// <summary>The IPC stream: <paramref name="payload"/> itself when it is not compressed, else one new buffer.</summary>
    /// <exception cref="RrdFormatException"/>
    public static ReadOnlyMemory<byte> Uncompress(ReadOnlyMemory<byte> payload, int compression, ulong uncompressedSize, long offset) =>
        RequireSize(payload.Length, compression, uncompressedSize, offset) is { } size
            ? Decode(payload, GC.AllocateUninitializedArray<byte>(size), size, offset)
            : payload;

    /// <summary>As <see cref="Uncompress"/>, but the buffer is borrowed: nothing that <paramref name="use"/> returns may refer to it.</summary>
    /// <exception cref="RrdFormatException"/>
    public static T UseUncompressed<T>(ReadOnlyMemory<byte> payload, int compression, ulong uncompressedSize, long offset, Func<ReadOnlyMemory<byte>, T> use)
    {
        if (RequireSize(payload.Length, compression, uncompressedSize, offset) is not { } size)
        {
            return use(payload);
        }
        using var buffer = new ScratchBuffer(size);
        return use(Decode(payload, buffer.Bytes, size, offset));
    }

    /// <summary>The first record batch; later ones are ignored, as Rerun does.</summary>
    /// <exception cref="RrdFormatException"/>
    public static RecordBatch ReadBatch(ReadOnlyMemory<byte> stream, long offset, ContentCache<Schema>? schemas = null)
    {
        try
        {
            var batch = new ArrowStreamReader(stream, schemas).ReadNextRecordBatch();
            return batch is { Length: <= RrdLimits.MaxRows } && batch.ColumnCount <= RrdLimits.MaxColumns
                ? batch
                : throw new RrdFormatException(offset, $"a record batch of at most {RrdLimits.MaxRows} rows and {RrdLimits.MaxColumns} columns",
                    batch is null ? "none" : $"{batch.Length} rows and {batch.ColumnCount} columns", CopyAgain);
        }
        catch (ArrowFormatException e)
        {
            throw new RrdFormatException(offset, e.Expected, $"{e.Found} (at byte {e.Offset} of the Arrow data in it)", CopyAgain, e);
        }
    }

    public static Schema ReadSchema(ReadOnlyMemory<byte> stream, long offset)
    {
        try
        {
            return new ArrowStreamReader(stream).Schema;
        }
        catch (ArrowFormatException e)
        {
            throw new RrdFormatException(offset, e.Expected, $"{e.Found} (at byte {e.Offset} of the Arrow data in it)", CopyAgain, e);
        }
    }

    public static Chunk ReadChunk(in ArrowMsg message, long offset, out string? falselySorted)
    {
        RequireArrow(message, offset);
        return ReadChunk(Uncompress(message.Payload, message.Compression, message.UncompressedSize, offset), offset, out falselySorted);
    }

    public static Chunk ReadChunk(ReadOnlyMemory<byte> stream, long offset, out string? falselySorted) => ChunkReader.Read(ReadBatch(stream, offset), offset, out falselySorted);

    /// <exception cref="RrdFormatException">The message carries something else.</exception>
    public static void RequireArrow(in ArrowMsg message, long offset)
    {
        if (message.Encoding != ArrowMsg.ArrowIpc)
        {
            throw new RrdFormatException(offset, "a chunk encoded as Arrow IPC (1)", $"encoding {message.Encoding}", "Upgrade, or rewrite the file: rerun rrd migrate.");
        }
    }

    /// <returns>Bytes behind an LZ4 block when they are plausible; null when nothing is compressed.</returns>
    /// <exception cref="RrdFormatException"/>
    public static int? RequireSize(int storedSize, int compression, ulong uncompressedSize, long offset)
    {
        switch (compression)
        {
            case 0 or ArrowMsg.NoCompression:
                return null;
            case ArrowMsg.Lz4:
                var most = Math.Min(((ulong)storedSize * RrdLimits.MaxLz4Expansion) + 16, RrdLimits.MaxUncompressedBytes);
                return uncompressedSize <= most
                    ? (int)uncompressedSize
                    : throw new RrdFormatException(offset, $"at most {most} bytes behind {storedSize} compressed ones", $"a claim of {uncompressedSize}", CopyAgain);
            default:
                throw new RrdFormatException(offset, "a payload without compression or with LZ4", $"compression {compression}", "Upgrade, or rewrite the file: rerun rrd migrate.");
        }
    }

    private static ReadOnlyMemory<byte> Decode(ReadOnlyMemory<byte> payload, byte[] buffer, int size, long offset)
    {
        try
        {
            return buffer.AsMemory(0, Lz4BlockDecoder.Decode(payload.Span, buffer.AsSpan(0, size)));
        }
        catch (RrdFormatException e)
        {
            throw new RrdFormatException(offset + e.Offset, e.Expected, e.Found, e.WhatToDo, e);
        }
    }
}
