using Strata.Contracts;
using Strata.Projections;

namespace Strata.Web;

/// <summary>Evaluations of one rule with one outcome and reason; what does not match is told of each schema by itself.</summary>
/// <param name="Outcome"><c>derived, review, skipped, failed</c>, or <c>removed</c> for a layer that was derived and does not stand any more.</param>
/// <param name="Detail">Of the first segment, in words.</param>
/// <param name="Already">Decided before the call.</param>
public sealed record DerivationGroup(string Rule, string Layer, string Outcome, string? Reason, string? Detail, int Segments, string ExampleSegment, bool Already)
{
    internal const string Removed = "removed";

    /// <param name="before">Where the log ended before the call.</param>
    internal static IReadOnlyList<DerivationGroup> Of(IEnumerable<EvaluationRow> evaluations, IReadOnlySet<string> segments, long before) =>
    [
        .. evaluations
            .Where(e => e.Current && segments.Contains(e.Segment))
            .GroupBy(e => (e.Rule, e.OutputLayer, Outcome: e.OutputIsGone ? Removed : e.Outcome, e.Reason, Schema: e.Reason == SkipReasons.SchemaMismatch ? e.Detail : null, Already: e.Position <= before))
            .Select(g => (Group: g, First: g.MinBy(e => e.Position)!))
            .OrderBy(g => g.First.Position)
            .Select(g => new DerivationGroup(
                g.Group.Key.Rule, g.Group.Key.OutputLayer, g.Group.Key.Outcome, g.Group.Key.Reason, g.First.Detail, g.Group.Count(), g.First.Segment, g.Group.Key.Already)),
    ];
}
