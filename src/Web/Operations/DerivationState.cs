using Strata.Contracts;
using Strata.Projections;

namespace Strata.Web;

/// <summary>What one rule comes to in one segment.</summary>
/// <param name="Outcome">One of <see cref="DerivationOutcomes"/>.</param>
/// <param name="Reason">From the closed lists (<see cref="ReasonLines"/>); null where the outcome says it all.</param>
/// <param name="Stale">A layer stands that is older than a change of its inputs.</param>
/// <param name="Revision">Of the rule that decided; null where nothing is decided.</param>
/// <param name="Position">Of the decision, or of the event that made it necessary.</param>
public sealed record DerivationState(string Rule, string Segment, string Layer, string Outcome, string? Reason, bool Stale, string? Detail, int? Revision, long? Position, long? RecordedAtNs)
{
    /// <summary>What asks for a person comes first.</summary>
    private static readonly string[] Order =
    [
        DerivationOutcomes.Failed,
        DerivationOutcomes.Pending,
        DerivationOutcomes.WaitsForInput,
        DerivationOutcomes.NeedsBackfill,
        DerivationOutcomes.Review,
        DerivationOutcomes.Skipped,
        DerivationOutcomes.Removed,
        DerivationOutcomes.Suppressed,
        DerivationOutcomes.Given,
        DerivationOutcomes.Derived,
    ];

    public int Rank => Array.IndexOf(Order, Outcome) is var rank && rank >= 0 ? rank : Order.Length;

    public bool Waits => Outcome is DerivationOutcomes.Pending or DerivationOutcomes.WaitsForInput or DerivationOutcomes.NeedsBackfill;
}

/// <summary>A dataset's rules over its segments, as the read models have them at one position.</summary>
/// <param name="Layers">Of each segment.</param>
/// <param name="Open">The work list.</param>
internal sealed record DerivationFacts(
    IReadOnlyList<RuleRow> Rules,
    IReadOnlyDictionary<string, IReadOnlySet<string>> Layers,
    IReadOnlyList<EvaluationRow> Evaluations,
    IReadOnlyList<WorkItem> Open,
    IReadOnlyList<SuppressionRow> Suppressions)
{
    /// <summary>One state for each rule and segment.</summary>
    public IEnumerable<DerivationState> States()
    {
        var evaluations = Evaluations.ToLookup(e => (e.Rule, e.Segment));
        var open = Open.ToLookup(i => (i.Rule, i.Segment));
        var suppressions = Suppressions.ToLookup(s => (s.Rule, s.Segment));
        foreach (var rule in Rules)
        {
            foreach (var (segment, layers) in Layers)
            {
                var key = (rule.Rule, segment);
                var row = evaluations[key].MaxBy(e => e.Position);

                // Of a retired rule only what it decided is told: it waits for nothing.
                if (row is not null || rule.UntilPosition is null)
                {
                    yield return Of(rule, segment, layers, row, open[key].LastOrDefault(), suppressions[key].LastOrDefault());
                }
            }
        }
    }

    private static DerivationState Of(RuleRow rule, string segment, IReadOnlySet<string> layers, EvaluationRow? row, WorkItem? open, SuppressionRow? suppression)
    {
        var isStale = row?.Stale == true;
        if (open is not null)
        {
            return new(rule.Rule, segment, rule.OutputLayer, DerivationOutcomes.Pending, null, isStale, null, open.Revision, open.OpenedAtPosition, null);
        }

        var stands = row is { Current: true, OutputIsGone: false, OutputIsGiven: false, Outcome: DerivationOutcomes.Derived or DerivationOutcomes.Review };
        if (suppression is not null && !stands)
        {
            return new(rule.Rule, segment, rule.OutputLayer, DerivationOutcomes.Suppressed, SkipReasons.Suppressed, isStale, suppression.Reason, null, suppression.Position, null);
        }

        if (row is { Current: true })
        {
            var outcome = row.OutputIsGiven ? DerivationOutcomes.Given : row.OutputIsGone ? DerivationOutcomes.Removed : row.Outcome;
            var reason = outcome switch
            {
                DerivationOutcomes.Given => SkipReasons.Given,
                DerivationOutcomes.Review => row.Reason ?? ReviewReasons.Of(rule.Deriver),
                DerivationOutcomes.Removed => null,
                _ => row.Reason,
            };
            return new(rule.Rule, segment, row.OutputLayer, outcome, reason, isStale, DetailOf(rule, row, suppression), row.Revision, row.Position, row.RecordedAtNs);
        }

        var missing = rule.Inputs.Where(i => !layers.Contains(i)).ToList();
        return missing.Count > 0
            ? new(rule.Rule, segment, rule.OutputLayer, DerivationOutcomes.WaitsForInput, null, isStale, $"no layer {string.Join(", ", missing.Select(m => $"'{m}'"))}", null, null, null)
            : new(rule.Rule, segment, rule.OutputLayer, DerivationOutcomes.NeedsBackfill, null, isStale, $"the rule was declared at position {rule.Position}", null, null, null);
    }

    /// <summary>What an older revision decided stands until a back-fill; nothing else would say that it is older.</summary>
    private static string? DetailOf(RuleRow rule, EvaluationRow row, SuppressionRow? suppression)
    {
        var isOlder = row.Revision != rule.Revision && rule.UntilPosition is null && suppression is null;
        return !isOlder ? row.Detail : $"{(row.Detail is null ? "" : $"{row.Detail.TrimEnd('.')}; ")}by revision {row.Revision}, and the rule has revision {rule.Revision}: a back-fill applies it";
    }
}
