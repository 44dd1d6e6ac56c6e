using Grpc.Core;
using Strata.Catalog.Dataframes;
using Strata.Catalog.Entries;
using Strata.Catalog.Protocol;
using Strata.Catalog.Reading;

namespace Strata.Catalog;

internal sealed partial class RerunCloudService
{
    /// <summary>Source: catalog-protocol §2.10.</summary>
    public override async Task<GetDatasetManifestSchemaResponse> GetDatasetManifestSchema(GetDatasetManifestSchemaRequest request, ServerCallContext context)
    {
        var dataset = await Ports.RequireDatasetAsync(context);
        var schema = await Ports.ReadModels.Manifest.ReadSchemaAsync(dataset.Source, dataset.AsOf, context.CancellationToken);
        return new() { Schema = schema.ToMessage(), Meta = dataset.ToMeta() };
    }

    /// <summary>Source: catalog-protocol §2.10, §11.2.</summary>
    public override async Task ScanDatasetManifest(ScanDatasetManifestRequest request, IServerStreamWriter<ScanDatasetManifestResponse> responseStream, ServerCallContext context)
    {
        var dataset = await Ports.RequireDatasetAsync(context);
        var batches = Ports.ReadModels.Manifest.ReadBatchesAsync(dataset.Source, ScanQuery.Of(dataset, request.Columns, request.SegmentIdFilter, request.LayerNameFilter), context.CancellationToken);
        await responseStream.SendTableAsync(dataset, batches, static (rows, meta) => new() { Data = rows, Meta = meta }, context.CancellationToken);
    }
}
