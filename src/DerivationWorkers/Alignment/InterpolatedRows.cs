using Strata.Arrow;

namespace Strata.DerivationWorkers;

/// <summary>Rows that were not logged but lie between two that were: the last block of a column that is aligned linearly.</summary>
internal sealed class InterpolatedRows(JointSeries series, Func<int, double>? periodOf)
{
    private readonly List<int> _offsets = [0];
    private readonly List<double> _values = [];

    // Made with the first null joint: most recordings have none.
    private List<bool>? _isValid;

    /// <param name="after">The sample after the wanted time; the one before it is its neighbour.</param>
    /// <param name="part">How far the wanted time is between them, 0 … 1.</param>
    /// <returns>Where the row lies; or a cell that says why there is none.</returns>
    public CellRef Add(int after, double part)
    {
        var (left, right) = (series.CellAt(after - 1), series.CellAt(after));
        if (!left.HasValue || !right.HasValue)
        {
            return CellRef.Nothing;
        }

        var (from, to) = (series.Blocks[left.Block], series.Blocks[right.Block]);
        var count = from.Count(left.Row);
        if (count == 0 || to.Count(right.Row) == 0)
        {
            return count == 0 ? left : right;
        }

        if (count != to.Count(right.Row))
        {
            return CellRef.Unequal;
        }

        for (var instance = 0; instance < count; instance++)
        {
            Add(from, from.Start(left.Row) + instance, to, to.Start(right.Row) + instance, part, periodOf?.Invoke(instance) ?? 0);
        }

        _offsets.Add(_values.Count);
        return new(series.Blocks.Count, _offsets.Count - 2);
    }

    public JointCells ToCells()
    {
        var values = _isValid is null
            ? DoubleArray.From([.. _values])
            : DoubleArray.FromNullable([.. _values.Zip(_isValid, (value, isValid) => isValid ? value : (double?)null)]);
        return JointCells.TryOf(ListArray.From(new Field("item", DoubleType.Default, nullable: true), [.. _offsets], values))!;
    }

    private void Add(JointCells from, int start, JointCells to, int end, double part, double period)
    {
        var isNull = (from.MayHaveNullJoints && from.IsNullJoint(start)) || (to.MayHaveNullJoints && to.IsNullJoint(end));
        if (isNull && _isValid is null)
        {
            _isValid = [.. Enumerable.Repeat(true, _values.Count)];
        }

        _isValid?.Add(!isNull);
        _values.Add(isNull ? 0 : Between(from.Values[start], to.Values[end], part, period));
    }

    /// <summary>No fused multiply-add: each operation rounds by itself, on every machine alike. Source: DESIGN rule 7.</summary>
    private static double Between(double from, double to, double part, double period)
    {
        var step = to - from;
        if (period != 0)
        {
            var turns = period * Math.Round(step / period);
            step -= turns;
        }

        var way = step * part;
        return from + way;
    }
}
