namespace Strata.Rrd;

/// <summary>An IPC stream ready for a message: as one LZ4 block in a borrowed buffer when that is smaller, else as it is.</summary>
internal readonly struct IpcCompression : IDisposable
{
    private readonly ScratchBuffer? _buffer;

    private IpcCompression(int compression, ReadOnlyMemory<byte> memory, ScratchBuffer? buffer)
    {
        Compression = compression;
        Memory = memory;
        _buffer = buffer;
    }

    public int Compression { get; }

    public ReadOnlyMemory<byte> Memory { get; }

    public static IpcCompression Compress(byte[] stream, bool useLz4)
    {
        if (!useLz4)
        {
            return new IpcCompression(ArrowMsg.NoCompression, stream, null);
        }
        var buffer = new ScratchBuffer(Lz4BlockEncoder.MaxEncodedLength(stream.Length));
        var length = Lz4BlockEncoder.Encode(stream, buffer.Bytes);
        if (length < stream.Length)
        {
            return new IpcCompression(ArrowMsg.Lz4, buffer.Bytes.AsMemory(0, length), buffer);
        }
        buffer.Dispose();
        return new IpcCompression(ArrowMsg.NoCompression, stream, null);
    }

    public void Dispose() => _buffer?.Dispose();
}
