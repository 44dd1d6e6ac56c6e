namespace Strata.Rrd.Dataframe;

/// <summary>
/// Cells of one column from several chunks in one order: by time, at each time the newest row, whatever chunk or layer it lies in. Source: rrd-format §99 #10.
/// </summary>
internal sealed class MergedCells
{
    // Null where the parts follow one another: a cell is found by where its part begins.
    private PartCell[]? _cells;
    private ConcatenatedCells? _concatenated;

    // Made with the first clear that hides a cell: most columns are never cleared.
    private Dictionary<int, PartCell>? _behind;

    private MergedCells(int most) => Times = new long[most];

    /// <summary>The first <see cref="Count"/> of these, strictly ascending.</summary>
    public long[] Times { get; }

    public int Count { get; private set; }

    /// <summary>Rows that were logged and that a newer one at their time replaces.</summary>
    public long Superseded { get; private set; }

    public PartCell this[int i] => _cells is null ? _concatenated!.CellAt(i) : _cells[i];

    /// <summary>The newest logged cell at the time of a clear.</summary>
    public PartCell? Behind(int i) => _behind is not null && _behind.TryGetValue(i, out var cell) ? cell : null;

    /// <param name="taken">At least one cell of each. <see cref="PartCell.Part"/> counts these.</param>
    public static MergedCells Of(IReadOnlyList<TakenCells> taken)
    {
        var merged = new MergedCells(taken.Sum(t => t.Count));
        merged._concatenated = ConcatenatedCells.Of(taken);
        if (merged._concatenated is { } concatenated)
        {
            concatenated.CopyTimes(merged.Times);
            merged.Count = merged.Times.Length;
        }
        else
        {
            merged.Sort(taken);
        }
        return merged;
    }

    private void Sort(IReadOnlyList<TakenCells> taken)
    {
        _cells = new PartCell[Times.Length];
        var rows = new LoggedRow[Times.Length];
        var at = 0;
        for (var part = 0; part < taken.Count; part++)
        {
            var (cells, start, end) = taken[part];
            for (var position = start; position < end; position++)
            {
                var row = cells.Row(position);
                rows[at++] = new(cells.Times[position], cells.RowId(row), cells.ChunkId, new(part, row));
            }
        }
        Array.Sort(rows);
        foreach (var row in rows)
        {
            Add(row, taken);
        }
    }

    private void Add(LoggedRow row, IReadOnlyList<TakenCells> taken)
    {
        if (Count > 0 && Times[Count - 1] == row.Time)
        {
            Replace(Count - 1, row.Cell, taken);
        }
        else
        {
            Times[Count] = row.Time;
            _cells![Count++] = row.Cell;
        }
    }

    // A clear hides what was logged at its time, but what is carried on is what was logged.
    private void Replace(int i, PartCell newer, IReadOnlyList<TakenCells> taken)
    {
        var older = _cells![i];
        var wasLogged = !taken[older.Part].Part.Clears;
        Superseded += wasLogged ? 1 : 0;
        _cells[i] = newer;
        if (!taken[newer.Part].Part.Clears)
        {
            _behind?.Remove(i);
        }
        else if (wasLogged)
        {
            (_behind ??= [])[i] = older;
        }
    }

    /// <summary>By time, then from the oldest to the newest row. One row in two chunks: chunk and part only make the order one that is always the same.</summary>
    private readonly record struct LoggedRow(long Time, Tuid RowId, Tuid ChunkId, PartCell Cell) : IComparable<LoggedRow>
    {
        public int CompareTo(LoggedRow other)
        {
            var order = Time.CompareTo(other.Time);
            order = order != 0 ? order : RowId.CompareTo(other.RowId);
            order = order != 0 ? order : ChunkId.CompareTo(other.ChunkId);
            return order != 0 ? order : other.Cell.Part.CompareTo(Cell.Part);
        }
    }
}
