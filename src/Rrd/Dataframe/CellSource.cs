using Strata.Arrow;

namespace Strata.Rrd.Dataframe;

/// <summary>Where cells of one column come from: rows of a chunk, or a single row that was kept of one.</summary>
public sealed class CellSource
{
    private readonly long[]?[] _times;

    private CellSource(ListArray lists, long[]?[] times)
    {
        Lists = lists;
        _times = times;
    }

    /// <summary>One list a row.</summary>
    public ListArray Lists { get; }

    /// <summary>The values of a timeline in these rows; empty when they are not on it.</summary>
    /// <param name="index">Its position among the indexes of the schema.</param>
    public ReadOnlySpan<long> Times(int index) => _times[index];

    internal long[]? TimesArray(int index) => _times[index];

    /// <param name="times">By index; see <see cref="ChunkTimes"/>.</param>
    internal static CellSource Of(ListArray lists, long[]?[] times) => new(lists, times);

    /// <summary>A static value: it is on no timeline.</summary>
    internal static CellSource Static(ListArray row, int indexes) => new(row, new long[]?[indexes]);

    /// <summary>One row with bytes of its own, so that its chunk need not be kept.</summary>
    internal CellSource Keep(int row) => new(
        ListAssembler.Assemble((ListType)Lists.DataType, [Lists], [new RowRun(0, row, 1, Repeats: true)]),
        [.. _times.Select(times => times is null ? null : new[] { times[row] })]);
}
