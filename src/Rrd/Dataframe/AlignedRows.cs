using Strata.Arrow;

namespace Strata.Rrd.Dataframe;

/// <summary>Some rows of a segment: for each column which cells of which chunks stand in them. No value is copied.</summary>
/// <param name="Times">Of the rows on the index that is asked for, ascending; null for the one row of static values.</param>
/// <param name="Count">Number of rows.</param>
/// <param name="Columns">As the schema's columns; null where the segment has nothing of it.</param>
public sealed record AlignedRows(ReadOnlyMemory<long>? Times, int Count, IReadOnlyList<AlignedColumn?> Columns)
{
    /// <summary>
    /// What stands in the rows on another index: cells of one row may differ in it, and the latest counts, as in Rerun. Fills <paramref name="values"/> and <paramref name="isPresent"/>, one a row.
    /// </summary>
    public void LatestOn(int index, Span<long> values, Span<bool> isPresent)
    {
        isPresent.Clear();
        // Columns of one chunk mostly stand in the same rows.
        var seen = new HashSet<(object Times, int Start, int At, int Length)>();
        foreach (var column in Columns)
        {
            var at = 0;
            foreach (var run in column is null ? [] : column.Runs.Span)
            {
                if (run.Source != RowRun.Nothing && column!.Sources[run.Source].TimesArray(index) is { } times
                    && (run.Length < WorthRemembering || seen.Add((times, run.Start, at, run.Length))))
                {
                    Raise(run, times, values[at..], isPresent[at..]);
                }
                at += run.Length;
            }
        }
    }

    /// <summary>Some of the rows.</summary>
    public AlignedRows Slice(int start, int length) =>
        new(Times?.Slice(start, length), length, [.. Columns.Select(column => column is null ? null : column with { Runs = Cut(column.Runs.Span, start, length) })]);

    private static RowRun[] Cut(ReadOnlySpan<RowRun> runs, int start, int length)
    {
        var cut = new List<RowRun>();
        var at = 0;
        foreach (var run in runs)
        {
            var (from, to) = (Math.Max(at, start), Math.Min(at + run.Length, start + length));
            if (from < to)
            {
                cut.Add(run with { Start = run.Repeats || run.Source == RowRun.Nothing ? run.Start : run.Start + from - at, Length = to - from });
            }
            at += run.Length;
        }
        return [.. cut];
    }

    // Shorter runs are gone over faster than they are looked up.
    private const int WorthRemembering = 16;

    private static void Raise(RowRun run, long[] times, Span<long> values, Span<bool> isPresent)
    {
        for (var k = 0; k < run.Length; k++)
        {
            var time = times[run.Repeats ? run.Start : run.Start + k];
            values[k] = isPresent[k] ? Math.Max(values[k], time) : time;
            isPresent[k] = true;
        }
    }
}

/// <param name="Sources">What the runs name by position.</param>
/// <param name="Runs">As many rows together as there are.</param>
public sealed record AlignedColumn(IReadOnlyList<CellSource> Sources, ReadOnlyMemory<RowRun> Runs);
