using Strata.Contracts;

namespace Strata.Registrar;

public sealed partial record AdmitBackfill
{
    /// <summary>
    /// Decided upon what the read models say of the back-fill, since its stream may name a million segments: the append is refused unless nothing was added to the stream since,
    /// and the rule still stands in this revision.
    /// </summary>
    internal static StrataEvent Decide(AdmitBackfill command)
    {
        if (command.Segments.Count > MaxSegments)
        {
            throw new CommandRefusedException(RefusalKind.Invalid, $"back-fill {command.BackfillId}: expected at most {MaxSegments} segments in a page, found {command.Segments.Count}");
        }

        return command.Segments.Count == 0
            ? new BackfillFinished(command.BackfillId, command.Dataset, command.Rule, command.Admitted)
            : new BackfillAdmitted(command.BackfillId, command.Dataset, command.Rule, command.Revision, command.Page, command.Segments);
    }
}
