using Grpc.Core;
using Strata.Catalog.Entries;
using Strata.Catalog.Protocol;
using Strata.Registrar;

namespace Strata.Catalog;

internal sealed partial class RerunCloudService
{
    /// <summary>Source: catalog-protocol §2.5.</summary>
    public override async Task<UpdateDatasetEntryResponse> UpdateDatasetEntry(UpdateDatasetEntryRequest request, ServerCallContext context)
    {
        var id = EntryAddress.RequireId(context, request.Id);
        if (request.DatasetDetails is not { } details)
        {
            throw CatalogException.MissingField("rerun.cloud.v1alpha1.UpdateDatasetEntryRequest.dataset_details");
        }

        var wanted = new Registrar.DatasetDetails(
            details.BlueprintDataset?.ToDatasetId(),
            SegmentOf(details.DefaultBlueprintSegment),
            SegmentOf(details.DefaultSegmentTableBlueprintSegment),
            details.AssetDataset?.ToDatasetId());
        var outcome = await Ports.Registrar.ChangeDatasetDetailsAsync(new ChangeDatasetDetails(id, wanted, SourceOf(context)), context.CancellationToken);
        await Ports.ReadModels.WaitForAsync(outcome.Position, context.CancellationToken);
        return new() { Dataset = (await Ports.RequireDatasetAsync(id, context.CancellationToken)).ToMessage() };
    }

    private static string? SegmentOf(SegmentId? segment) => segment switch
    {
        null => null,
        { HasId: true } => segment.Id,
        _ => throw CatalogException.MissingField("rerun.common.v1alpha1.SegmentId.id"),
    };
}
