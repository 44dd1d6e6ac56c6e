using System.Collections.Immutable;
using Strata.Contracts;

namespace Strata.Registrar;

/// <param name="Removed">The given layer, and what was made of it; empty when the layer is the rule's already.</param>
internal sealed record AdoptDecision(string Rule, ImmutableArray<LayerUnregistered> Removed);

/// <summary>A rule never overwrites what a person registered; here the person says that it may. Source: DESIGN rule 5.</summary>
public sealed partial record AdoptLayer
{
    /// <exception cref="CommandRefusedException">No rule writes the layer, it does not stand, or the rule could not derive it.</exception>
    internal static AdoptDecision Decide(DatasetState state, SegmentState segment, AdoptLayer command)
    {
        if (state.Rules.Values.FirstOrDefault(r => r.OutputLayer == command.Layer) is not { } rule)
        {
            var outputs = state.Rules.Values.Select(r => $"'{r.OutputLayer}' ({r.Rule})").ToList();
            throw new CommandRefusedException(
                RefusalKind.NotFound, $"no rule of dataset '{state.Name}' writes layer '{command.Layer}'; {(outputs.Count == 0 ? "it has no rules" : $"its rules write {string.Join(", ", outputs)}")}");
        }

        if (segment.Find(command.Layer) is not { } standing)
        {
            throw new CommandRefusedException(
                RefusalKind.NotFound, $"layer '{command.Layer}' does not stand in segment '{command.Segment}', so nothing holds its name back from rule '{rule.Rule}'; `strata why` says why it is not there");
        }

        if (standing.IsDerived)
        {
            return new(rule.Rule, []);
        }

        if (rule.Inputs.FirstOrDefault(i => segment.Find(i) is null) is { } missing)
        {
            throw new CommandRefusedException(
                RefusalKind.FailedPrecondition, $"rule '{rule.Rule}' needs layer '{missing}', which does not stand in segment '{command.Segment}': without it nothing could take the place of '{command.Layer}'. Register it first");
        }

        return new(rule.Rule, UnregisterLayers.Remove(segment, command.Dataset, command.Segment, [standing], UnregisterReasons.Adopted, command.Source));
    }
}
