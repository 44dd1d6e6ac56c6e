namespace Strata.DerivationWorkers;

/// <summary>Command and observation brought onto the observation's times. Source: DESIGN §7.</summary>
/// <param name="Times">Of the first observation column; one a row, ascending.</param>
/// <param name="Commands">Per command column, one cell a row.</param>
/// <param name="Observations">Per observation column, one cell a row.</param>
/// <param name="MaxAge">That was applied; null when alignment is exact.</param>
internal sealed record AlignedRows(long[] Times, CellRef[][] Commands, CellRef[][] Observations, bool IsExact, long? MaxAge);

internal static class RowAlignment
{
    /// <summary>A value may be this many median command intervals old: one is missed now and then, two are a gap.</summary>
    public const int DefaultMaxAgeIntervals = 2;

    /// <param name="observations">The first one gives the rows and keeps its nulls; all others have none.</param>
    /// <param name="maxAge">Null: <see cref="DefaultMaxAgeIntervals"/> × the median interval of the first command column.</param>
    /// <param name="delay">An observation at t is compared with the command at t − delay.</param>
    public static AlignedRows Align(
        IReadOnlyList<JointSeries> commands, IReadOnlyList<JointSeries> observations, AlignmentChoice choice, long? maxAge, long delay)
    {
        var isExact = choice switch
        {
            AlignmentChoice.Exact => true,
            AlignmentChoice.LatestAt => false,
            _ => HalfMeetExactly(commands, observations, delay),
        };
        var times = observations[0].Times;
        var age = isExact ? 0 : maxAge ?? DefaultMaxAge(commands[0].Times);
        var commandCells = new CellRef[commands.Count][];
        for (var i = 0; i < commandCells.Length; i++)
        {
            commandCells[i] = At(commands[i], times, delay, age, isExact);
        }

        var observationCells = new CellRef[observations.Count][];
        observationCells[0] = observations[0].Cells;
        for (var i = 1; i < observationCells.Length; i++)
        {
            observationCells[i] = At(observations[i], times, 0, age, isExact);
        }

        return new(times, commandCells, observationCells, isExact, isExact ? null : age);
    }

    /// <summary>2 × the median of the intervals between neighbouring times; 0 where there are none, so that nothing is guessed from a single command.</summary>
    public static long DefaultMaxAge(ReadOnlySpan<long> times)
    {
        if (times.Length < 2)
        {
            return 0;
        }

        var intervals = new ulong[times.Length - 1];
        for (var i = 0; i < intervals.Length; i++)
        {
            intervals[i] = unchecked((ulong)times[i + 1] - (ulong)times[i]);
        }

        Array.Sort(intervals);
        var middle = intervals.Length / 2;
        var twice = intervals.Length % 2 == 1
            ? (UInt128)intervals[middle] * DefaultMaxAgeIntervals
            : ((UInt128)intervals[middle - 1] + intervals[middle]) * DefaultMaxAgeIntervals / 2;
        return twice > long.MaxValue ? long.MaxValue : (long)twice;
    }

    /// <summary>Whether at least half of the observations have a value of every other column at the same time.</summary>
    private static bool HalfMeetExactly(IReadOnlyList<JointSeries> commands, IReadOnlyList<JointSeries> observations, long delay)
    {
        var rows = observations[0].Times;
        var meets = new bool[rows.Length];
        var observed = 0;
        for (var row = 0; row < rows.Length; row++)
        {
            meets[row] = observations[0].Cells[row].HasValue;
            observed += meets[row] ? 1 : 0;
        }

        foreach (var command in commands)
        {
            KeepMeeting(command, rows, delay, meets);
        }

        foreach (var observation in observations.Skip(1))
        {
            KeepMeeting(observation, rows, 0, meets);
        }

        return observed > 0 && 2L * meets.AsSpan().Count(true) >= observed;
    }

    private static void KeepMeeting(JointSeries series, long[] rows, long delay, bool[] meets)
    {
        var times = series.Times;
        var next = 0;
        for (var row = 0; row < rows.Length; row++)
        {
            var wanted = Earlier(rows[row], delay);
            while (next < times.Length && times[next] < wanted)
            {
                next++;
            }

            meets[row] &= next < times.Length && times[next] == wanted;
        }
    }

    private static CellRef[] At(JointSeries series, long[] rows, long delay, long maxAge, bool isExact)
    {
        var times = series.Times;
        var cells = new CellRef[rows.Length];
        var next = 0;
        for (var row = 0; row < rows.Length; row++)
        {
            var wanted = Earlier(rows[row], delay);
            while (next < times.Length && times[next] <= wanted)
            {
                next++;
            }

            cells[row] = next == 0 ? CellRef.Nothing
                : times[next - 1] == wanted ? series.Cells[next - 1]
                : isExact ? CellRef.Nothing
                : unchecked((ulong)wanted - (ulong)times[next - 1]) <= (ulong)maxAge ? series.Cells[next - 1]
                : CellRef.TooOld;
        }

        return cells;
    }

    /// <summary>Times reach down to the smallest long; before it there is nothing.</summary>
    private static long Earlier(long time, long delay) => time < long.MinValue + delay ? long.MinValue : time - delay;
}
