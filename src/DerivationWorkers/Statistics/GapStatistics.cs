namespace Strata.DerivationWorkers;

/// <summary>
/// How regularly one stream was logged. With the distinct times t₁ &lt; … &lt; tₙ in nanoseconds, Δᵢ = tᵢ₊₁ − tᵢ and the expected interval E:
/// dropped frames = Σ max(0, ⌊Δᵢ / E + ½⌋ − 1); largest gap = max Δᵢ; mean rate = (n − 1) / (tₙ − t₁).
/// E is 1 / the expected rate, or where none is declared the median of Δ, which half of the frames may miss without moving it.
/// </summary>
/// <param name="Rows">As logged, with all of their times.</param>
/// <param name="DuplicateTimes">Rows whose time an other row has already: rows − n.</param>
/// <param name="BackwardTimes">Rows that were logged after a row of a later time.</param>
/// <param name="ExpectedNs">E; NaN when n &lt; 2 and none is declared.</param>
/// <param name="MaxGapNs">NaN when n &lt; 2.</param>
/// <param name="MaxGapStartNs">The time at which the first of the largest gaps begins; null when n &lt; 2.</param>
/// <param name="RateHz">NaN when n &lt; 2.</param>
internal sealed record GapStatistics(
    long Rows, long DistinctTimes, long DuplicateTimes, long BackwardTimes, double ExpectedNs, double MaxGapNs, long? MaxGapStartNs, double DroppedFrames, double RateHz)
{
    private const double NsPerSecond = 1e9;

    /// <param name="logged">Times in nanoseconds in the order in which the rows were logged. Any distance between them is allowed.</param>
    /// <param name="expectedHz">The declared rate; null: from the median interval.</param>
    public static GapStatistics Of(ReadOnlySpan<long> logged, double? expectedHz, CancellationToken cancellationToken)
    {
        var backward = 0L;
        for (var i = 1; i < logged.Length; i++)
        {
            backward += logged[i] < logged[i - 1] ? 1 : 0;
        }

        cancellationToken.ThrowIfCancellationRequested();
        var times = Distinct(logged, isAscending: backward == 0);
        var duplicates = logged.Length - times.Length;
        if (times.Length < 2)
        {
            return new(logged.Length, times.Length, duplicates, backward, expectedHz is { } rate ? NsPerSecond / rate : double.NaN, double.NaN, null, 0, double.NaN);
        }

        cancellationToken.ThrowIfCancellationRequested();
        var expected = expectedHz is { } hz ? NsPerSecond / hz : MedianInterval(times);
        var dropped = 0.0;
        var largest = 0UL;
        var start = times[0];
        for (var i = 1; i < times.Length; i++)
        {
            var interval = Interval(times, i);
            dropped += Math.Max(0, Math.Floor(interval / expected + 0.5) - 1);
            if (interval > largest)
            {
                (largest, start) = (interval, times[i - 1]);
            }
        }

        var seconds = JointTrack.Seconds(times[0], times[^1]);
        return new(logged.Length, times.Length, duplicates, backward, expected, largest, start, dropped, (times.Length - 1) / seconds);
    }

    private static long[] Distinct(ReadOnlySpan<long> logged, bool isAscending)
    {
        var times = logged.ToArray();
        if (!isAscending)
        {
            Array.Sort(times);
        }

        var kept = 0;
        for (var i = 0; i < times.Length; i++)
        {
            if (kept == 0 || times[kept - 1] != times[i])
            {
                times[kept++] = times[i];
            }
        }

        Array.Resize(ref times, kept);
        return times;
    }

    /// <param name="times">Ascending, each once; at least two.</param>
    public static double MedianInterval(ReadOnlySpan<long> times)
    {
        var intervals = new ulong[times.Length - 1];
        for (var i = 0; i < intervals.Length; i++)
        {
            intervals[i] = Interval(times, i + 1);
        }

        Array.Sort(intervals);
        var middle = intervals.Length / 2;
        return intervals.Length % 2 == 1 ? intervals[middle] : (double)((UInt128)intervals[middle - 1] + intervals[middle]) / 2;
    }

    private static ulong Interval(ReadOnlySpan<long> times, int later) => unchecked((ulong)times[later] - (ulong)times[later - 1]);
}
