using System.Text.RegularExpressions;
using Strata.Contracts;
using Strata.Projections;

namespace Strata.Web;

/// <summary>Evaluations of one rule with one outcome and reason; what does not match is told of each schema by itself, as far as there is room.</summary>
/// <param name="Outcome"><c>derived, review, skipped, failed</c>; of a layer that was derived and does not stand any more <c>given</c> where somebody's own stands in its place, else <c>removed</c>.</param>
/// <param name="Detail">Of the first segment, in words; null for several schemas, of which each has its own.</param>
/// <param name="Already">Decided before the call.</param>
public sealed partial record DerivationGroup(string Rule, string Layer, string Outcome, string? Reason, string? Detail, int Segments, string ExampleSegment, bool Already)
{
    internal const string Removed = "removed";
    internal const string Given = "given";

    /// <summary>A person reads a few sentences, and thousands of recordings may each have a schema of their own.</summary>
    internal const int MaxSchemasTold = 10;

    /// <summary>How many schemas that do not match are counted here since each had no sentence of its own any more; 0 where one is told.</summary>
    public int SchemasCounted { get; init; }

    /// <summary>What is told of the first segment does not hold for all of them: more than the counts in it differ.</summary>
    public bool DetailsDiffer { get; init; }

    /// <param name="before">Where the log ended before the call.</param>
    /// <param name="derivers">Of the rules that stand, by their names.</param>
    internal static IReadOnlyList<DerivationGroup> Of(IEnumerable<EvaluationRow> evaluations, IReadOnlySet<string> segments, long before, IReadOnlyDictionary<string, string> derivers)
    {
        var groups = evaluations
            .Where(e => e.Current && !e.RuleIsRetired && segments.Contains(e.Segment))
            .GroupBy(e => (e.Rule, e.OutputLayer, Outcome: OutcomeOf(e), Reason: ReasonOf(e, derivers), Schema: e.Reason == SkipReasons.SchemaMismatch ? e.Detail : null, Already: e.Position <= before))
            .Select(g => (Group: g, First: g.MinBy(e => e.Position)!))
            .OrderBy(g => g.First.Position)
            .Select(g => new DerivationGroup(
                g.Group.Key.Rule, g.Group.Key.OutputLayer, g.Group.Key.Outcome, g.Group.Key.Reason, g.First.Detail, g.Group.Count(), g.First.Segment, g.Group.Key.Already) { DetailsDiffer = g.Group.Select(e => CauseOf(e.Detail)).Distinct().Skip(1).Any() })
            .ToList();
        var untold = groups.Where(g => g.Reason == SkipReasons.SchemaMismatch).Skip(MaxSchemasTold).ToHashSet<DerivationGroup>(ReferenceEqualityComparer.Instance);
        return [.. groups.Where(g => !untold.Contains(g)), .. untold.GroupBy(g => (g.Rule, g.Layer, g.Outcome, g.Already)).Select(Counted)];
    }

    /// <summary>Counts of rows are each recording's own; an option that would help is the same or another one, with its numbers.</summary>
    private static string? CauseOf(string? detail) => detail is null ? null : string.Concat(detail.Split('`').Select((part, k) => k % 2 == 0 ? Count().Replace(part, "#") : part));

    [GeneratedRegex("[0-9]+", RegexOptions.CultureInvariant)]
    private static partial Regex Count();

    /// <summary>Of what a person should look at the event has none: it is the deriver's.</summary>
    private static string? ReasonOf(EvaluationRow evaluation, IReadOnlyDictionary<string, string> derivers) =>
        OutcomeOf(evaluation) == DerivationOutcomes.Review && derivers.TryGetValue(evaluation.Rule, out var deriver) ? ReviewReasons.Of(deriver) : evaluation.Reason;

    private static string OutcomeOf(EvaluationRow evaluation) => evaluation.OutputIsGiven ? Given : evaluation.OutputIsGone ? Removed : evaluation.Outcome;

    private static DerivationGroup Counted(IEnumerable<DerivationGroup> groups)
    {
        var all = groups.ToList();
        return all is [var one] ? one : all[0] with { Detail = null, Segments = all.Sum(g => g.Segments), SchemasCounted = all.Count };
    }
}
