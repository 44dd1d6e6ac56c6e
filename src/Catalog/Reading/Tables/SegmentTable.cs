using Grpc.Core;
using Strata.Arrow;
using Strata.Catalog.Encoding;
using Strata.Catalog.Protocol;
using Strata.Catalog.Reading;
using Strata.Projections;

namespace Strata.Catalog;

internal sealed partial class RerunCloudService
{
    /// <summary>Source: catalog-protocol §2.9.</summary>
    public override async Task<GetSegmentTableSchemaResponse> GetSegmentTableSchema(GetSegmentTableSchemaRequest request, ServerCallContext context)
    {
        var dataset = await AddressedDatasetAsync(context);
        var table = await SegmentTableAsync(dataset, context.CancellationToken);
        return new() { Schema = table.Schema.ToMessage(), Meta = MetaOf(dataset) };
    }

    /// <summary>Source: catalog-protocol §2.9.</summary>
    public override async Task ScanSegmentTable(ScanSegmentTableRequest request, IServerStreamWriter<ScanSegmentTableResponse> responseStream, ServerCallContext context)
    {
        var dataset = await AddressedDatasetAsync(context);
        var table = await SegmentTableAsync(dataset, context.CancellationToken);
        var columns = TableProjection.Of(table.Schema, request.Columns);
        var answer = table.Where(RowFilter.Segments(table, request.SegmentIdFilter)).Project(columns);
        var meta = MetaOf(dataset);
        foreach (var part in TableParts.Cut(answer))
        {
            await responseStream.WriteAsync(new() { Data = part.ToPart(), Meta = meta }, context.CancellationToken);
            meta = null;
        }
    }

    private Task<RecordBatch> SegmentTableAsync(Projections.DatasetEntry dataset, CancellationToken cancellationToken) =>
        Ports.ReadModels.Segments.ReadAsync(dataset.Dataset, new TableQuery(), cancellationToken);
}
