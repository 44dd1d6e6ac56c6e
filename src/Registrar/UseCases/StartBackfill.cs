using Strata.Contracts;

namespace Strata.Registrar;

/// <summary>Begins a back-fill of a rule, of which one at a time may be under way.</summary>
public sealed partial record StartBackfill
{
    /// <param name="running">The back-fill of this rule that is not over; null: there is none.</param>
    /// <exception cref="CommandRefusedException">The rule does not stand in that revision, or another back-fill of it is not over.</exception>
    internal static BackfillStarted Decide(DatasetState state, StartBackfill command, string backfillId, string? running)
    {
        var rule = RetireRule.RequireStanding(state, command.Rule);
        if (rule.Revision != command.Revision)
        {
            throw new CommandRefusedException(
                RefusalKind.Conflict, $"rule '{command.Rule}': expected revision {command.Revision}, found {rule.Revision}, which was declared meanwhile; ask again to apply that one");
        }

        if (running is not null)
        {
            throw new CommandRefusedException(
                RefusalKind.Conflict, $"rule '{command.Rule}' of dataset '{state.Name}' has back-fill {running} under way; wait for its end (strata backfill show {running}), or cancel it first (strata backfill cancel {running})");
        }

        return new(
            backfillId, command.Dataset, command.Rule, command.Revision, command.Deriver, command.DeriverVersion, command.Force, command.Where, command.RatePerSecond, command.Segments, command.Source);
    }
}
