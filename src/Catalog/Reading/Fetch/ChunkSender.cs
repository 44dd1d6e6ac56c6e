using System.Buffers;
using Strata.Catalog.Transport;
using Strata.Recordings;
using Strata.Rrd;

namespace Strata.Catalog.Reading;

/// <summary>Sends chunks as they lie in their files, each in a message of its own: <c>FetchChunksResponse</c> with one encoded ArrowMsg. Source: catalog-protocol §2.15.</summary>
internal sealed class ChunkSender(MessagePieces output, IReadOnlyList<FetchedLayer> layers) : IDisposable
{
    /// <summary>Key of the field <c>chunks</c>: number 1, bytes with a length.</summary>
    private const byte ChunksKey = (1 << 3) | 2;

    private const int MaxVarintBytes = 10;

    private readonly byte[] _span = ArrayPool<byte>.Shared.Rent(FetchPlan.SpanBytes);

    public void Dispose() => ArrayPool<byte>.Shared.Return(_span);

    public async Task SendAsync(FetchSpan span, IOpenRecording file, CancellationToken cancellationToken)
    {
        if (span.Length > FetchPlan.SpanBytes)
        {
            await SendLargeAsync(span.Chunks[0], file, cancellationToken);
            return;
        }

        var room = _span.AsMemory(0, (int)span.Length);
        var bytes = room[..await file.ReadIntoAsync(span.Start, room, cancellationToken)];
        foreach (var chunk in span.Chunks)
        {
            var start = (int)Math.Min(chunk.Start - span.Start, bytes.Length);
            var end = (int)Math.Min(chunk.End - span.Start, bytes.Length);
            await SendWholeAsync(chunk, bytes[start..end]);
        }
    }

    private async Task SendLargeAsync(FetchedChunk chunk, IOpenRecording file, CancellationToken cancellationToken)
    {
        if (!await IsSentAsIsAsync(chunk, file, cancellationToken))
        {
            await SendWholeAsync(chunk, await file.ReadAsync(chunk.Start, checked((int)chunk.Length), cancellationToken));
            return;
        }

        Begin(chunk.Entry.ByteSize);
        for (var at = chunk.Entry.ByteOffset; at < chunk.End;)
        {
            var room = output.Room(chunk.End - at);
            var read = await file.ReadIntoAsync(at, room, output.Cancellation);
            if (read == 0)
            {
                throw layers[chunk.Layer].NotAsRegistered(new RrdFormatException(
                    at, $"{chunk.End - at} more bytes of a chunk", "the end of the file", "The file has changed while it was read: bring it back, or register it again."));
            }

            await output.FilledAsync(read);
            at += read;
        }
    }

    private async Task SendWholeAsync(FetchedChunk chunk, ReadOnlyMemory<byte> stored)
    {
        var message = Checked(chunk, stored);
        Begin(message.Length);
        await output.WriteAsync(message);
    }

    private void Begin(long messageBytes)
    {
        Span<byte> head = stackalloc byte[1 + MaxVarintBytes];
        head[0] = ChunksKey;
        var length = 1;
        for (var rest = (ulong)messageBytes; ; rest >>= 7)
        {
            head[length++] = (byte)(rest < 0x80 ? rest : rest | 0x80);
            if (rest < 0x80)
            {
                break;
            }
        }

        output.Begin(length + messageBytes);
        output.Write(head[..length]);
    }

    private async ValueTask<bool> IsSentAsIsAsync(FetchedChunk chunk, IOpenRecording file, CancellationToken cancellationToken)
    {
        var layer = layers[chunk.Layer];
        try
        {
            return await ChunkRelay.CheckAsync(file, chunk.Entry, layer.Store, cancellationToken);
        }
        catch (RrdFormatException fault)
        {
            throw layer.NotAsRegistered(fault);
        }
    }

    private ReadOnlyMemory<byte> Checked(FetchedChunk chunk, ReadOnlyMemory<byte> stored)
    {
        var layer = layers[chunk.Layer];
        try
        {
            return ChunkRelay.Message(stored, chunk.Entry, layer.Store);
        }
        catch (RrdFormatException fault)
        {
            throw layer.NotAsRegistered(fault);
        }
    }
}
