using Strata.Arrow;

namespace Strata.Rrd.Dataframe;

/// <summary>
/// A component of an entity over time, for whoever computes with a column: the cells that it has in a dataframe, by the same rules, from chunks that lie in memory. No value is copied.
/// Of several rows at one time the newest counts, whatever chunk or layer it lies in; a null is no value, an empty list is one; a <c>Clear</c> of the entity is an empty list at its own time
/// and is not carried on. Source: rrd-format §99 #10; catalog-protocol §6.1.
/// </summary>
public sealed class ComponentSeries
{
    /// <summary>Component of the tombstones of <c>Clear</c>. Source: rrd-format §7.2.</summary>
    public const string ClearComponent = "Clear:is_recursive";

    private readonly ColumnWindow? _window;

    // Whether cell k is row k of the only chunk, as a column mostly is: then nothing is looked up.
    private readonly bool _isWholeChunk;

    // By position where the cell lies that is carried on from there; null: each its own, since nothing is cleared.
    private readonly int[]? _carried;
    private readonly long[] _nullTimes;

    private ComponentSeries(IReadOnlyList<ColumnPart> parts, List<long> nullTimes)
    {
        _window = ColumnWindow.Take(parts, null);
        _isWholeChunk = _window is not null && parts is [{ IsDense: true }];
        _carried = parts.Any(part => part.Clears) ? Carried(_window!) : null;
        Times = _window is null ? default : _window.Times.AsMemory(_window.Start, _window.Count);
        Superseded = parts.Sum(part => part.Clears ? 0 : part.Superseded) + (_window?.Superseded ?? 0);
        _nullTimes = [.. nullTimes.Distinct().Order().Where(time => Times.Span.BinarySearch(time) < 0)];
    }

    /// <summary>Of the cells, in the index's unit: ascending, each once.</summary>
    public ReadOnlyMemory<long> Times { get; }

    /// <summary>Number of cells.</summary>
    public int Count => Times.Length;

    /// <summary>What the cells lie in, one list a row of its chunk.</summary>
    public IReadOnlyList<ListArray> Sources => _window is null ? [] : [.. _window.Parts.Select(part => part.Source.Lists)];

    /// <summary>Times at which rows were logged that have nothing of the component, and no other row has: ascending, each once. A dataframe of this column alone has no row there.</summary>
    public ReadOnlySpan<long> NullTimes => _nullTimes;

    /// <summary>Rows with a value that a newer row at the same time replaces.</summary>
    public long Superseded { get; }

    /// <summary>The cell at a position of <see cref="Times"/>.</summary>
    public SeriesCell this[int position] => _isWholeChunk ? new(0, position) : SeriesCell.Of(_window!.CellAt(position));

    /// <param name="chunks">Of one entity; the order does not matter, and a chunk that comes twice counts once. Those that are static, or not on the index, say nothing.</param>
    /// <param name="component">Of lists of one type. Chunks with another component only count where they clear the entity.</param>
    /// <param name="timeline">The index.</param>
    /// <param name="kind">Of the index: a timeline of that name and of another kind is another one.</param>
    public static ComponentSeries Of(IEnumerable<Chunk> chunks, string component, string timeline, TimelineKind kind)
    {
        ArgumentNullException.ThrowIfNull(chunks);
        var on = chunks.Where(chunk => chunk.NumRows > 0 && chunk.Timeline(timeline)?.Kind == kind).DistinctBy(chunk => chunk.Id)
            .Select(chunk => (Chunk: chunk, Times: ChunkTimes.Of(chunk, chunk.Timeline(timeline)!))).ToList();
        var (parts, nullTimes) = (new List<ColumnPart>(), new List<long>());
        ListType? type = null;
        foreach (var (chunk, times) in on)
        {
            if (chunk.Component(component) is { } column)
            {
                type ??= (ListType)column.Lists.DataType;
                AddNulls(nullTimes, column.Lists, times.Times);
                Add(parts, ColumnPart.Of(times, column.Lists));
            }
        }
        foreach (var (chunk, times) in type is null ? [] : on)
        {
            if (chunk.Component(ClearComponent) is { } clear)
            {
                Add(parts, Clears.Of(times, clear.Lists, type!, onlyRecursive: false));
            }
        }
        return new(parts, nullTimes);
    }

    /// <summary>Whether a chunk has a static value of the component, which hides all that is logged over time.</summary>
    public static bool IsStaticIn(Chunk chunk, string component)
    {
        ArgumentNullException.ThrowIfNull(chunk);
        return chunk.IsStatic && chunk.Component(component) is { } column && chunk.NewestRow(column) is not null;
    }

    /// <summary>
    /// The newest cell at or before a time: what stands in a row of that time in Rerun's <c>reader(fill_latest_at=True, using_index_values=…)</c>.
    /// </summary>
    /// <param name="after">The first position whose time is after <paramref name="time"/>.</param>
    /// <param name="at">The time of that cell: how old it is.</param>
    /// <returns>Null: there is none.</returns>
    public SeriesCell? LatestAt(int after, long time, out long at)
    {
        var times = Times.Span;
        var position = after - 1;
        if (position >= 0 && _carried is not null && times[position] != time)
        {
            position = _carried[position];
        }
        if (position < 0)
        {
            at = long.MinValue;
            return null;
        }
        at = times[position];
        return _carried is null || at == time ? this[position] : SeriesCell.Of(_window!.CarriedFrom(position)!.Value);
    }

    private static void Add(List<ColumnPart> parts, ColumnPart? part)
    {
        if (part is not null)
        {
            parts.Add(part);
        }
    }

    private static void AddNulls(List<long> nullTimes, ListArray lists, long[] times)
    {
        for (var row = 0; lists.NullCount > 0 && row < times.Length; row++)
        {
            if (lists.IsNull(row))
            {
                nullTimes.Add(times[row]);
            }
        }
    }

    // Once for all, so that a long row of clears is not gone back over for each time.
    private static int[] Carried(ColumnWindow window)
    {
        var carried = new int[window.Count];
        for (var i = 0; i < carried.Length; i++)
        {
            carried[i] = window.CarriedFrom(i) is not null ? i : i == 0 ? -1 : carried[i - 1];
        }
        return carried;
    }
}

/// <summary>Where a value lies.</summary>
/// <param name="Source">Position in <see cref="ComponentSeries.Sources"/>.</param>
/// <param name="Row">In that source.</param>
public readonly record struct SeriesCell(int Source, int Row)
{
    internal static SeriesCell Of(PartCell cell) => new(cell.Part, cell.Row);
}
