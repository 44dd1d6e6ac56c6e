using Strata.Registrar;

namespace Strata.Web;

public sealed record ReadDatasetRequest(string Dataset);

public sealed class ReadDatasetOperation(Catalog catalog, IContentCollector collector) : IOperation<ReadDatasetRequest, DatasetListing>
{
    public static OperationRoute<ReadDatasetRequest, DatasetListing> Route { get; } = new(
        HttpMethod.Get, "/api/v1/datasets/{dataset}", "One dataset", ApiJson.Default.ReadDatasetRequest, ApiJson.Default.DatasetListing);

    public async Task<DatasetListing> RunAsync(ReadDatasetRequest request, Asker asker, IProgress<OperationProgress> progress, CancellationToken cancellationToken)
    {
        var entry = await catalog.RequireDatasetAsync(request.Dataset, asker, cancellationToken);
        var models = await catalog.CaughtUpAsync(cancellationToken);
        return await DatasetListing.OfAsync(models, await collector.RetentionsAsync(cancellationToken), entry, cancellationToken);
    }
}
