using Grpc.Core;
using Strata.Catalog.Dataframes;
using Strata.Catalog.Entries;
using Strata.Catalog.Protocol;
using Strata.Catalog.Reading;

namespace Strata.Catalog;

internal sealed partial class RerunCloudService
{
    /// <summary>Source: catalog-protocol §2.9.</summary>
    public override async Task<GetSegmentTableSchemaResponse> GetSegmentTableSchema(GetSegmentTableSchemaRequest request, ServerCallContext context)
    {
        var dataset = await Ports.RequireDatasetAsync(context);
        var schema = await Ports.ReadModels.Segments.ReadSchemaAsync(dataset.Source, dataset.AsOf, context.CancellationToken);
        return new() { Schema = schema.ToMessage(), Meta = dataset.ToMeta() };
    }

    /// <summary>Source: catalog-protocol §2.9.</summary>
    public override async Task ScanSegmentTable(ScanSegmentTableRequest request, IServerStreamWriter<ScanSegmentTableResponse> responseStream, ServerCallContext context)
    {
        var dataset = await Ports.RequireDatasetAsync(context);
        var batches = Ports.ReadModels.Segments.ReadBatchesAsync(dataset.Source, ScanQuery.Of(dataset, request.Columns, request.SegmentIdFilter), context.CancellationToken);
        await responseStream.SendTableAsync(dataset, batches, static (rows, meta) => new() { Data = rows, Meta = meta }, context.CancellationToken);
    }
}
