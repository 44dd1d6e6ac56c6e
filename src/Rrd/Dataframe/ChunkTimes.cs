namespace Strata.Rrd.Dataframe;

/// <summary>A chunk's rows on the indexes of a query: their times, and their order on the index that is asked for.</summary>
internal sealed class ChunkTimes
{
    private readonly int[]? _order;

    private ChunkTimes(Chunk chunk, long[]?[] all, long[] times)
    {
        Chunk = chunk;
        All = all;
        Times = times;
        IsStrictlyAscending = Ascends(times);
        _order = IsStrictlyAscending ? null : Order(chunk, times);
    }

    public Chunk Chunk { get; }

    /// <summary>By index of the schema; null where the chunk is not on it.</summary>
    public long[]?[] All { get; }

    /// <summary>On the index that is asked for, in the order of the chunk's rows.</summary>
    public long[] Times { get; }

    /// <summary>Whether the rows stand in order, each at a time of its own.</summary>
    public bool IsStrictlyAscending { get; }

    /// <exception cref="DataframeException">A timeline is of another kind than the dataset's.</exception>
    public static ChunkTimes Of(Chunk chunk, DataframeSchema schema)
    {
        var all = new long[]?[schema.Indexes.Count];
        long[]? asked = null;
        for (var i = 0; i < all.Length; i++)
        {
            var index = schema.Indexes[i];
            if (chunk.Timeline(index.Timeline) is not { } timeline)
            {
                continue;
            }
            if (timeline.Kind != index.Kind)
            {
                throw new DataframeException($"entity {chunk.EntityPath}: expected the timeline '{index.Timeline}' as {index.Kind}, found it as {timeline.Kind} in chunk {chunk.Id.ToChunkId()}");
            }
            all[i] = Copy(timeline.Times);
            asked = index.Timeline == schema.Query.Index ? all[i] : asked;
        }
        return new(chunk, all, asked ?? throw new DataframeException(
            $"entity {chunk.EntityPath}: expected chunk {chunk.Id.ToChunkId()} on the index '{schema.Query.Index}', as its index says, found it on {string.Join(", ", chunk.Timelines.Select(t => $"'{t.Name}'"))}"));
    }

    /// <summary>On one index only, which the chunk has.</summary>
    public static ChunkTimes Of(Chunk chunk, TimeColumn timeline)
    {
        var times = Copy(timeline.Times);
        return new(chunk, [times], times);
    }

    /// <summary>The rows from the earliest time to the latest, those at one time from the oldest row to the newest.</summary>
    public int Row(int position) => _order is null ? position : _order[position];

    // The smallest number stands for static data (rrd-format §6): as Rerun does, a time of that value is the next one.
    private static long[] Copy(ReadOnlySpan<long> times)
    {
        var copy = times.ToArray();
        for (var i = 0; i < copy.Length; i++)
        {
            copy[i] = Math.Max(copy[i], long.MinValue + 1);
        }
        return copy;
    }

    private static bool Ascends(ReadOnlySpan<long> times)
    {
        for (var i = 1; i < times.Length; i++)
        {
            if (times[i] <= times[i - 1])
            {
                return false;
            }
        }
        return true;
    }

    private static int[] Order(Chunk chunk, long[] times)
    {
        var keys = new RowKey[times.Length];
        for (var row = 0; row < keys.Length; row++)
        {
            keys[row] = new(times[row], chunk.RowId(row), row);
        }
        Array.Sort(keys);
        return Array.ConvertAll(keys, key => key.Row);
    }

    private readonly record struct RowKey(long Time, Tuid RowId, int Row) : IComparable<RowKey>
    {
        public int CompareTo(RowKey other)
        {
            var order = Time.CompareTo(other.Time);
            order = order != 0 ? order : RowId.CompareTo(other.RowId);
            return order != 0 ? order : Row.CompareTo(other.Row);
        }
    }
}
