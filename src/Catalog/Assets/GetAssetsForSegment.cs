using Grpc.Core;
using Strata.Arrow;
using Strata.Catalog.Assets;
using Strata.Catalog.Entries;
using Strata.Catalog.Protocol;
using Strata.Contracts;
using Strata.Projections;

namespace Strata.Catalog;

internal sealed partial class RerunCloudService
{
    private const string SegmentIdColumn = "rerun_segment_id";

    /// <summary>The assets that belong to a segment. Source: catalog-protocol §2.13, §11.6.</summary>
    public override async Task GetAssetsForSegment(
        GetAssetsForSegmentRequest request, IServerStreamWriter<GetAssetsForSegmentResponse> responseStream, ServerCallContext context)
    {
        var dataset = await Ports.RequireDatasetAsync(context);
        if (dataset.Kind != Contracts.DatasetKind.Recording)
        {
            throw CatalogException.InvalidArgument($"assets can only be queried on recording datasets, this is a {dataset.Kind} dataset");
        }

        if (dataset.AssetDataset is not { } assets)
        {
            return;
        }

        var answer = new GetAssetsForSegmentResponse { AssetsEntry = assets.ToMessage() };
        answer.AssetSegmentIds.AddRange((await AssetsOfAsync(assets, request.SegmentId?.Id, context.CancellationToken)).Select(id => new SegmentId { Id = id }));
        await responseStream.WriteAsync(answer, context.CancellationToken);
    }

    private async Task<IEnumerable<string>> AssetsOfAsync(DatasetId assets, string? segment, CancellationToken cancellationToken)
    {
        if (await Ports.ReadModels.Moments.FindAsync(assets, cancellationToken) is not { } entry)
        {
            return [];
        }

        var table = await Ports.ReadModels.Segments.ReadAsync(entry.Source, new TableQuery(AsOf: entry.AsOf) { Columns = [SegmentIdColumn] }, cancellationToken);
        var scopes = (await Ports.ReadModels.SegmentProperties.ReadAsync(entry.Source, segments: null, entry.AsOf, cancellationToken))
            .ToDictionary(p => p.Segment, p => AssetScope.Of(RecordBatch.FromIpcStream(p.PropertiesIpc)), StringComparer.Ordinal);
        var ids = (StringArray)table.Column(SegmentIdColumn);
        return Enumerable.Range(0, ids.Length).Select(k => ids.GetString(k)!).Where(id => scopes.GetValueOrDefault(id, AssetScope.Everything).Includes(segment)).ToList();
    }
}
