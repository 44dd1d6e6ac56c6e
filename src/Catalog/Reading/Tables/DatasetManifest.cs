using Grpc.Core;
using Strata.Arrow;
using Strata.Catalog.Encoding;
using Strata.Catalog.Protocol;
using Strata.Catalog.Reading;
using Strata.Projections;

namespace Strata.Catalog;

internal sealed partial class RerunCloudService
{
    /// <summary>Source: catalog-protocol §2.10.</summary>
    public override async Task<GetDatasetManifestSchemaResponse> GetDatasetManifestSchema(GetDatasetManifestSchemaRequest request, ServerCallContext context)
    {
        var dataset = await AddressedDatasetAsync(context);
        var table = await ManifestAsync(dataset, context.CancellationToken);
        return new() { Schema = table.Schema.ToMessage(), Meta = MetaOf(dataset) };
    }

    /// <summary>Source: catalog-protocol §2.10, §11.2.</summary>
    public override async Task ScanDatasetManifest(ScanDatasetManifestRequest request, IServerStreamWriter<ScanDatasetManifestResponse> responseStream, ServerCallContext context)
    {
        var dataset = await AddressedDatasetAsync(context);
        var table = await ManifestAsync(dataset, context.CancellationToken);
        var columns = TableProjection.Of(table.Schema, request.Columns);
        var (segments, layers) = (RowFilter.Segments(table, request.SegmentIdFilter), RowFilter.Layers(table, request.LayerNameFilter));
        var answer = table.Where(row => segments(row) && layers(row)).Project(columns);
        var meta = MetaOf(dataset);
        foreach (var part in TableParts.Cut(answer))
        {
            await responseStream.WriteAsync(new() { Data = part.ToPart(), Meta = meta }, context.CancellationToken);
            meta = null;
        }
    }

    private Task<RecordBatch> ManifestAsync(Projections.DatasetEntry dataset, CancellationToken cancellationToken) =>
        Ports.ReadModels.Manifest.ReadAsync(dataset.Dataset, new TableQuery(), cancellationToken);
}
