using Strata.Contracts;

namespace Strata.Web;

public sealed record ListDatasetsRequest;

public sealed record ListDatasetsResponse(IReadOnlyList<DatasetListing> Datasets);

public sealed record DatasetListing(string Name, string Id, string Keep, int Rules, long CreatedAtNs, long UpdatedAtNs);

public sealed class ListDatasetsOperation(Catalog catalog) : IOperation<ListDatasetsRequest, ListDatasetsResponse>
{
    public static OperationRoute<ListDatasetsRequest, ListDatasetsResponse> Route { get; } = new(
        HttpMethod.Get, "/api/v1/datasets", "List datasets", ApiJson.Default.ListDatasetsRequest, ApiJson.Default.ListDatasetsResponse);

    public async Task<ListDatasetsResponse> RunAsync(ListDatasetsRequest request, IProgress<OperationProgress> progress, CancellationToken cancellationToken)
    {
        var models = await catalog.CaughtUpAsync(cancellationToken);
        var listings = new List<DatasetListing>();
        foreach (var entry in (await models.Entries.ListAsync([DatasetKind.Recording], cancellationToken)).OrderBy(e => e.Name, StringComparer.Ordinal))
        {
            var rules = await models.Rules.ReadAsync(entry.Dataset, cancellationToken);
            listings.Add(new(entry.Name, entry.Dataset.Value, Choice.Word(entry.KeepMode), rules.Count, entry.CreatedAtNs, entry.UpdatedAtNs));
        }

        return new(listings);
    }
}
