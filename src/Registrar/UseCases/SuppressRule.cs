using System.Collections.Immutable;
using Strata.Contracts;

namespace Strata.Registrar;

/// <summary>Tells a rule to leave one segment alone until it is resumed or an input changes; a layer that stands there stays. Source: DESIGN rule 5.</summary>
public sealed partial record SuppressRule
{
    /// <summary>A reason is a sentence; it is repeated wherever somebody asks why.</summary>
    internal const int MaxReasonLength = 1_000;

    /// <returns>Nothing when the rule leaves the segment alone already.</returns>
    /// <exception cref="CommandRefusedException">There is no such rule, or no reason.</exception>
    internal static ImmutableArray<RuleSuppressed> Decide(DatasetState state, SegmentState segment, SuppressRule command)
    {
        var rule = RetireRule.RequireStanding(state, command.Rule);
        if (string.IsNullOrWhiteSpace(command.Reason) || command.Reason.Length > MaxReasonLength)
        {
            throw new CommandRefusedException(
                RefusalKind.Invalid, $"reason: expected 1 to {MaxReasonLength} characters that tell others why rule '{command.Rule}' leaves the segment alone, found {command.Reason.Trim().Length}");
        }

        var inputs = rule.Inputs.Select(segment.Find).OfType<StandingLayer>().Select(l => new DerivationInput(l.Event.Layer, l.Fingerprint)).ToEquatableArray();
        return state.IsSuppressed(command.Rule, command.Segment, segment, inputs) ? [] : [new(command.Dataset, command.Rule, command.Segment, command.Reason)];
    }
}
