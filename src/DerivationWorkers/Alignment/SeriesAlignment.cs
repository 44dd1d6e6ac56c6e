namespace Strata.DerivationWorkers;

/// <summary>Brings one column onto given times. It knows of no command and no observation: whoever compares rows aligns them here. Source: DESIGN §7.</summary>
internal static class SeriesAlignment
{
    /// <param name="times">Ascending.</param>
    /// <param name="delay">Not negative: a row at t gets the value of t − delay.</param>
    /// <param name="periodOf">By instance what it turns by, 0 for one that does not; only <see cref="AlignmentMethod.Linear"/> asks, which goes the shorter way around. Null: none turns.</param>
    public static AlignedCells At(JointSeries series, ReadOnlySpan<long> times, long delay, AlignmentRule rule, Func<int, double>? periodOf = null)
    {
        series = series.WithoutNulls();
        if (rule.Method == AlignmentMethod.Linear)
        {
            return LinearAlignment.At(series, times, delay, rule.Limit, periodOf);
        }

        var cells = new CellRef[times.Length];
        var known = series.Times;
        var next = 0;
        for (var row = 0; row < times.Length; row++)
        {
            var wanted = Earlier(times[row], delay);
            while (next < known.Length && known[next] <= wanted)
            {
                next++;
            }

            cells[row] = rule.Method == AlignmentMethod.Nearest ? Nearest(series, known, next, wanted, (ulong)rule.Limit) : Latest(series, next, wanted, rule);
        }

        return new(series.Blocks, cells);
    }

    /// <summary>Times reach down to the smallest long; before it there is nothing.</summary>
    public static long Earlier(long time, long delay) => time < long.MinValue + delay ? long.MinValue : time - delay;

    /// <summary>Exact for times as far apart as longs can be.</summary>
    public static ulong Distance(long earlier, long later) => unchecked((ulong)later - (ulong)earlier);

    /// <param name="next">The first row after the wanted time.</param>
    private static CellRef Latest(JointSeries series, int next, long wanted, AlignmentRule rule) =>
        series.LatestAt(next, wanted, out var at) is var cell && (!cell.HasValue || at == wanted) ? cell
        : rule.Method == AlignmentMethod.Exact ? CellRef.Nothing
        : Distance(at, wanted) <= (ulong)rule.Limit ? cell
        : CellRef.TooOld;

    private static CellRef Nearest(JointSeries series, ReadOnlySpan<long> times, int next, long wanted, ulong limit)
    {
        if (times.IsEmpty)
        {
            return CellRef.Nothing;
        }

        var before = next > 0 ? Distance(times[next - 1], wanted) : ulong.MaxValue;
        var after = next < times.Length ? Distance(wanted, times[next]) : ulong.MaxValue;
        return Math.Min(before, after) > limit ? CellRef.TooFar
            : before <= after ? series.CellAt(next - 1)
            : series.CellAt(next);
    }
}
