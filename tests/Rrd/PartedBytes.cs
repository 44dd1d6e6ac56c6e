namespace Strata.Rrd.Tests;

/// <summary>Bytes in memory that are read like a file, by parts so small that a chunk has several.</summary>
internal sealed class PartedBytes(byte[] bytes, int partBytes = PartedBytes.SmallPart) : IRandomAccessBytes
{
    /// <summary>What stands before the payload of a chunk's message fits in, and little more.</summary>
    private const int SmallPart = 192;

    private readonly MemoryBytes _bytes = new(bytes);

    /// <summary>The most that was read at once.</summary>
    public int Largest { get; private set; }

    public long Length => _bytes.Length;

    public int PartBytes => partBytes;

    public async ValueTask<ReadOnlyMemory<byte>> ReadAsync(long offset, int count, CancellationToken cancellationToken)
    {
        Largest = Math.Max(Largest, count);
        return await _bytes.ReadAsync(offset, count, cancellationToken);
    }
}
