using Strata.Arrow;

namespace Strata.Rrd.Dataframe;

/// <summary>
/// What one chunk says about one column: at each time its newest row that is not null, ascending. Rows before <see cref="Next"/> have been taken.
/// </summary>
internal sealed class ColumnPart
{
    private readonly int[]? _rows;

    private ColumnPart(ChunkTimes chunk, CellSource source, bool clears, long[] times, int[]? rows, long superseded = 0)
    {
        ChunkTimes = chunk;
        Source = source;
        Clears = clears;
        Times = times;
        Superseded = superseded;
        _rows = rows;
    }

    public CellSource Source { get; }

    /// <summary>Whether these are rows of <c>Clear</c>: empty where they stand, and not carried on.</summary>
    public bool Clears { get; }

    /// <summary>Strictly ascending. The same array for all columns that have every row of a chunk.</summary>
    public long[] Times { get; }

    /// <summary>Rows that are not null and that a newer one at their time replaces.</summary>
    public long Superseded { get; }

    /// <summary>Whether position k is row k of the chunk.</summary>
    public bool IsDense => _rows is null;

    public int Next { get; set; }

    public bool IsTaken => Next == Times.Length;

    public Tuid ChunkId => ChunkTimes.Chunk.Id;

    private ChunkTimes ChunkTimes { get; }

    /// <summary>Null when the chunk says nothing about the column.</summary>
    public static ColumnPart? Of(ChunkTimes chunk, ListArray lists, bool clears = false)
    {
        var source = CellSource.Of(lists, chunk.All);
        if (chunk.IsStrictlyAscending && lists.NullCount == 0)
        {
            return chunk.Times.Length == 0 ? null : new(chunk, source, clears, chunk.Times, null);
        }
        var (times, rows) = (new long[lists.Length], new int[lists.Length]);
        var count = 0;
        var superseded = 0L;
        for (var position = 0; position < lists.Length; position++)
        {
            var row = chunk.Row(position);
            if (lists.IsNull(row))
            {
                continue;
            }
            if (count > 0 && times[count - 1] == chunk.Times[row])
            {
                count--;
                superseded++;
            }
            times[count] = chunk.Times[row];
            rows[count++] = row;
        }
        return count == 0 ? null : new(chunk, source, clears, times[..count], rows[..count], superseded);
    }

    public int Row(int position) => _rows is null ? position : _rows[position];

    public Tuid RowId(int row) => ChunkTimes.Chunk.RowId(row);

    /// <summary>The position of the first time that is not before <paramref name="horizon"/>; null: behind the last one.</summary>
    public int PositionOf(long? horizon)
    {
        if (horizon is not { } time)
        {
            return Times.Length;
        }
        var found = Times.AsSpan(Next).BinarySearch(time);
        return Next + (found < 0 ? ~found : found);
    }
}
