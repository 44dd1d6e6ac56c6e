namespace Strata.Rrd.Dataframe;

/// <summary>Cells of several chunks that follow one another in time, as recordings mostly are: nothing need be compared but the ends, and nothing kept a cell.</summary>
internal sealed class ConcatenatedCells
{
    private readonly IReadOnlyList<TakenCells> _taken;

    // Of the parts in the order of their times: which part it is, and the position of its first cell; one more for the end.
    private readonly int[] _parts;
    private readonly int[] _starts;

    // Where the last cell was found: cells are mostly asked for in order. Only a guess, so that several may read at once.
    private int _last;

    private ConcatenatedCells(IReadOnlyList<TakenCells> taken, int[] parts)
    {
        _taken = taken;
        _parts = parts;
        _starts = new int[parts.Length + 1];
        for (var i = 0; i < parts.Length; i++)
        {
            _starts[i + 1] = _starts[i] + taken[parts[i]].Count;
        }
    }

    /// <summary>Null: their times overlap.</summary>
    public static ConcatenatedCells? Of(IReadOnlyList<TakenCells> taken)
    {
        int[] parts = [.. Enumerable.Range(0, taken.Count).OrderBy(part => taken[part].FirstTime)];
        for (var i = 1; i < parts.Length; i++)
        {
            if (taken[parts[i]].FirstTime <= taken[parts[i - 1]].LastTime)
            {
                return null;
            }
        }
        return new(taken, parts);
    }

    public void CopyTimes(Span<long> times)
    {
        for (var i = 0; i < _parts.Length; i++)
        {
            var (part, start, end) = _taken[_parts[i]];
            part.Times.AsSpan(start, end - start).CopyTo(times[_starts[i]..]);
        }
    }

    public PartCell CellAt(int position)
    {
        var at = _last;
        if (position < _starts[at] || position >= _starts[at + 1])
        {
            var found = Array.BinarySearch(_starts, position);
            _last = at = found < 0 ? ~found - 1 : found;
        }
        var (part, start, _) = _taken[_parts[at]];
        return new(_parts[at], part.Row(start + position - _starts[at]));
    }
}
