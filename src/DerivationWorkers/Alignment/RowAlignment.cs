namespace Strata.DerivationWorkers;

/// <summary>Columns of two sides brought onto the times of one of them. Source: DESIGN §7.</summary>
/// <param name="Times">Of the first observation column; one a row, ascending.</param>
/// <param name="Commands">Per command column, one cell a row.</param>
/// <param name="Observations">Per observation column, one cell a row.</param>
/// <param name="Rule">That was applied.</param>
internal sealed record AlignedRows(ReadOnlyMemory<long> Times, AlignedCells[] Commands, AlignedCells[] Observations, AlignmentRule Rule);

/// <summary>What a joint turns by, by column and instance; 0 for one that does not turn.</summary>
internal delegate double PeriodOf(int column, int instance);

internal static class RowAlignment
{
    /// <summary>A value may be this many median intervals old, and two be this far apart to be joined by a line: one is missed now and then, two are a gap.</summary>
    public const int DefaultMaxAgeIntervals = 2;

    /// <summary>With one value missed, a time between is at most this many intervals away from the nearer one.</summary>
    public const int DefaultMaxDistanceIntervals = 1;

    /// <param name="observations">The first one gives the rows and keeps its nulls; all others have none.</param>
    /// <param name="limit">Of the age, distance or gap; null: the default intervals × the median interval of the first command column.</param>
    /// <param name="delay">An observation at t is compared with the command at t − delay.</param>
    /// <param name="commandPeriods">Null: no joint turns.</param>
    /// <param name="observationPeriods">Null: no joint turns.</param>
    public static AlignedRows Align(
        IReadOnlyList<JointSeries> commands,
        IReadOnlyList<JointSeries> observations,
        AlignmentChoice choice,
        long? limit,
        long delay,
        PeriodOf? commandPeriods = null,
        PeriodOf? observationPeriods = null)
    {
        var rows = observations[0];
        var times = rows.Times;
        var rule = Rule(Method(choice, commands, observations, delay), limit, commands);
        var commandCells = new AlignedCells[commands.Count];
        for (var i = 0; i < commandCells.Length; i++)
        {
            commandCells[i] = SeriesAlignment.At(commands[i], times, delay, rule, Of(commandPeriods, i));
        }

        var observationCells = new AlignedCells[observations.Count];
        observationCells[0] = new(rows.Blocks, rows.Cells);
        for (var i = 1; i < observationCells.Length; i++)
        {
            observationCells[i] = SeriesAlignment.At(observations[i], times, 0, rule, Of(observationPeriods, i));
        }

        return new(rows.TimesInMemory, commandCells, observationCells, rule);
    }

    /// <summary>2 × the median of the intervals between neighbouring times; 0 where there are none, so that nothing is guessed from a single command.</summary>
    public static long DefaultMaxAge(ReadOnlySpan<long> times) => MedianIntervals(times, DefaultMaxAgeIntervals);

    /// <summary>As <see cref="DefaultMaxAge"/>, for so many intervals; at most what a long holds.</summary>
    public static long MedianIntervals(ReadOnlySpan<long> times, int count)
    {
        if (times.Length < 2)
        {
            return 0;
        }

        var intervals = new ulong[times.Length - 1];
        for (var i = 0; i < intervals.Length; i++)
        {
            intervals[i] = SeriesAlignment.Distance(times[i], times[i + 1]);
        }

        Array.Sort(intervals);
        var middle = intervals.Length / 2;
        var sum = intervals.Length % 2 == 1
            ? (UInt128)intervals[middle] * (uint)count
            : ((UInt128)intervals[middle - 1] + intervals[middle]) * (uint)count / 2;
        return sum > long.MaxValue ? long.MaxValue : (long)sum;
    }

    private static AlignmentMethod Method(AlignmentChoice choice, IReadOnlyList<JointSeries> commands, IReadOnlyList<JointSeries> observations, long delay) => choice switch
    {
        AlignmentChoice.Exact => AlignmentMethod.Exact,
        AlignmentChoice.LatestAt => AlignmentMethod.LatestAt,
        AlignmentChoice.Nearest => AlignmentMethod.Nearest,
        AlignmentChoice.Linear => AlignmentMethod.Linear,
        _ => HalfMeetExactly(commands, observations, delay) ? AlignmentMethod.Exact : AlignmentMethod.LatestAt,
    };

    private static AlignmentRule Rule(AlignmentMethod method, long? limit, IReadOnlyList<JointSeries> commands) => method switch
    {
        AlignmentMethod.Exact => AlignmentRule.Exact,
        AlignmentMethod.Nearest => new(method, limit ?? MedianIntervals(commands[0].Times, DefaultMaxDistanceIntervals)),
        _ => new(method, limit ?? DefaultMaxAge(commands[0].Times)),
    };

    private static Func<int, double>? Of(PeriodOf? periods, int column) => periods is null ? null : instance => periods(column, instance);

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

    private static void KeepMeeting(JointSeries series, ReadOnlySpan<long> rows, long delay, bool[] meets)
    {
        var times = series.Times;
        var next = 0;
        for (var row = 0; row < rows.Length; row++)
        {
            var wanted = SeriesAlignment.Earlier(rows[row], delay);
            while (next < times.Length && times[next] < wanted)
            {
                next++;
            }

            meets[row] &= next < times.Length && times[next] == wanted;
        }
    }
}
