namespace Strata.Rrd;

/// <summary>Collects findings up to <see cref="RrdLimits.MaxFindings"/> and then says how many more there were.</summary>
internal sealed class FindingList
{
    private readonly List<RrdFinding> _findings = [];
    private long _dropped;

    public void Add(long offset, string rule, string message)
    {
        if (_findings.Count < RrdLimits.MaxFindings)
        {
            _findings.Add(new RrdFinding(offset, rule, message.Length <= RrdLimits.MaxFindingChars ? message : $"{message.AsSpan(0, RrdLimits.MaxFindingChars)} …"));
        }
        else
        {
            _dropped++;
        }
    }

    /// <summary>Those since the last time, for who looks after each message; then none can have been too many.</summary>
    public IReadOnlyList<RrdFinding> Drain()
    {
        if (_findings.Count == 0)
        {
            return [];
        }
        var drained = ToList();
        _findings.Clear();
        _dropped = 0;
        return drained;
    }

    public IReadOnlyList<RrdFinding> ToList() => _dropped == 0
        ? [.. _findings]
        : [.. _findings, new RrdFinding(_findings[^1].Offset, _findings[^1].Rule, $"and {_dropped} more findings behind this one")];
}
