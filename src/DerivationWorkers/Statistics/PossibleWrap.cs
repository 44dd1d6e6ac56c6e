namespace Strata.DerivationWorkers;

/// <summary>
/// Counts rows in which a joint that nobody declared as turning without end differs by about whole turns, as when one side says −179° and the other 180°: the error is then of the numbers and
/// not of the arm. Near is |d − n·turn| ≤ turn / 8 with n ≠ 0.
/// </summary>
/// <param name="turn">In the joints' unit; null where the unit has none, or nobody declared it.</param>
/// <param name="periods">One a joint: not 0 for one that was declared as turning.</param>
internal sealed class PossibleWrap(double? turn, double[] periods)
{
    /// <summary>An eighth of a turn: a tracking error of that size is rare, and one of seven eighths of a turn is none of an arm that works.</summary>
    private const double NearFraction = 0.125;

    private readonly double[] _periods = periods;
    private readonly double _turn = turn ?? double.PositiveInfinity;
    private readonly double _near = (turn ?? 0) * NearFraction;

    /// <summary>One a joint.</summary>
    public long[] Rows { get; } = new long[periods.Length];

    public bool Any => Rows.Any(rows => rows > 0);

    /// <summary>Whether a row with this norm may hold such a difference, so that most rows need no look at their joints.</summary>
    public bool MayBeIn(double norm) => norm >= _turn - _near;

    /// <param name="differences">Joint-major: of joint j at <c>j * stride + row</c>.</param>
    public void Look(ReadOnlySpan<double> differences, int row, int stride)
    {
        for (var joint = 0; joint < Rows.Length; joint++)
        {
            var difference = Math.Abs(differences[joint * stride + row]);
            var turns = Math.Round(difference / _turn);
            Rows[joint] += _periods[joint] == 0 && turns > 0 && Math.Abs(difference - turns * _turn) <= _near ? 1 : 0;
        }
    }
}
