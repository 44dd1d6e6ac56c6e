using System.Collections.Immutable;
using Strata.Contracts;

namespace Strata.Registrar;

/// <summary>Ends a rule: its open work is closed, and a result that comes later is refused as superseded. Source: DESIGN §5, rule 6.</summary>
public sealed partial record RetireRule
{
    /// <returns>Nothing when it was retired before.</returns>
    /// <exception cref="CommandRefusedException">The dataset never had such a rule.</exception>
    internal static ImmutableArray<RuleRetired> Decide(DatasetState state, RetireRule command)
    {
        if (state.Retired.ContainsKey(command.Rule))
        {
            return [];
        }

        RequireStanding(state, command.Rule);
        return [new(command.Dataset, command.Rule, command.Source)];
    }

    /// <exception cref="CommandRefusedException">There is no such rule, or not any more; the message names those there are.</exception>
    internal static RuleDeclared RequireStanding(DatasetState state, string rule)
    {
        if (state.Rules.TryGetValue(rule, out var standing))
        {
            return standing;
        }

        var known = state.Rules.IsEmpty ? "it has none" : $"it has {string.Join(", ", state.Rules.Keys)}";
        throw new CommandRefusedException(
            RefusalKind.NotFound,
            state.Retired.ContainsKey(rule)
                ? $"rule '{rule}' of dataset '{state.Name}' was retired; declare it again first"
                : $"dataset '{state.Name}' has no rule '{rule}'; {known}");
    }

    /// <summary>The layers that the rule made of a segment, and with them those that need them.</summary>
    internal static ImmutableArray<LayerUnregistered> DecideRemoval(SegmentState state, string segment, RetireRule command) => UnregisterLayers.Remove(
        state, command.Dataset, segment, [.. state.Layers.Values.Where(l => l.IsMadeBy(command.Rule))], UnregisterReasons.RuleRetired, command.Source);
}
