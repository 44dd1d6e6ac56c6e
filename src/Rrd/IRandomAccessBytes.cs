namespace Strata.Rrd;

/// <summary>Bytes that can be read at any place: a file, memory, an object in a store. Implementations allow concurrent reads.</summary>
public interface IRandomAccessBytes
{
    /// <summary>Number of bytes.</summary>
    long Length { get; }

    /// <summary>
    /// How many bytes a read takes at most, in bytes, where the reader can do with a part at a time. A store that is far away is asked for all at
    /// once, unless it says otherwise; a disk is near, and a part that stays in the processor's cache is read faster than it is kept.
    /// </summary>
    int PartBytes => int.MaxValue;

    /// <summary>
    /// Up to <paramref name="count"/> bytes from <paramref name="offset"/>; fewer only where the source ends.
    /// The memory stays valid and unchanged for as long as the caller keeps it.
    /// </summary>
    ValueTask<ReadOnlyMemory<byte>> ReadAsync(long offset, int count, CancellationToken cancellationToken);

    /// <summary>
    /// Fills <paramref name="destination"/> from <paramref name="offset"/> and returns how many bytes it took; fewer only where the
    /// source ends. For bytes that are needed for a moment only, so that their buffer can be used again.
    /// </summary>
    async ValueTask<int> ReadIntoAsync(long offset, Memory<byte> destination, CancellationToken cancellationToken)
    {
        var bytes = await ReadAsync(offset, destination.Length, cancellationToken).ConfigureAwait(false);
        bytes.CopyTo(destination);
        return bytes.Length;
    }
}
