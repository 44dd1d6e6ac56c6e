namespace Strata.Rrd;

/// <summary>A recording in memory. Reads are slices: nothing is copied.</summary>
public sealed class MemoryBytes(ReadOnlyMemory<byte> bytes) : IRandomAccessBytes
{
    /// <inheritdoc/>
    public long Length => bytes.Length;

    /// <inheritdoc/>
    public ValueTask<ReadOnlyMemory<byte>> ReadAsync(long offset, int count, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        var start = (int)Math.Min(offset, bytes.Length);
        return ValueTask.FromResult(bytes.Slice(start, Math.Min(count, bytes.Length - start)));
    }
}
