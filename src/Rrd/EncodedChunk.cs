using System.Buffers;
using Strata.Arrow;

namespace Strata.Rrd;

/// <summary>
/// The Arrow IPC stream of a chunk in a borrowed buffer, for as long as it is written. Streams of a megabyte in arrays of their own cost a writer
/// more in fresh pages and in collections of garbage than in their copying.
/// </summary>
internal sealed class EncodedChunk : IBufferWriter<byte>, IDisposable
{
    private ScratchBuffer? _buffer;
    private int _length;

    public ReadOnlyMemory<byte> Memory => _buffer is { } buffer ? buffer.Bytes.AsMemory(0, _length) : default;

    public static EncodedChunk Of(RecordBatch batch)
    {
        var encoded = new EncodedChunk();
        ArrowStreamWriter.Write(batch, encoded);
        return encoded;
    }

    /// <summary>All of the buffer: the writer asks once, for the exact size.</summary>
    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    /// <inheritdoc cref="GetSpan"/>
    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Dispose();
        var buffer = new ScratchBuffer(sizeHint);
        _buffer = buffer;
        return buffer.Bytes;
    }

    public void Advance(int count) => _length = count;

    public void Dispose()
    {
        _buffer?.Dispose();
        (_buffer, _length) = (null, 0);
    }
}
