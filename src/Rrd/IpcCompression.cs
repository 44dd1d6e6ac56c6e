using System.Buffers;

namespace Strata.Rrd;

/// <summary>An IPC stream ready for a message: as one LZ4 block in a rented buffer when that is smaller, else as it is.</summary>
internal readonly struct IpcCompression : IDisposable
{
    private readonly byte[]? _rented;

    private IpcCompression(int compression, ReadOnlyMemory<byte> memory, byte[]? rented)
    {
        Compression = compression;
        Memory = memory;
        _rented = rented;
    }

    public int Compression { get; }

    public ReadOnlyMemory<byte> Memory { get; }

    public static IpcCompression Compress(ReadOnlyMemory<byte> stream, bool useLz4)
    {
        if (!useLz4)
        {
            return new IpcCompression(ArrowMsg.NoCompression, stream, null);
        }
        var rented = ArrayPool<byte>.Shared.Rent(Lz4BlockEncoder.MaxEncodedLength(stream.Length));
        var length = Lz4BlockEncoder.Encode(stream.Span, rented);
        if (length < stream.Length)
        {
            return new IpcCompression(ArrowMsg.Lz4, rented.AsMemory(0, length), rented);
        }
        ArrayPool<byte>.Shared.Return(rented);
        return new IpcCompression(ArrowMsg.NoCompression, stream, null);
    }

    public void Dispose()
    {
        if (_rented is not null)
        {
            ArrayPool<byte>.Shared.Return(_rented);
        }
    }
}
