using Strata.Contracts;
using Strata.EventStore;

namespace Strata.DerivationWorkers;

internal sealed record RuleRecord(RuleDeclared Rule, long FirstPosition, long Position);

/// <summary>A dataset's rules as they stand, and what was suppressed for one segment.</summary>
internal sealed class RuleHistory
{
    private readonly Dictionary<string, RuleRecord> _rules = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (RuleRecord Rule, RuleRetired Event, long Position)> _retired = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (RuleSuppressed Event, long Position)> _suppressed = new(StringComparer.Ordinal);

    private RuleHistory()
    {
    }

    public static RuleHistory Of(IEnumerable<RecordedEvent> events, string segment)
    {
        var history = new RuleHistory();
        foreach (var recorded in events)
        {
            switch (recorded.Event)
            {
                case RuleDeclared rule:
                    var first = history._rules.TryGetValue(rule.Rule, out var known) ? known.FirstPosition : recorded.Position;
                    history._rules[rule.Rule] = new(rule, first, recorded.Position);
                    history._retired.Remove(rule.Rule);
                    break;
                case RuleRetired retired when history._rules.Remove(retired.Rule, out var last):
                    history._retired[retired.Rule] = (last, retired, recorded.Position);
                    break;
                case RuleSuppressed suppressed when suppressed.Segment == segment:
                    history._suppressed[suppressed.Rule] = (suppressed, recorded.Position);
                    break;
                case RuleResumed resumed when resumed.Segment == segment:
                    history._suppressed.Remove(resumed.Rule);
                    break;
            }
        }

        return history;
    }

    /// <summary>A rule that was retired and not declared since.</summary>
    public (RuleRecord Rule, RuleRetired Event, long Position)? FindRetired(string rule) => _retired.TryGetValue(rule, out var retired) ? retired : null;

    /// <summary>Retired rules whose last revision made this layer.</summary>
    public IEnumerable<(RuleRecord Rule, RuleRetired Event, long Position)> RetiredFor(string layer) => _retired.Values.Where(r => r.Rule.Rule.OutputLayer == layer).OrderBy(r => r.Position);

    /// <summary>In the order in which they were declared.</summary>
    public IReadOnlyList<RuleRecord> Rules => [.. _rules.Values.OrderBy(r => r.FirstPosition)];

    public IReadOnlyList<RuleRecord> For(string layer) => [.. Rules.Where(r => r.Rule.OutputLayer == layer)];

    /// <summary>A suppression ends when an input changes after it (DESIGN rule 5).</summary>
    public (RuleSuppressed Event, long Position)? Suppression(RuleDeclared rule, SegmentHistory segment) =>
        _suppressed.TryGetValue(rule.Rule, out var suppressed) && !rule.Inputs.Any(i => segment.ChangedAfter(i, suppressed.Position) is not null) ? suppressed : null;
}
