namespace Strata.Rrd.Editing;

/// <summary>Collects what is wrong with inputs: of each kind up to <see cref="RrdLimits.MaxFindings"/>, and then only how many more.</summary>
internal sealed class FindingsOfInputs
{
    private readonly List<InputFinding> _losses = [];
    private readonly List<InputFinding> _notes = [];
    private long _moreLosses;
    private long _moreNotes;

    public void Add(InputFinding finding)
    {
        var kept = finding.IsLoss ? _losses : _notes;
        if (kept.Count < RrdLimits.MaxFindings)
        {
            kept.Add(finding);
        }
        else if (finding.IsLoss)
        {
            _moreLosses++;
        }
        else
        {
            _moreNotes++;
        }
    }

    public IReadOnlyList<InputFinding> ToList() => [.. WithCount(_losses, _moreLosses), .. WithCount(_notes, _moreNotes)];

    private static IEnumerable<InputFinding> WithCount(List<InputFinding> kept, long more) => more == 0
        ? kept
        : kept.Append(kept[^1] with { Finding = kept[^1].Finding with { Message = $"and {more} more findings behind this one" } });
}
