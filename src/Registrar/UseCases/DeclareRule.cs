using System.Collections.Immutable;
using Strata.Contracts;

namespace Strata.Registrar;

/// <summary>Declares a rule or a new revision of it. Source: DESIGN §2, §5.</summary>
public sealed partial record DeclareRule
{
    /// <returns>Nothing when the same declaration stands already.</returns>
    /// <exception cref="CommandRefusedException">A name is not allowed, another rule writes the same layer, entity path or property, or rules would wait for each other in a ring.</exception>
    internal static ImmutableArray<RuleDeclared> Decide(DatasetState state, DeclareRule command)
    {
        var definition = command.Definition;
        RefuseNames(definition);
        if (state.Kind != DatasetKind.Recording)
        {
            throw new CommandRefusedException(
                RefusalKind.FailedPrecondition,
                $"rule '{definition.Rule}': rules derive from recordings, and '{state.Name}' holds {(state.Kind == DatasetKind.Blueprint ? "blueprints" : "assets")}; declare it in the dataset that it belongs to");
        }

        var standing = state.Rules.GetValueOrDefault(definition.Rule);
        if (standing is not null && IsSame(standing, definition))
        {
            return [];
        }

        if (state.Rules.Values.FirstOrDefault(r => r.Rule != definition.Rule && r.OutputLayer == definition.OutputLayer) is { } other)
        {
            throw new CommandRefusedException(
                RefusalKind.Conflict,
                $"rule '{definition.Rule}': layer '{definition.OutputLayer}' is the output of rule '{other.Rule}' already; choose another output layer");
        }

        RefuseOverlap(state, command);
        RefuseRing(state, definition);
        return
        [
            new(
                command.Dataset,
                definition.Rule,
                ((standing ?? state.Retired.GetValueOrDefault(definition.Rule))?.Revision ?? 0) + 1,
                definition.Deriver,
                definition.Inputs,
                definition.OutputLayer,
                definition.Parameters) { Outputs = definition.Outputs },
        ];
    }

    private static void RefuseNames(RuleDefinition definition)
    {
        var refusal = Names.RefuseId("rule", definition.Rule)
            ?? Names.RefuseId("deriver", definition.Deriver)
            ?? Names.RefuseId("output layer", definition.OutputLayer)
            ?? definition.Inputs.Select(i => Names.RefuseId("input layer", i)).FirstOrDefault(r => r is not null)
            ?? (definition.Inputs.Count == 0 ? "at least one input layer is needed, none was given" : null);
        if (refusal is not null)
        {
            throw new CommandRefusedException(RefusalKind.Invalid, $"rule '{Shown(definition.Rule)}': {refusal}");
        }
    }

    /// <summary>Layers of one segment are read together: of two that hold one entity path or property, one would hide the other.</summary>
    private static void RefuseOverlap(DatasetState state, DeclareRule command)
    {
        var definition = command.Definition;
        if (definition.Outputs is not { } wanted)
        {
            return;
        }

        foreach (var other in state.Rules.Values.Where(r => r.Rule != definition.Rule))
        {
            if ((other.Outputs ?? command.OutputsOfOthers.GetValueOrDefault(other.Rule)) is not { } taken)
            {
                continue;
            }

            if (wanted.Entities.FirstOrDefault(entity => taken.Entities.Any(other => Meet(entity, other))) is { } entity)
            {
                throw Overlap(definition, other, $"entity path '{entity}'", EntityAdvice(definition));
            }

            if (wanted.Properties.FirstOrDefault(taken.Properties.Contains) is { } property)
            {
                throw Overlap(definition, other, $"property '{property}'", "a property bears its layer's name: choose another output layer");
            }
        }
    }

    private static string EntityAdvice(RuleDefinition definition) => definition.EntityParameter is { } parameter
        ? $"choose another one with `--set {parameter}=/PATH`"
        : "no parameter of its deriver moves it: where the deriver is your own let its definition name other outputs, else retire one of the two";

    private static bool Meet(string entity, string other) => entity == other || IsBelow(entity, other) || IsBelow(other, entity);

    private static bool IsBelow(string entity, string other) =>
        other.EndsWith(RuleOutputs.AndBelow, StringComparison.Ordinal) && $"{entity}/".StartsWith(other[..^(RuleOutputs.AndBelow.Length - 1)], StringComparison.Ordinal);

    private static CommandRefusedException Overlap(RuleDefinition definition, RuleDeclared other, string what, string advice) => new(
        RefusalKind.Conflict,
        $"rule '{definition.Rule}': {what} is written by rule '{other.Rule}' already, into layer '{other.OutputLayer}'; two layers of a segment that hold it would hide each other; {advice}");

    /// <summary>Follows the inputs of the new declaration back through the other rules; meeting its own output would let it wake itself for ever.</summary>
    private static void RefuseRing(DatasetState state, RuleDefinition definition)
    {
        var byOutput = state.Rules.Values.Where(r => r.Rule != definition.Rule).ToDictionary(r => r.OutputLayer, StringComparer.Ordinal);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var open = new Stack<string>(definition.Inputs);
        while (open.TryPop(out var layer))
        {
            if (layer == definition.OutputLayer)
            {
                throw new CommandRefusedException(
                    RefusalKind.Conflict,
                    $"rule '{definition.Rule}': its output layer '{definition.OutputLayer}' is needed, directly or through other rules, to make its input; choose another input or output layer");
            }

            if (seen.Add(layer) && byOutput.TryGetValue(layer, out var maker))
            {
                foreach (var input in maker.Inputs)
                {
                    open.Push(input);
                }
            }
        }
    }

    internal static bool IsSame(RuleDeclared standing, RuleDefinition definition) =>
        standing.Deriver == definition.Deriver
        && standing.Inputs == definition.Inputs
        && standing.OutputLayer == definition.OutputLayer
        && standing.Parameters == definition.Parameters;

    private static string Shown(string name) => name.Length <= 40 ? name : string.Concat(name.AsSpan(0, 40), "…");
}
