using Strata.Arrow;

namespace Strata.Rrd.Dataframe;

/// <summary>The rows of a segment while its chunks come in, in the order of their first time: what lies before the next chunk's is settled and can be given.</summary>
internal sealed class SegmentWindows
{
    /// <summary>Rows that are aligned at once: enough for long runs, few enough to stay in the processor's cache.</summary>
    public const int MaxRows = 1 << 16;

    // Cells that cost as much as the visit of a value: most are empty, and stand together.
    private const int CellsOfVisit = 8;

    private readonly ValueBudget _budget;
    private readonly HeldChunks _held;
    private readonly SegmentColumns _columns;
    private readonly StaticCells _statics;
    private readonly DataframeSchema _schema;
    private readonly Func<int, bool> _isClearable;
    private readonly ColumnAligner?[] _aligners;
    private readonly long[]? _values;
    private long _settled = long.MinValue;
    private int _nextValue;

    /// <param name="isClearable">Whether clears empty a column.</param>
    public SegmentWindows(SegmentColumns columns, StaticCells statics, DataframeSchema schema, Func<int, bool> isClearable, ValueBudget budget, HeldChunks held)
    {
        _budget = budget;
        _held = held;
        _columns = columns;
        _statics = statics;
        _schema = schema;
        _isClearable = isClearable;
        _aligners = new ColumnAligner?[schema.Columns.Count];
        _values = schema.Query.IndexValues is { } values ? [.. values.Select(value => Math.Max(value, long.MinValue + 1)).Distinct().Order()] : null;
    }

    /// <exception cref="RrdFormatException">It has rows before those that were given already.</exception>
    public void Add(ChunkPick pick, Chunk chunk)
    {
        var times = ChunkTimes.Of(chunk, _schema);
        foreach (var component in chunk.Components)
        {
            if (_columns.TryFind(chunk.EntityPath, component.Descriptor.Component, out var column) && _statics[column] is null)
            {
                Add(pick, column, ColumnPart.Of(times, ColumnType.Fit(component.Lists, _schema.Columns[column])));
            }
        }
        if (chunk.Component(ComponentSeries.ClearComponent) is { } clear)
        {
            foreach (var column in _columns.ColumnsOf(chunk.EntityPath, below: true).Where(_isClearable))
            {
                Add(pick, column, Clears.Of(times, clear.Lists, _schema.Columns[column].Type, onlyRecursive: _schema.Columns[column].EntityPath != chunk.EntityPath));
            }
        }
    }

    /// <summary>All rows before <paramref name="horizon"/> that were not given yet; null: the rest.</summary>
    public IEnumerable<AlignedRows> Settle(long? horizon)
    {
        while (true)
        {
            var full = _aligners.Min(aligner => aligner?.TimeAfter(MaxRows));
            var end = horizon is null || full < horizon ? full ?? horizon : horizon;
            if (Next(end) is { } rows)
            {
                yield return rows;
            }
            if (end == horizon)
            {
                yield break;
            }
        }
    }

    private void Add(ChunkPick pick, int column, ColumnPart? part)
    {
        if (part is null)
        {
            return;
        }
        if (part.Times[0] < _settled)
        {
            throw ReadChunk.TooEarly(pick, _schema.Query.Index!, _settled, part.Times[0]);
        }
        (_aligners[column] ??= new ColumnAligner(_schema.Query.FillLatestAt, _held)).Add(part);
    }

    private AlignedRows? Next(long? end)
    {
        var windows = _aligners.Select(aligner => aligner?.Take(end)).OfType<ColumnWindow>().ToList();
        var times = _values is null ? WindowRows.Inside(WindowRows.Union(windows), _schema.Query.Ranges) : ValuesBefore(end);
        _settled = end ?? _settled;
        Pay(_budget, (long)times.Length * _aligners.Length / CellsOfVisit);
        var aligned = new AlignedColumn?[_aligners.Length];
        for (var column = 0; column < aligned.Length; column++)
        {
            aligned[column] = _statics[column] is { } cell
                ? new AlignedColumn([cell], new[] { new RowRun(0, 0, times.Length, Repeats: true) })
                : _aligners[column]?.Align(times.Span);
        }
        return times.IsEmpty ? null : new AlignedRows(times, times.Length, aligned);
    }

    /// <summary>Takes visits of cells before anything is made for them.</summary>
    /// <exception cref="DataframeException">There are not so many left.</exception>
    public static void Pay(ValueBudget budget, long visits)
    {
        try
        {
            budget.Spend(visits);
        }
        catch (ArrowFormatException e)
        {
            throw new DataframeException($"Expected {e.Expected}, found more rows times columns. Ask for fewer columns.");
        }
    }

    private ReadOnlyMemory<long> ValuesBefore(long? end)
    {
        var from = _nextValue;
        while (_nextValue < _values!.Length && (end is null || _values[_nextValue] < end))
        {
            _nextValue++;
        }
        return _values.AsMemory(from, _nextValue - from);
    }
}
