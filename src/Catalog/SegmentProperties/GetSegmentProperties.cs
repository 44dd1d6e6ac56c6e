using Grpc.Core;
using Strata.Arrow;
using Strata.Catalog.Dataframes;
using Strata.Catalog.Entries;
using Strata.Catalog.Protocol;

namespace Strata.Catalog;

internal sealed partial class RerunCloudService
{
    /// <summary>One message; a segment without properties is not in it. Source: catalog-protocol §11.6.</summary>
    public override async Task GetSegmentProperties(
        GetSegmentPropertiesRequest request, IServerStreamWriter<GetSegmentPropertiesResponse> responseStream, ServerCallContext context)
    {
        if (request.SegmentIds.Count == 0)
        {
            throw CatalogException.InvalidArgument("segment_ids must name at least one segment");
        }

        var dataset = await Ports.RequireDatasetAsync(context);
        var rows = await Ports.ReadModels.SegmentProperties.ReadAsync(dataset.Source, [.. request.SegmentIds.Select(s => s.Id)], dataset.AsOf, context.CancellationToken);
        var answer = new GetSegmentPropertiesResponse();
        answer.Segments.AddRange(rows.Select(row => new Protocol.SegmentProperties
        {
            SegmentId = new() { Id = row.Segment },
            Properties = RecordBatch.FromIpcStream(row.PropertiesIpc).ToPart(),
            Revision = (ulong)row.Revision,
        }));
        await responseStream.WriteAsync(answer, context.CancellationToken);
    }
}
