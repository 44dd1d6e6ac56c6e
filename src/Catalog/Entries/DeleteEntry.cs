using Grpc.Core;
using Strata.Catalog.Access;
using Strata.Catalog.Entries;
using Strata.Catalog.Protocol;
using Strata.Contracts;
using Strata.Registrar;

namespace Strata.Catalog;

internal sealed partial class RerunCloudService
{
    public override async Task<DeleteEntryResponse> DeleteEntry(DeleteEntryRequest request, ServerCallContext context)
    {
        var id = EntryAddress.RequireId(context, request.Id);
        await RequireChangeableAsync(context, id);
        var outcome = await Ports.Registrar.DeleteDatasetAsync(new DeleteDataset(id, SourceOf(context)), context.CancellationToken);
        await Ports.ReadModels.WaitForAsync(outcome.LastPosition, context.CancellationToken);
        return new();
    }

    /// <summary>The table of entries is refused by the write side, which says why; so are changes of a pin other than its name and its end.</summary>
    private async Task RequireChangeableAsync(ServerCallContext context, DatasetId id)
    {
        if (id == SystemEntry.Id)
        {
            context.Access().RequireForAll(AccessScope.Admin);
            return;
        }

        var entry = await Ports.RequireDatasetAsync(context, id);
        if (!entry.IsPin)
        {
            EntryAddress.Changeable(entry);
        }
    }
}
