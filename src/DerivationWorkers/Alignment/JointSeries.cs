using Strata.Rrd;

namespace Strata.DerivationWorkers;

/// <summary>What one chunk logs of a component on the chosen index, as it lies in the chunk; times in any order.</summary>
internal sealed record LoggedRows(Chunk Chunk, TimeColumn Timeline, JointCells Cells)
{
    public ReadOnlySpan<long> Times => Timeline.Times;
}

/// <summary>
/// A component over time: ascending times, each once. Of several rows at one time the newest row id that is not null counts, an empty list too.
/// Source: rrd-format §99 #10.
/// </summary>
internal sealed class JointSeries
{
    private JointSeries(long[] times, CellRef[] cells, IReadOnlyList<JointCells> blocks, long superseded)
    {
        Times = times;
        Cells = cells;
        Blocks = blocks;
        Superseded = superseded;
    }

    public long[] Times { get; }

    /// <summary>One a time; <see cref="CellRef.Nothing"/> where all rows at that time are null.</summary>
    public CellRef[] Cells { get; }

    public IReadOnlyList<JointCells> Blocks { get; }

    /// <summary>Rows with a value that a newer row at the same time replaces.</summary>
    public long Superseded { get; }

    /// <param name="keepNulls">Whether times at which only nulls were logged stay, with <see cref="CellRef.Nothing"/>.</param>
    public static JointSeries Of(IEnumerable<LoggedRows> chunks, bool keepNulls)
    {
        var ordered = chunks.Where(c => c.Chunk.NumRows > 0).DistinctBy(c => c.Chunk.Id).ToList();
        // The order of chunks in the file must not matter: overlapping ones are sorted row by row anyway, others by their time.
        ordered.Sort((a, b) => a.Times[0] != b.Times[0] ? a.Times[0].CompareTo(b.Times[0]) : a.Chunk.Id.CompareTo(b.Chunk.Id));
        return Ascends(ordered) ? Concatenated(ordered, keepNulls) : Merged(ordered, keepNulls);
    }

    /// <summary>Without the times at which only nulls were logged.</summary>
    public JointSeries WithoutNulls()
    {
        if (Cells.All(c => c.HasValue))
        {
            return this;
        }

        var kept = Enumerable.Range(0, Times.Length).Where(i => Cells[i].HasValue).ToArray();
        return new([.. kept.Select(i => Times[i])], [.. kept.Select(i => Cells[i])], Blocks, Superseded);
    }

    private static bool Ascends(List<LoggedRows> chunks)
    {
        var before = long.MinValue;
        foreach (var chunk in chunks)
        {
            foreach (var time in chunk.Times)
            {
                if (time <= before)
                {
                    return false;
                }

                before = time;
            }
        }

        return true;
    }

    private static JointSeries Concatenated(List<LoggedRows> chunks, bool keepNulls)
    {
        var total = chunks.Sum(c => c.Chunk.NumRows);
        var times = new long[total];
        var cells = new CellRef[total];
        var count = 0;
        for (var block = 0; block < chunks.Count; block++)
        {
            var values = chunks[block].Cells;
            var from = chunks[block].Times;
            for (var row = 0; row < from.Length; row++)
            {
                var isNull = values.IsNull(row);
                if (!isNull || keepNulls)
                {
                    times[count] = from[row];
                    cells[count++] = isNull ? CellRef.Nothing : new(block, row);
                }
            }
        }

        return Cut(times, cells, count, chunks, 0);
    }

    private static JointSeries Merged(List<LoggedRows> chunks, bool keepNulls)
    {
        var rows = new Entry[chunks.Sum(c => c.Chunk.NumRows)];
        var at = 0;
        for (var block = 0; block < chunks.Count; block++)
        {
            var from = chunks[block].Times;
            var chunk = chunks[block].Chunk;
            for (var row = 0; row < from.Length; row++)
            {
                rows[at++] = new(from[row], chunk.RowId(row), chunk.Id, block, row);
            }
        }

        Array.Sort(rows);
        var times = new long[rows.Length];
        var cells = new CellRef[rows.Length];
        var count = 0;
        long superseded = 0;
        for (var i = 0; i < rows.Length;)
        {
            var time = rows[i].Time;
            var newest = CellRef.Nothing;
            for (; i < rows.Length && rows[i].Time == time; i++)
            {
                if (!chunks[rows[i].Block].Cells.IsNull(rows[i].Row))
                {
                    superseded += newest.HasValue ? 1 : 0;
                    newest = new(rows[i].Block, rows[i].Row);
                }
            }

            if (newest.HasValue || keepNulls)
            {
                times[count] = time;
                cells[count++] = newest;
            }
        }

        return Cut(times, cells, count, chunks, superseded);
    }

    private static JointSeries Cut(long[] times, CellRef[] cells, int count, List<LoggedRows> chunks, long superseded)
    {
        Array.Resize(ref times, count);
        Array.Resize(ref cells, count);
        return new(times, cells, chunks.ConvertAll(c => c.Cells), superseded);
    }

    /// <summary>By time, then from the oldest to the newest row; chunk and row only make the order total.</summary>
    private readonly record struct Entry(long Time, Tuid RowId, Tuid ChunkId, int Block, int Row) : IComparable<Entry>
    {
        public int CompareTo(Entry other)
        {
            var order = Time.CompareTo(other.Time);
            order = order != 0 ? order : RowId.CompareTo(other.RowId);
            order = order != 0 ? order : ChunkId.CompareTo(other.ChunkId);
            return order != 0 ? order : Row.CompareTo(other.Row);
        }
    }
}
