namespace Strata.Rrd;

/// <summary>Bytes that can be read at any place: a file, memory, an object in a store. Implementations allow concurrent reads.</summary>
public interface IRandomAccessBytes
{
    long Length { get; }

    /// <summary>
    /// Up to <paramref name="count"/> bytes from <paramref name="offset"/>; fewer only where the source ends.
    /// The memory stays valid and unchanged for as long as the caller keeps it.
    /// </summary>
    ValueTask<ReadOnlyMemory<byte>> ReadAsync(long offset, int count, CancellationToken cancellationToken);
}
