namespace Strata.Rrd.Dataframe;

/// <summary>The times at which there is a row.</summary>
internal static class WindowRows
{
    /// <summary>All times of some columns, each once, ascending.</summary>
    public static ReadOnlyMemory<long> Union(IEnumerable<ColumnWindow> windows)
    {
        var distinct = new HashSet<(long[] Times, int Start, int Count)>();
        var waiting = new Queue<ReadOnlyMemory<long>>();
        foreach (var window in windows)
        {
            if (distinct.Add((window.Times, window.Start, window.Count)))
            {
                waiting.Enqueue(window.Times.AsMemory(window.Start, window.Count));
            }
        }
        // Two by two, so that many columns are not gone over again for each of them.
        while (waiting.Count > 1)
        {
            waiting.Enqueue(Merge(waiting.Dequeue().Span, waiting.Dequeue().Span));
        }
        return waiting.Count == 0 ? default : waiting.Dequeue();
    }

    /// <summary>Those inside one of the ranges; null: all.</summary>
    public static ReadOnlyMemory<long> Inside(ReadOnlyMemory<long> times, IReadOnlyList<TimeRange>? ranges)
    {
        if (ranges is null || times.IsEmpty)
        {
            return times;
        }
        var inside = new List<long>();
        foreach (var time in times.Span)
        {
            if (ranges.Any(range => range.Contains(time)))
            {
                inside.Add(time);
            }
        }
        return inside.Count == times.Length ? times : inside.ToArray();
    }

    private static ReadOnlyMemory<long> Merge(ReadOnlySpan<long> a, ReadOnlySpan<long> b)
    {
        if (a.SequenceEqual(b))
        {
            return a.ToArray();
        }
        var merged = new long[a.Length + b.Length];
        int i = 0, j = 0, count = 0;
        while (i < a.Length && j < b.Length)
        {
            var (left, right) = (a[i], b[j]);
            merged[count++] = Math.Min(left, right);
            i += left <= right ? 1 : 0;
            j += right <= left ? 1 : 0;
        }
        a[i..].CopyTo(merged.AsSpan(count));
        b[j..].CopyTo(merged.AsSpan(count + a.Length - i));
        return merged.AsMemory(0, count + a.Length - i + b.Length - j);
    }
}
