namespace Strata.Rrd.Dataframe;

/// <summary>The decoded bytes of chunks that lie in memory until their last row is given: LZ4 makes gigabytes of a small file whose chunks all overlap in time.</summary>
internal sealed class HeldChunks(string index, long limit)
{
    private readonly PriorityQueue<long, long> _bytesByLastTime = new();
    private long _bytes;

    /// <param name="chunk">On the index.</param>
    /// <exception cref="DataframeException">Together they are more than may be held.</exception>
    public void Add(Chunk chunk)
    {
        var times = chunk.Timeline(index)!.Times;
        var last = long.MinValue;
        foreach (var time in times)
        {
            last = Math.Max(last, time);
        }
        var bytes = ChunkSizes.BytesOf(chunk);
        _bytesByLastTime.Enqueue(bytes, last);
        _bytes += bytes;
        if (_bytes > limit)
        {
            throw new DataframeException($"Expected at most {limit} bytes of chunks that overlap on the index '{index}', found {_bytes}. Ask for fewer columns or a part of the index.");
        }
    }

    /// <summary>Those whose rows all lie before <paramref name="horizon"/> have been let go of.</summary>
    public void ReleaseBefore(long horizon)
    {
        while (_bytesByLastTime.TryPeek(out var bytes, out var last) && last < horizon)
        {
            _bytesByLastTime.Dequeue();
            _bytes -= bytes;
        }
    }
}
