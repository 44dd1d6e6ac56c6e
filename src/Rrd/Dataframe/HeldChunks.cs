using Strata.Arrow;

namespace Strata.Rrd.Dataframe;

/// <summary>
/// The decoded bytes that lie in memory while rows are given: of chunks until their last row is given, of static values and of those that are carried on. LZ4 makes
/// gigabytes of a small file whose chunks all overlap in time, or whose columns all have one large value.
/// </summary>
/// <param name="index">Null: static values only.</param>
internal sealed class HeldChunks(string? index, long limit)
{
    private readonly PriorityQueue<long, long> _bytesByLastTime = new();
    private long _bytes;

    /// <param name="chunk">On the index.</param>
    /// <exception cref="DataframeException">Together they are more than may be held.</exception>
    public void Add(Chunk chunk)
    {
        var times = chunk.Timeline(index!)!.Times;
        var last = long.MinValue;
        foreach (var time in times)
        {
            last = Math.Max(last, time);
        }
        var bytes = ChunkSizes.BytesOf(chunk) + DictionaryBytes.Of(chunk.Components.Select(component => component.Lists.Data));
        _bytesByLastTime.Enqueue(bytes, last);
        Hold(bytes);
    }

    /// <summary>A cell that has bytes of its own, in the place of one that is let go of.</summary>
    /// <returns>The cell.</returns>
    /// <exception cref="DataframeException">Together they are more than may be held.</exception>
    public CellSource? Keep(CellSource? cell, CellSource? before)
    {
        Hold(BytesOf(cell) - BytesOf(before));
        return cell;
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

    private static long BytesOf(CellSource? cell) => cell is null ? 0 : ArraySizes.BytesOf(cell.Lists) + DictionaryBytes.Of([cell.Lists.Data]);

    private void Hold(long bytes)
    {
        _bytes += bytes;
        if (_bytes > limit)
        {
            throw new DataframeException(index is null
                ? $"Expected at most {limit} bytes of static values, found {_bytes}. Ask for fewer columns."
                : $"Expected at most {limit} bytes of chunks that overlap on the index '{index}' and of values that are static or carried on, found {_bytes}. Ask for fewer columns or a part of the index.");
        }
    }
}
