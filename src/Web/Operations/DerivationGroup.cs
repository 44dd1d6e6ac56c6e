using Strata.Projections;

namespace Strata.Web;

/// <summary>Evaluations of one rule with one outcome and reason.</summary>
/// <param name="Detail">Of the first segment, in words.</param>
public sealed record DerivationGroup(string Rule, string Layer, string Outcome, string? Reason, string? Detail, int Segments, string ExampleSegment)
{
    internal static IReadOnlyList<DerivationGroup> Of(IEnumerable<EvaluationRow> evaluations, IReadOnlySet<string> segments) =>
    [
        .. evaluations
            .Where(e => e.Current && segments.Contains(e.Segment))
            .GroupBy(e => (e.Rule, e.OutputLayer, e.Outcome, e.Reason))
            .Select(g => (Group: g, First: g.MinBy(e => e.Position)!))
            .OrderBy(g => g.First.Position)
            .Select(g => new DerivationGroup(
                g.Group.Key.Rule, g.Group.Key.OutputLayer, g.Group.Key.Outcome, g.Group.Key.Reason, g.First.Detail, g.Group.Count(), g.First.Segment)),
    ];
}
