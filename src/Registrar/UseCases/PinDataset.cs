using System.Collections.Immutable;
using Strata.Contracts;

namespace Strata.Registrar;

/// <summary>Gives a past state of a dataset a name. Source: DESIGN §2, §5.</summary>
public sealed partial record PinDataset
{
    /// <param name="pin">Id of the pin.</param>
    /// <param name="then">The dataset as its stream tells it up to the position.</param>
    /// <param name="head">The last position of the log.</param>
    /// <exception cref="CommandRefusedException">The name is not allowed or taken, or the dataset was not there.</exception>
    internal static ImmutableArray<StrataEvent> Decide(DatasetId pin, DatasetState then, long head, PinDataset command, EntryNames names)
    {
        CreateDataset.RefuseNewName(command.Name);
        if (command.AtPosition > head)
        {
            throw new CommandRefusedException(RefusalKind.Invalid, $"the log ends at position {head}, so nothing can be pinned as of position {command.AtPosition}");
        }

        if (!then.Exists || then.Created is null)
        {
            throw new CommandRefusedException(RefusalKind.NotFound, $"there was no dataset {command.PinOf} as of position {command.AtPosition}");
        }

        if (then.Kind != DatasetKind.Recording)
        {
            throw new CommandRefusedException(
                RefusalKind.FailedPrecondition, $"'{then.Name}' holds {(then.Kind == DatasetKind.Blueprint ? "blueprints" : "assets")} of another dataset; pin that one, and they are pinned with it");
        }

        names.RequireFree(command.Name);
        return [new DatasetPinned(pin, command.Name, command.PinOf, command.AtPosition, command.Source)];
    }
}
