using System.Collections.Immutable;
using Strata.Contracts;

namespace Strata.Registrar;

/// <summary>Brings a dataset's rules to what a file says, in one append. Source: DESIGN §5.</summary>
public sealed partial record ApplyRules
{
    /// <returns>Retirements first, then declarations, those that make a layer before those that read it; nothing when all stands as it should.</returns>
    /// <exception cref="CommandRefusedException">As <see cref="DeclareRule"/>; or a rule stands twice.</exception>
    internal static ImmutableArray<StrataEvent> Decide(DatasetState state, ApplyRules command)
    {
        if (command.Definitions.GroupBy(d => d.Rule, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { } twice)
        {
            throw new CommandRefusedException(RefusalKind.Invalid, $"rule '{twice.Key}' is declared {twice.Count()} times; each rule of a dataset once");
        }

        if (command.Definitions.FirstOrDefault(d => command.Retired.Contains(d.Rule)) is { } both)
        {
            throw new CommandRefusedException(RefusalKind.Invalid, $"rule '{both.Rule}' is to be declared and retired at once");
        }

        var retired = command.Retired.Distinct(StringComparer.Ordinal).Where(state.Rules.ContainsKey).Select(r => new RuleRetired(command.Dataset, r, command.Source)).ToList();
        var changed = InOrderOfDependence(command.Definitions.Where(d => !state.Rules.TryGetValue(d.Rule, out var standing) || !DeclareRule.IsSame(standing, d)));

        // What is about to change is out of the way first: two rules may change places, and only what stands at the end must not overlap.
        var then = retired.Select(r => r.Rule).Concat(changed.Select(d => d.Rule))
            .Aggregate(state, (s, rule) => s.Apply(new RuleRetired(command.Dataset, rule, command.Source), position: 0));
        var declared = new List<RuleDeclared>();
        foreach (var definition in changed)
        {
            foreach (var @event in DeclareRule.Decide(then, new DeclareRule(command.Dataset, definition, command.Source) { OutputsOfOthers = command.OutputsOfOthers }))
            {
                then = then.Apply(@event, position: 0);
                declared.Add(@event);
            }
        }

        return [.. retired, .. declared];
    }

    /// <summary>Of a ring any order does: it is refused when its last rule is declared.</summary>
    private static List<RuleDefinition> InOrderOfDependence(IEnumerable<RuleDefinition> definitions)
    {
        var open = definitions.ToList();
        var ordered = new List<RuleDefinition>(open.Count);
        while (open.Count > 0)
        {
            var next = open.Find(d => !open.Exists(other => other != d && d.Inputs.Contains(other.OutputLayer))) ?? open[0];
            open.Remove(next);
            ordered.Add(next);
        }

        return ordered;
    }
}
