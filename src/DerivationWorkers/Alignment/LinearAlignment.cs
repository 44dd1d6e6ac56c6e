namespace Strata.DerivationWorkers;

/// <summary>
/// Values on the straight line between the samples before and after a time: q(t) = q₀ + (q₁ − q₀)·(t − t₀) / (t₁ − t₀), with t₁ − t₀ at most the maximum gap. A sample at the very time is taken as it is.
/// Before the first sample and after the last there is nothing; at an empty list, which is a clear, the line ends.
/// </summary>
internal static class LinearAlignment
{
    /// <inheritdoc cref="SeriesAlignment.At"/>
    /// <param name="maxGap">Between two neighbouring samples, in the index's unit.</param>
    public static AlignedCells At(JointSeries series, ReadOnlySpan<long> times, long delay, long maxGap, Func<int, double>? periodOf)
    {
        var cells = new CellRef[times.Length];
        var between = new InterpolatedRows(series, periodOf);
        var known = series.Times;
        var next = 0;
        for (var row = 0; row < times.Length; row++)
        {
            var wanted = SeriesAlignment.Earlier(times[row], delay);
            while (next < known.Length && known[next] <= wanted)
            {
                next++;
            }

            cells[row] = next > 0 && known[next - 1] == wanted ? series.CellAt(next - 1)
                : next == 0 || next == known.Length ? CellRef.Nothing
                : SeriesAlignment.Distance(known[next - 1], known[next]) > (ulong)maxGap ? CellRef.TooFar
                : between.Add(next, SeriesAlignment.Distance(known[next - 1], wanted) / (double)SeriesAlignment.Distance(known[next - 1], known[next]));
        }

        return new([.. series.Blocks, between.ToCells()], cells);
    }
}
