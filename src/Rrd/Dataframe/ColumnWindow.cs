namespace Strata.Rrd.Dataframe;

/// <summary>The next cells of one column, up to some time, in order and each at a time of its own: of several chunks at one time the newest row counts.</summary>
internal sealed class ColumnWindow
{
    private readonly MergedCells? _cells;

    private ColumnWindow(ColumnPart part, int end)
    {
        Parts = [part];
        (Times, Start, Count) = (part.Times, part.Next, end - part.Next);
    }

    private ColumnWindow(IReadOnlyList<TakenCells> taken)
    {
        Parts = [.. taken.Select(t => t.Part)];
        _cells = MergedCells.Of(taken);
        (Times, Count) = (_cells.Times, _cells.Count);
    }

    /// <summary>The times are <see cref="Count"/> of these, from <see cref="Start"/> on.</summary>
    public long[] Times { get; }

    public int Start { get; }

    public int Count { get; }

    public IReadOnlyList<ColumnPart> Parts { get; }

    /// <summary>Rows of one chunk that a newer one of another chunk replaces at their time.</summary>
    public long Superseded => _cells?.Superseded ?? 0;

    /// <summary>Takes what is before <paramref name="horizon"/> out of the parts. Null: there is nothing.</summary>
    public static ColumnWindow? Take(IEnumerable<ColumnPart> parts, long? horizon)
    {
        var taken = new List<TakenCells>();
        foreach (var part in parts)
        {
            if (part.PositionOf(horizon) is var end && end > part.Next)
            {
                taken.Add(new(part, part.Next, end));
            }
        }
        var window = taken.Count switch
        {
            0 => null,
            1 => new ColumnWindow(taken[0].Part, taken[0].End),
            _ => new ColumnWindow(taken),
        };
        taken.ForEach(t => t.Part.Next = t.End);
        return window;
    }

    /// <summary>Position of the part, and the row of its chunk, of the i-th cell.</summary>
    public PartCell CellAt(int i) => _cells is null ? new(0, Parts[0].Row(Start + i)) : _cells[i];

    /// <summary>What of the i-th cell is carried on to later times: itself, and where it is a clear the cell that it hides, as in Rerun's reader. Null: a clear at whose time nothing was logged.</summary>
    public PartCell? CarriedFrom(int i)
    {
        var cell = CellAt(i);
        return Parts[cell.Part].Clears ? _cells?.Behind(i) : cell;
    }

    /// <summary>How many cells from i on are rows of one part that lie one behind the other, at most <paramref name="most"/>.</summary>
    public int Together(int i, int most)
    {
        if (_cells is null && Parts[0].IsDense)
        {
            return most;
        }
        var (part, row) = CellAt(i);
        var count = 1;
        while (count < most && CellAt(i + count) == new PartCell(part, row + count))
        {
            count++;
        }
        return count;
    }
}

/// <summary>A row of a chunk as a cell of a column.</summary>
/// <param name="Part">Position among the parts of the column.</param>
/// <param name="Row">In its chunk.</param>
internal readonly record struct PartCell(int Part, int Row);

/// <summary>Positions of one part, from <paramref name="Start"/> until <paramref name="End"/>.</summary>
internal readonly record struct TakenCells(ColumnPart Part, int Start, int End)
{
    public int Count => End - Start;

    public long FirstTime => Part.Times[Start];

    public long LastTime => Part.Times[End - 1];
}
