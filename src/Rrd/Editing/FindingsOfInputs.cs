namespace Strata.Rrd.Editing;

/// <summary>
/// Collects what is wrong with inputs: of each kind up to <see cref="RrdLimits.MaxFindings"/>, and then only how many more. Who reads and who writes may add to it at once.
/// </summary>
internal sealed class FindingsOfInputs
{
    private readonly Lock _lock = new();
    private readonly List<string> _inputs = [];
    private readonly List<InputFinding> _losses = [];
    private readonly List<InputFinding> _notes = [];
    private long _moreLosses;
    private long _moreNotes;

    public void Add(InputFinding finding)
    {
        lock (_lock)
        {
            var kept = finding.IsLoss ? _losses : _notes;
            if (kept.Count >= RrdLimits.MaxFindings)
            {
                _ = finding.IsLoss ? _moreLosses++ : _moreNotes++;
                return;
            }
            kept.Add(finding);
            if (!_inputs.Contains(finding.Input))
            {
                _inputs.Add(finding.Input);
            }
        }
    }

    /// <summary>Losses first; each in the order of the inputs and of their bytes.</summary>
    public IReadOnlyList<InputFinding> ToList()
    {
        lock (_lock)
        {
            return [.. WithCount(InOrder(_losses), _moreLosses), .. WithCount(InOrder(_notes), _moreNotes)];
        }
    }

    private List<InputFinding> InOrder(List<InputFinding> kept) => [.. kept.OrderBy(finding => _inputs.IndexOf(finding.Input)).ThenBy(finding => finding.Finding.Offset)];

    private static IEnumerable<InputFinding> WithCount(List<InputFinding> kept, long more) => more == 0
        ? kept
        : kept.Append(kept[^1] with { Finding = kept[^1].Finding with { Message = $"and {more} more findings behind this one" } });
}
