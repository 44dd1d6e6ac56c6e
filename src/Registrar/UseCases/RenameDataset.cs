using System.Collections.Immutable;
using Strata.Contracts;

namespace Strata.Registrar;

/// <summary>Gives a dataset another name. Id, companions and all that is registered stay. Source: catalog-protocol §2.5, §5.3.</summary>
public sealed partial record RenameDataset
{
    /// <returns>Nothing when it is called so already.</returns>
    /// <exception cref="CommandRefusedException">The name is not allowed, or taken.</exception>
    internal static ImmutableArray<StrataEvent> Decide(DatasetState state, RenameDataset command, EntryNames names)
    {
        if (command.Name is not { } name || name == state.Name)
        {
            return [];
        }

        CreateDataset.RefuseNewName(name);
        names.RequireFree(name);
        return [new DatasetRenamed(command.Dataset, name, command.Source)];
    }
}
