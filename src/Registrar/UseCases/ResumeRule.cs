using System.Collections.Immutable;
using Strata.Contracts;

namespace Strata.Registrar;

/// <summary>Lets a rule work on a segment again: from which a person had taken its layer, or on which it had failed. Source: DESIGN rules 5 and 8.</summary>
internal sealed record ResumeRule(DatasetId Dataset, string Rule, string Segment)
{
    /// <returns>Nothing when the rule is neither suppressed there nor waits there for a person.</returns>
    /// <exception cref="CommandRefusedException">The dataset has no such rule.</exception>
    public static ImmutableArray<RuleResumed> Decide(DatasetState state, EvaluationState evaluations, ResumeRule command)
    {
        RetireRule.RequireStanding(state, command.Rule);
        return state.Suppressed.ContainsKey((command.Rule, command.Segment)) || WaitsForAPerson(state, evaluations, command.Rule, command.Segment)
            ? [new RuleResumed(command.Dataset, command.Rule, command.Segment)]
            : [];
    }

    /// <summary>What failed on a layer is tried again once its bytes are back.</summary>
    public static IEnumerable<RuleResumed> DecideAfterRestoring(DatasetState state, EvaluationState evaluations, DatasetId dataset, string segment, string layer) =>
        state.Rules.Values
            .Where(r => r.Inputs.Contains(layer) && WaitsForAPerson(state, evaluations, r.Rule, segment))
            .Select(r => new RuleResumed(dataset, r.Rule, segment));

    private static bool WaitsForAPerson(DatasetState state, EvaluationState evaluations, string rule, string segment) =>
        evaluations.LatestByRule.GetValueOrDefault(rule) is { Kind: EvaluationKind.Failed } failed && failed.Position > state.Resumed.GetValueOrDefault((rule, segment));
}
