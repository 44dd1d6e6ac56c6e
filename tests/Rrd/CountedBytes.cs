namespace Strata.Rrd.Tests;

/// <summary>Bytes in memory that count how many of them were read.</summary>
internal sealed class CountedBytes(byte[] bytes) : IRandomAccessBytes
{
    private readonly MemoryBytes _bytes = new(bytes);

    public long Read { get; private set; }

    public long Length => _bytes.Length;

    public ValueTask<ReadOnlyMemory<byte>> ReadAsync(long offset, int count, CancellationToken cancellationToken)
    {
        Read += count;
        return _bytes.ReadAsync(offset, count, cancellationToken);
    }
}
