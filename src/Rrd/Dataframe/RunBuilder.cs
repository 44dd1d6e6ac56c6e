using Strata.Arrow;

namespace Strata.Rrd.Dataframe;

/// <summary>Cells one after another, joined to runs where they lie together.</summary>
internal sealed class RunBuilder
{
    private readonly List<RowRun> _runs = [];

    public void Add(RowRun run)
    {
        if (_runs.Count > 0 && _runs[^1] is var last && last.Source == run.Source && Joined(last, run) is { } joined)
        {
            _runs[^1] = joined;
        }
        else
        {
            _runs.Add(run);
        }
    }

    public RowRun[] ToArray() => [.. _runs];

    private static RowRun? Joined(RowRun last, RowRun run)
    {
        if (run.Source == RowRun.Nothing)
        {
            return last with { Length = last.Length + run.Length };
        }
        var sameRow = last.Start == run.Start && (last.Repeats || last.Length == 1) && (run.Repeats || run.Length == 1);
        if (sameRow)
        {
            return last with { Length = last.Length + run.Length, Repeats = true };
        }
        return !last.Repeats && !run.Repeats && last.Start + last.Length == run.Start ? last with { Length = last.Length + run.Length } : null;
    }
}
