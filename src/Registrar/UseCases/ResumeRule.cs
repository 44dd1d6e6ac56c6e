using System.Collections.Immutable;
using Strata.Contracts;

namespace Strata.Registrar;

/// <summary>Lets a rule work on a segment again from which a person had taken its layer. Source: DESIGN rule 5.</summary>
internal sealed record ResumeRule(DatasetId Dataset, string Rule, string Segment)
{
    /// <returns>Nothing when the rule is not suppressed there.</returns>
    /// <exception cref="CommandRefusedException">The dataset has no such rule.</exception>
    public static ImmutableArray<RuleResumed> Decide(DatasetState state, ResumeRule command)
    {
        if (!state.Rules.ContainsKey(command.Rule))
        {
            var known = state.Rules.IsEmpty ? "it has none" : $"it has {string.Join(", ", state.Rules.Keys)}";
            throw new CommandRefusedException(RefusalKind.NotFound, $"dataset '{state.Name}' has no rule '{command.Rule}'; {known}");
        }

        return state.Suppressed.ContainsKey((command.Rule, command.Segment)) ? [new RuleResumed(command.Dataset, command.Rule, command.Segment)] : [];
    }
}
