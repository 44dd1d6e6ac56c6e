using Grpc.Core;
using Strata.Catalog.Entries;
using Strata.Catalog.Protocol;
using Strata.Registrar;

namespace Strata.Catalog;

internal sealed partial class RerunCloudService
{
    public override async Task<DeleteEntryResponse> DeleteEntry(DeleteEntryRequest request, ServerCallContext context)
    {
        var id = EntryAddress.RequireId(context, request.Id);
        var outcome = await Ports.Registrar.DeleteDatasetAsync(new DeleteDataset(id, SourceOf(context)), context.CancellationToken);
        await Ports.ReadModels.WaitForAsync(outcome.LastPosition, context.CancellationToken);
        return new();
    }
}
