using System.Buffers;
using Strata.Arrow;

namespace Strata.Rrd;

/// <summary>
/// The Arrow IPC stream of a chunk in a borrowed buffer, for as long as it is written. Streams of a megabyte in arrays of their own cost a writer
/// more in fresh pages and in collections of garbage than in their copying.
/// </summary>
internal sealed class EncodedChunk : IBufferWriter<byte>, IDisposable
{
    private byte[] _rented = [];
    private int _length;

    public ReadOnlyMemory<byte> Memory => _rented.AsMemory(0, _length);

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
        return _rented = ArrayPool<byte>.Shared.Rent(sizeHint);
    }

    public void Advance(int count) => _length = count;

    public void Dispose()
    {
        if (_rented.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_rented);
        }
        (_rented, _length) = ([], 0);
    }
}
