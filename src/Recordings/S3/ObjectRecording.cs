using System.Buffers;

namespace Strata.Recordings;

/// <summary>Reads an object by ranges, and keeps what it read in the cache.</summary>
/// <param name="name">In the cache: other bytes have another one.</param>
/// <param name="location">As errors name it.</param>
/// <param name="ifMatch">The ETag that it must still have; null for an object whose key says its content.</param>
internal sealed class ObjectRecording(S3Objects objects, BlockCache cache, string bucket, string key, string name, string location, string? ifMatch, long length) : IOpenRecording
{
    /// <summary>Of one request: so much memory it takes, and so much is asked for again when it breaks off.</summary>
    private const int MaxBlocksAtOnce = 8;

    public long Length => length;

    public async ValueTask<ReadOnlyMemory<byte>> ReadAsync(long offset, int count, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        var bytes = GC.AllocateUninitializedArray<byte>((int)Math.Clamp(length - offset, 0, count));
        await ReadIntoAsync(offset, bytes, cancellationToken);
        return bytes;
    }

    public async ValueTask<int> ReadIntoAsync(long offset, Memory<byte> destination, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        cancellationToken.ThrowIfCancellationRequested();
        var count = (int)Math.Clamp(length - offset, 0, destination.Length);
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
        var size = (int)(Math.Min((long)end * BlockCache.BlockBytes, length) - start);
        var buffer = ArrayPool<byte>.Shared.Rent(size);
        try
        {
            var range = await RangeAsync(start, buffer.AsMemory(0, size), cancellationToken);
            if (range.Count != size || range.Head.Length != length)
            {
                throw new RecordingChangedException(location, $"it had {length} bytes when it was opened, and has {range.Head.Length} now");
            }

            for (var block = first; block < end; block++)
            {
                var from = (int)(((long)block * BlockCache.BlockBytes) - start);
                var bytes = buffer.AsMemory(from, Math.Min(BlockCache.BlockBytes, size - from));
                var (offset, part) = wanted.PartOf(block);
                bytes.Slice(offset, part.Length).CopyTo(part);
                cache.Put(name, block, bytes.Span, length);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async Task<ObjectRange> RangeAsync(long start, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        try
        {
            return await objects.ReadAsync(bucket, key, ifMatch, start, buffer, cancellationToken)
                ?? throw new RecordingMissingException(location, "the object was removed while it was read");
        }
        catch (ObjectChangedException)
        {
            throw new RecordingChangedException(location, "the object was replaced while it was read");
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
