using System.Buffers;

namespace Strata.Recordings;

/// <summary>Reads an object by ranges, and keeps what it read in the cache.</summary>
/// <param name="name">In the cache: other bytes have another one.</param>
internal sealed class ObjectRecording(ObjectRanges ranges, BlockCache cache, string name) : IOpenRecording
{
    /// <summary>Of one request: so much memory it takes, and so much is asked for again when it breaks off.</summary>
    private const int MaxBlocksAtOnce = 8;

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
        cancellationToken.ThrowIfCancellationRequested();
        var count = (int)Math.Clamp(Length - offset, 0, destination.Length);
        var wanted = new Wanted(offset, destination[..count]);
        for (var block = wanted.FirstBlock; block <= wanted.LastBlock;)
        {
            if (TryTake(wanted, block))
            {
                block++;
                continue;
            }

            // The block that ends the run is here, and is taken when it is its turn.
            var end = block + 1;
            while (end <= wanted.LastBlock && end - block < MaxBlocksAtOnce && !TryTake(wanted, end))
            {
                end++;
            }

            await FetchAsync(wanted, block, end, cancellationToken);
            block = end;
        }

        return count;
    }

    public async ValueTask<Uri?> ShareAsync(TimeSpan lasting, CancellationToken cancellationToken) => await ranges.ShareAsync(lasting, cancellationToken);

    public void Dispose()
    {
    }

    private bool TryTake(Wanted wanted, int block)
    {
        var (offset, part) = wanted.PartOf(block);
        return cache.TryRead(name, block, offset, part.Span);
    }

    private async Task FetchAsync(Wanted wanted, int first, int end, CancellationToken cancellationToken)
    {
        var start = (long)first * BlockCache.BlockBytes;
        var size = (int)(Math.Min((long)end * BlockCache.BlockBytes, Length) - start);
        var buffer = ArrayPool<byte>.Shared.Rent(size);
        try
        {
            await ranges.ReadAsync(start, buffer.AsMemory(0, size), cancellationToken);
            for (var block = first; block < end; block++)
            {
                var from = (int)(((long)block * BlockCache.BlockBytes) - start);
                var bytes = buffer.AsMemory(from, Math.Min(BlockCache.BlockBytes, size - from));
                var (offset, part) = wanted.PartOf(block);
                bytes.Slice(offset, part.Length).CopyTo(part);
                cache.Put(name, block, bytes.Span, Length);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>What of each block goes where.</summary>
    private readonly record struct Wanted(long Offset, Memory<byte> Destination)
    {
        public int FirstBlock => (int)(Offset / BlockCache.BlockBytes);

        /// <summary>Before the first one where nothing is wanted.</summary>
        public int LastBlock => Destination.IsEmpty ? FirstBlock - 1 : (int)((Offset + Destination.Length - 1) / BlockCache.BlockBytes);

        public (int Offset, Memory<byte> Part) PartOf(int block)
        {
            var start = Math.Max(Offset, (long)block * BlockCache.BlockBytes);
            var end = Math.Min(Offset + Destination.Length, ((long)block + 1) * BlockCache.BlockBytes);
            return ((int)(start - ((long)block * BlockCache.BlockBytes)), Destination.Slice((int)(start - Offset), (int)(end - start)));
        }
    }
}
