using Strata.Rrd.Editing;

namespace Strata.Rrd.Building;

/// <summary>The order in which the SDK sends the rows of one call: by the first timeline, then by the next one, timelines by name. Source: rrd-format §8.4.</summary>
internal static class RowOrder
{
    /// <summary>The same ids over the same rows in that order. Rows of equal times keep theirs, and so do those of static chunks.</summary>
    public static Chunk ByTime(Chunk chunk)
    {
        if (IsByTime(chunk))
        {
            return chunk;
        }
        var rows = new int[chunk.NumRows];
        for (var row = 0; row < rows.Length; row++)
        {
            rows[row] = row;
        }
        Array.Sort(rows, (a, b) => Compare(chunk, a, b) is not 0 and var byTime ? byTime : a.CompareTo(b));
        var sorted = ChunkRows.Take(chunk, chunk.Id, rows);
        return new Chunk(chunk.Id, chunk.EntityPath, chunk.RowIds, sorted.Timelines, sorted.Components);
    }

    private static bool IsByTime(Chunk chunk)
    {
        for (var row = 1; row < chunk.NumRows; row++)
        {
            if (Compare(chunk, row - 1, row) > 0)
            {
                return false;
            }
        }
        return true;
    }

    private static int Compare(Chunk chunk, int a, int b)
    {
        // By number: an enumerator would be an allocation for each pair of rows.
        for (var k = 0; k < chunk.Timelines.Count; k++)
        {
            var times = chunk.Timelines[k].Times;
            var byTime = times[a].CompareTo(times[b]);
            if (byTime != 0)
            {
                return byTime;
            }
        }
        return 0;
    }
}
