using System.Buffers;

namespace Strata.Rrd;

/// <summary>Bytes for a moment: borrowed from the shared pool where they are few, else an array of their own.</summary>
internal readonly struct ScratchBuffer : IDisposable
{
    /// <summary>The pool keeps one array of each size a thread, for as long as half a minute: of chunks of a hundred megabytes a server of eight threads kept two gigabytes.</summary>
    private const int LargestPooledBytes = 4 << 20;

    private readonly byte[] _bytes;
    private readonly bool _isPooled;

    /// <param name="size">At least so many bytes; their contents are whatever was there.</param>
    public ScratchBuffer(int size)
    {
        _isPooled = size <= LargestPooledBytes;
        _bytes = _isPooled ? ArrayPool<byte>.Shared.Rent(size) : GC.AllocateUninitializedArray<byte>(size);
    }

    public byte[] Bytes => _bytes;

    public void Dispose()
    {
        if (_isPooled)
        {
            ArrayPool<byte>.Shared.Return(_bytes);
        }
    }
}
