using System.Collections.Immutable;
using Strata.Contracts;

namespace Strata.Registrar;

/// <summary>Source: catalog-protocol §2.5, §5.3.</summary>
public sealed partial record DeleteDataset
{
    /// <param name="referred">Each dataset that the details ever named. Only companions of its own go with it: another dataset's blueprints may have been lent.</param>
    internal static ImmutableArray<StrataEvent> Decide(IEnumerable<(DatasetId Id, DatasetState State)> referred, DeleteDataset command) =>
    [
        new DatasetDeleted(command.Dataset, command.Source),
        .. referred.Where(r => r.State.Exists && r.State.Created?.CompanionOf == command.Dataset).Select(r => new DatasetDeleted(r.Id, command.Source)),
    ];
}
