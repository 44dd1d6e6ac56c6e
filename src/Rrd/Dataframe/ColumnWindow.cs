namespace Strata.Rrd.Dataframe;

/// <summary>The next cells of one column, up to some time, in order and each at a time of its own: of several chunks at one time the newest row counts.</summary>
internal sealed class ColumnWindow
{
    private readonly List<ColumnPart> _parts = [];
    private readonly int _start;
    private readonly Cell[]? _cells;

    private ColumnWindow(ColumnPart part, int end)
    {
        _parts.Add(part);
        (Times, _start, Count) = (part.Times, part.Next, end - part.Next);
    }

    private ColumnWindow(List<ColumnPart> parts, List<(ColumnPart Part, int End)> taken)
    {
        _parts = parts;
        var total = taken.Sum(t => t.End - t.Part.Next);
        var cells = new Cell[total];
        var at = 0;
        for (var part = 0; part < taken.Count; part++)
        {
            for (var position = taken[part].Part.Next; position < taken[part].End; position++)
            {
                cells[at++] = new(taken[part].Part.Times[position], part, position);
            }
        }
        Count = Merge(cells, taken);
        _cells = cells;
        Times = new long[Count];
        for (var i = 0; i < Count; i++)
        {
            Times[i] = cells[i].Time;
        }
    }

    /// <summary>The times are <see cref="Count"/> of these, from <see cref="Start"/> on.</summary>
    public long[] Times { get; }

    public int Start => _start;

    public int Count { get; }

    public IReadOnlyList<ColumnPart> Parts => _parts;

    /// <summary>Takes what is before <paramref name="horizon"/> out of the parts. Null: there is nothing.</summary>
    public static ColumnWindow? Take(IEnumerable<ColumnPart> parts, long? horizon)
    {
        var taken = new List<(ColumnPart Part, int End)>();
        foreach (var part in parts)
        {
            if (part.PositionOf(horizon) is var end && end > part.Next)
            {
                taken.Add((part, end));
            }
        }
        var window = taken.Count switch
        {
            0 => null,
            1 => new ColumnWindow(taken[0].Part, taken[0].End),
            _ => new ColumnWindow([.. taken.Select(t => t.Part)], taken),
        };
        taken.ForEach(t => t.Part.Next = t.End);
        return window;
    }

    /// <summary>Position of the part, and the row of its chunk, of the i-th cell.</summary>
    public (int Part, int Row) CellAt(int i) => _cells is null
        ? (0, _parts[0].Row(_start + i))
        : (_cells[i].Part, _parts[_cells[i].Part].Row(_cells[i].Position));

    /// <summary>The cell that clears hide at that time, which is what is carried on; null: none was logged then.</summary>
    public (int Part, int Row)? BehindClears(int i) =>
        _cells?[i].Behind is { } behind ? (behind.Part, _parts[behind.Part].Row(behind.Position)) : null;

    /// <summary>How many cells from i on are rows of one part that lie one behind the other, at most <paramref name="most"/>.</summary>
    public int Together(int i, int most)
    {
        if (_cells is null && _parts[0].IsDense)
        {
            return most;
        }
        var (part, row) = CellAt(i);
        var count = 1;
        while (count < most && CellAt(i + count) == (part, row + count))
        {
            count++;
        }
        return count;
    }

    // Returns how many are left when of each time only the newest row is kept.
    private static int Merge(Cell[] cells, List<(ColumnPart Part, int End)> taken)
    {
        if (Ascends(cells))
        {
            return cells.Length;
        }
        Array.Sort(cells, (a, b) =>
        {
            var order = a.Time.CompareTo(b.Time);
            order = order != 0 ? order : taken[a.Part].Part.RowId(a.Position).CompareTo(taken[b.Part].Part.RowId(b.Position));
            // One row in two chunks: any order will do that is always the same.
            return order != 0 ? order : b.Part.CompareTo(a.Part);
        });
        var count = 0;
        foreach (var cell in cells)
        {
            if (count == 0 || cells[count - 1].Time != cell.Time)
            {
                cells[count++] = cell;
            }
            else
            {
                cells[count - 1] = taken[cell.Part].Part.Clears ? cell with { Behind = Logged(cells[count - 1], taken) } : cell;
            }
        }
        return count;
    }

    private static (int Part, int Position)? Logged(Cell cell, List<(ColumnPart Part, int End)> taken) =>
        taken[cell.Part].Part.Clears ? cell.Behind : (cell.Part, cell.Position);

    private static bool Ascends(Cell[] cells)
    {
        for (var i = 1; i < cells.Length; i++)
        {
            if (cells[i].Time <= cells[i - 1].Time)
            {
                return false;
            }
        }
        return true;
    }

    private readonly record struct Cell(long Time, int Part, int Position)
    {
        public (int Part, int Position)? Behind { get; init; }
    }
}
