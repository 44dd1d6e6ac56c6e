using Grpc.Core;
using Strata.Catalog.Access;
using Strata.Catalog.Entries;
using Strata.Catalog.Protocol;
using Strata.Registrar;

namespace Strata.Catalog;

internal sealed partial class RerunCloudService
{
    /// <summary>Renames an entry; without a name it only answers what stands. Source: catalog-protocol §2.5.</summary>
    public override async Task<UpdateEntryResponse> UpdateEntry(UpdateEntryRequest request, ServerCallContext context)
    {
        var id = EntryAddress.RequireId(context, request.Id);
        if (request.EntryDetailsUpdate is not { } update)
        {
            throw CatalogException.MissingField("rerun.cloud.v1alpha1.UpdateEntryRequest.entry_details_update");
        }

        if (!update.HasName)
        {
            return new()
            {
                EntryDetails = id == SystemEntry.Id ? await _systemEntry.ToDetailsAsync(context.CancellationToken) : (await Ports.RequireDatasetAsync(context, id)).ToDetails(),
            };
        }

        await RequireChangeableAsync(context, id);
        RefuseNewEntryName(update.Name);
        context.Access().RequireRegister(update.Name);
        var outcome = await Ports.Registrar.RenameDatasetAsync(new RenameDataset(id, update.Name, SourceOf(context)), context.CancellationToken);
        await Ports.ReadModels.WaitForAsync(outcome.Position, context.CancellationToken);

        // Who may register under the new name need not be its admin, and is told what came of it.
        return new() { EntryDetails = (await Ports.ReadModels.Entries.FindAsync(id, context.CancellationToken) ?? throw EntryAddress.NotFound(id)).ToDetails() };
    }
}
