using Strata.Arrow;

namespace Strata.Rrd.Dataframe;

/// <summary>One column of a segment while its chunks come in: puts its cells beside the rows, window by window.</summary>
internal sealed class ColumnAligner(bool fills, HeldChunks kept)
{
    private readonly List<ColumnPart> _parts = [];
    private ColumnWindow? _window;
    private CellSource? _held;

    public void Add(ColumnPart part) => _parts.Add(part);

    /// <summary>The least time after which <paramref name="rows"/> rows of one chunk would have been taken; null: there are not so many.</summary>
    public long? TimeAfter(int rows)
    {
        long? least = null;
        foreach (var part in _parts)
        {
            if (part.Times.Length - part.Next > rows)
            {
                var time = part.Times[part.Next + rows];
                least = least is { } known ? Math.Min(known, time) : time;
            }
        }
        return least;
    }

    /// <summary>Takes the cells before <paramref name="horizon"/>; null: all. They are to be aligned before more are taken.</summary>
    public ColumnWindow? Take(long? horizon)
    {
        _window = ColumnWindow.Take(_parts, horizon);
        _parts.RemoveAll(part => part.IsTaken);
        return _window;
    }

    /// <summary>What stands in these rows, which lie before the horizon.</summary>
    public AlignedColumn Align(ReadOnlySpan<long> rows)
    {
        var builder = new RunBuilder();
        List<CellSource> sources = [.. _window?.Parts.Select(part => part.Source) ?? []];
        var held = RowRun.Nulls(1);
        if (_held is not null)
        {
            held = new RowRun(sources.Count, 0, 1);
            sources.Add(_held);
        }
        if (_window is null)
        {
            builder.Add(held with { Length = rows.Length, Repeats = held.Source != RowRun.Nothing });
        }
        else
        {
            held = Join(_window, rows, held, builder);
            Hold(held, sources);
        }
        _window = null;
        return new AlignedColumn(sources, builder.ToArray());
    }

    private RowRun Join(ColumnWindow window, ReadOnlySpan<long> rows, RowRun held, RunBuilder builder)
    {
        var times = window.Times.AsSpan(window.Start, window.Count);
        int row = 0, cell = 0;
        while (row < rows.Length)
        {
            while (cell < times.Length && times[cell] < rows[row])
            {
                held = HeldAfter(window, cell++, held);
            }
            var together = rows[row..].CommonPrefixLength(times[cell..]);
            for (var end = cell + together; cell < end;)
            {
                var count = window.Together(cell, end - cell);
                var (part, from) = window.CellAt(cell);
                builder.Add(new RowRun(part, from, count));
                held = HeldAfter(window, cell + count - 1, held);
                (row, cell) = (row + count, cell + count);
            }
            if (row < rows.Length && (cell == times.Length || times[cell] > rows[row]))
            {
                builder.Add(held);
                row++;
            }
        }
        for (; cell < times.Length; cell++)
        {
            held = HeldAfter(window, cell, held);
        }
        return held;
    }

    private RowRun HeldAfter(ColumnWindow window, int cell, RowRun held) =>
        fills && window.CarriedFrom(cell) is { } carried ? new RowRun(carried.Part, carried.Row, 1) : held;

    // A chunk whose rows are all taken is let go of: what of it is to be carried on gets bytes of its own.
    private void Hold(RowRun held, List<CellSource> sources)
    {
        if (!fills || held.Source == RowRun.Nothing)
        {
            _held = kept.Keep(null, _held);
        }
        else if (!ReferenceEquals(sources[held.Source], _held))
        {
            _held = kept.Keep(sources[held.Source].Keep(held.Start), _held);
        }
    }
}
