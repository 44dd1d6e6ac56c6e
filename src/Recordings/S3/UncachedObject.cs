namespace Strata.Recordings;

/// <summary>Reads an object where it lies, one request a read: what the local disk holds of it proves nothing of the bucket.</summary>
internal sealed class UncachedObject(ObjectRanges ranges) : IOpenRecording
{
    public long Length => ranges.Length;

    public async ValueTask<ReadOnlyMemory<byte>> ReadAsync(long offset, int count, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        var bytes = GC.AllocateUninitializedArray<byte>((int)Math.Clamp(Length - offset, 0, count));
        await ReadIntoAsync(offset, bytes, cancellationToken);
        return bytes;
    }

    public async ValueTask<int> ReadIntoAsync(long offset, Memory<byte> destination, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        var count = (int)Math.Clamp(Length - offset, 0, destination.Length);
        if (count > 0)
        {
            await ranges.ReadAsync(offset, destination[..count], cancellationToken);
        }

        return count;
    }

    public async ValueTask<Uri?> ShareAsync(TimeSpan lasting, CancellationToken cancellationToken) => await ranges.ShareAsync(lasting, cancellationToken);

    public void Dispose()
    {
    }
}
