using Grpc.Core;
using Strata.Catalog.Access;
using Strata.Catalog.Entries;
using Strata.Catalog.Protocol;
using Strata.Contracts;
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

        await RequireChangeableAsync(context, id);
        var wanted = new Registrar.DatasetDetails(
            details.BlueprintDataset?.ToDatasetId(),
            SegmentOf(details.DefaultBlueprintSegment),
            SegmentOf(details.DefaultSegmentTableBlueprintSegment),
            details.AssetDataset?.ToDatasetId());
        await RequireReadableAsync(context, wanted.BlueprintDataset);
        await RequireReadableAsync(context, wanted.AssetDataset);
        var outcome = await Ports.Registrar.ChangeDatasetDetailsAsync(new ChangeDatasetDetails(id, wanted, SourceOf(context)), context.CancellationToken);
        await Ports.ReadModels.WaitForAsync(outcome.Position, context.CancellationToken);
        return new() { Dataset = (await Ports.RequireDatasetAsync(context, id)).ToMessage() };
    }

    /// <summary>What a dataset refers to is shown to all who may read it.</summary>
    private async Task RequireReadableAsync(ServerCallContext context, DatasetId? referred)
    {
        if (referred is { } id && await Ports.ReadModels.Entries.FindAsync(id, context.CancellationToken) is { } entry)
        {
            context.Access().RequireRead(entry.Owner);
        }
    }

    private static string? SegmentOf(SegmentId? segment) => segment switch
    {
        null => null,
        { HasId: true } => segment.Id,
        _ => throw CatalogException.MissingField("rerun.common.v1alpha1.SegmentId.id"),
    };
}
