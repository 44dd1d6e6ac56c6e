using System.Buffers;
using Strata.Recordings;
using Strata.Rrd;

namespace Strata.Catalog.Reading;

/// <summary>The chunks of one message, as slices of a borrowed buffer; given back when disposed.</summary>
internal sealed class ReadBatch : IDisposable
{
    private byte[]? _buffer;

    private ReadBatch(byte[] buffer) => _buffer = buffer;

    /// <summary>Encoded ArrowMsg messages.</summary>
    public List<ReadOnlyMemory<byte>> Messages { get; } = [];

    /// <param name="open">The file of a span, opened.</param>
    public static async Task<ReadBatch> ReadAsync(
        FetchBatch batch, IReadOnlyList<FetchedLayer> layers, Func<FetchSpan, IOpenRecording> open, CancellationToken cancellationToken)
    {
        var read = new ReadBatch(ArrayPool<byte>.Shared.Rent(batch.Bytes));
        try
        {
            var free = read._buffer.AsMemory();
            foreach (var span in batch.Spans)
            {
                var bytes = free[..await open(span).ReadIntoAsync(span.Start, free[..span.Length], cancellationToken)];
                foreach (var chunk in span.Chunks)
                {
                    read.Messages.Add(Message(bytes, span, chunk, layers[chunk.Layer]));
                }

                free = free[span.Length..];
            }

            return read;
        }
        catch
        {
            read.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        if (_buffer is { } buffer)
        {
            _buffer = null;
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static ReadOnlyMemory<byte> Message(ReadOnlyMemory<byte> bytes, FetchSpan span, FetchedChunk chunk, FetchedLayer layer)
    {
        var start = (int)Math.Min(chunk.Start - span.Start, bytes.Length);
        var end = (int)Math.Min(chunk.End - span.Start, bytes.Length);
        try
        {
            return ChunkRelay.Message(bytes[start..end], chunk.ByteOffset, chunk.Id, chunk.IsStatic, layer.Segment, layer.ApplicationId);
        }
        catch (RrdFormatException fault)
        {
            throw layer.NotAsRegistered(fault);
        }
    }
}
