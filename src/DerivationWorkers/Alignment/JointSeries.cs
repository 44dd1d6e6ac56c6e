using Strata.Rrd;
using Strata.Rrd.Dataframe;
using TimelineKind = Strata.Rrd.TimelineKind;

namespace Strata.DerivationWorkers;

/// <summary>Joints over time: ascending times, each once. Which row counts at a time, and what is current between two, says the dataframe (<see cref="ComponentSeries"/>).</summary>
internal sealed class JointSeries
{
    private readonly ComponentSeries _logged;
    private CellRef[]? _cells;

    private JointSeries(ComponentSeries logged, IReadOnlyList<JointCells> blocks)
        : this(logged, blocks, logged.Times, null)
    {
    }

    private JointSeries(ComponentSeries logged, IReadOnlyList<JointCells> blocks, ReadOnlyMemory<long> times, CellRef[]? cells)
    {
        _logged = logged;
        _cells = cells;
        TimesInMemory = times;
        Blocks = blocks;
    }

    public ReadOnlySpan<long> Times => TimesInMemory.Span;

    /// <inheritdoc cref="Times"/>
    public ReadOnlyMemory<long> TimesInMemory { get; }

    /// <summary>One a time; <see cref="CellRef.Nothing"/> where all rows at that time are null. Made when they are first asked for: who only looks for some of them goes without.</summary>
    public CellRef[] Cells => _cells ??= CellsOf(_logged);

    public IReadOnlyList<JointCells> Blocks { get; }

    /// <summary>Rows with a value that a newer row at the same time replaces.</summary>
    public long Superseded => _logged.Superseded;

    /// <param name="chunks">Of any entities; those that clear the column's entity count, too.</param>
    /// <param name="keepNulls">Whether times at which only nulls were logged stay, with <see cref="CellRef.Nothing"/>.</param>
    public static JointSeries Of(IEnumerable<Chunk> chunks, EntityColumn column, (string Name, TimelineKind Kind) index, bool keepNulls)
    {
        var logged = ComponentSeries.Of(chunks.Where(chunk => MayBeRead(chunk, column)), column.Component, index.Name, index.Kind);
        var blocks = logged.Sources.Select(lists => JointCells.TryOf(lists)!).ToList();
        return keepNulls && !logged.NullTimes.IsEmpty ? WithNulls(logged, blocks) : new(logged, blocks);
    }

    /// <summary>Without the times at which only nulls were logged.</summary>
    public JointSeries WithoutNulls() => Times.Length == _logged.Count ? this : new(_logged, Blocks);

    /// <summary>The cell at a position of <see cref="Times"/>.</summary>
    public CellRef CellAt(int position) => _cells is null ? Of(_logged[position]) : _cells[position];

    /// <inheritdoc cref="ComponentSeries.LatestAt"/>
    public CellRef LatestAt(int after, long time, out long at) => _logged.LatestAt(after, time, out at) is { } cell ? Of(cell) : CellRef.Nothing;

    private static CellRef Of(SeriesCell cell) => new(cell.Source, cell.Row);

    private static bool MayBeRead(Chunk chunk, EntityColumn column) =>
        chunk.EntityPath == column.Entity
        && (chunk.Component(column.Component) is { } logged ? JointCells.IsJoints(logged.Lists.DataType) : chunk.Component(ComponentSeries.ClearComponent) is not null);

    private static CellRef[] CellsOf(ComponentSeries logged)
    {
        var cells = new CellRef[logged.Count];
        for (var i = 0; i < cells.Length; i++)
        {
            cells[i] = Of(logged[i]);
        }

        return cells;
    }

    private static JointSeries WithNulls(ComponentSeries logged, List<JointCells> blocks)
    {
        var times = logged.Times.Span;
        var nulls = logged.NullTimes;
        var (all, cells) = (new long[times.Length + nulls.Length], new CellRef[times.Length + nulls.Length]);
        for (int i = 0, position = 0, next = 0; i < all.Length; i++)
        {
            if (next == nulls.Length || (position < times.Length && times[position] < nulls[next]))
            {
                (all[i], cells[i]) = (times[position], Of(logged[position++]));
            }
            else
            {
                (all[i], cells[i]) = (nulls[next++], CellRef.Nothing);
            }
        }

        return new(logged, blocks, all, cells);
    }
}
