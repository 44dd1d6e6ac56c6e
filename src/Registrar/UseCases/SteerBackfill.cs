using Strata.Contracts;

namespace Strata.Registrar;

/// <summary>Pauses, resumes or cancels a back-fill.</summary>
public sealed partial record SteerBackfill
{
    /// <returns>Null when it is so already.</returns>
    /// <exception cref="CommandRefusedException">There is none of that id, or it is over.</exception>
    internal static StrataEvent? Decide(BackfillState state, SteerBackfill command)
    {
        if (state.Started is not { } started)
        {
            throw new CommandRefusedException(RefusalKind.NotFound, $"there is no back-fill '{command.BackfillId}'; `strata backfill list` lists those there are");
        }

        var (id, dataset, rule) = (started.BackfillId, started.Dataset, started.Rule);
        return (state.Phase, command.Step) switch
        {
            (BackfillPhase.Running, BackfillStep.Pause) => new BackfillPaused(id, dataset, rule, command.Source),
            (BackfillPhase.Paused, BackfillStep.Resume) => new BackfillResumed(id, dataset, rule, command.Source),
            (BackfillPhase.Running or BackfillPhase.Paused, BackfillStep.Cancel) => new BackfillCancelled(id, dataset, rule, command.Reason, command.Source),
            (BackfillPhase.Running, BackfillStep.Resume) or (BackfillPhase.Paused, BackfillStep.Pause) or (BackfillPhase.Cancelled, BackfillStep.Cancel) => null,
            _ => throw new CommandRefusedException(
                RefusalKind.FailedPrecondition, $"back-fill {id} is {(state.Phase == BackfillPhase.Finished ? "finished" : "cancelled")}: there is nothing of it to {Verb(command.Step)}; `strata backfill` begins a new one"),
        };
    }

    private static string Verb(BackfillStep step) => step switch
    {
        BackfillStep.Pause => "pause",
        BackfillStep.Resume => "resume",
        _ => "cancel",
    };
}
