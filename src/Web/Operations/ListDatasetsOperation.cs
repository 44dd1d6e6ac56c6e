using Strata.Contracts;
using Strata.Projections;

namespace Strata.Web;

public sealed record ListDatasetsRequest;

public sealed record ListDatasetsResponse(IReadOnlyList<DatasetListing> Datasets);

public sealed record DatasetListing(string Name, string Id, string Keep, int Rules, long CreatedAtNs, long UpdatedAtNs)
{
    internal static DatasetListing Of(DatasetEntry entry, IReadOnlyCollection<RuleRow> rules) =>
        new(entry.Name, entry.Dataset.Value, Choice.Word(entry.KeepMode), rules.Count, entry.CreatedAtNs, entry.UpdatedAtNs);
}

public sealed class ListDatasetsOperation(Catalog catalog) : IOperation<ListDatasetsRequest, ListDatasetsResponse>
{
    public static OperationRoute<ListDatasetsRequest, ListDatasetsResponse> Route { get; } = new(
        HttpMethod.Get, "/api/v1/datasets", "List datasets", ApiJson.Default.ListDatasetsRequest, ApiJson.Default.ListDatasetsResponse)
    {
        AsksItself = true,
    };

    public async Task<ListDatasetsResponse> RunAsync(ListDatasetsRequest request, Asker asker, IProgress<OperationProgress> progress, CancellationToken cancellationToken)
    {
        var models = await catalog.CaughtUpAsync(cancellationToken);
        var listings = new List<DatasetListing>();
        foreach (var entry in (await models.Entries.ListAsync([DatasetKind.Recording], cancellationToken)).Where(e => asker.CanRead(e.Name)).OrderBy(e => e.Name, StringComparer.Ordinal))
        {
            listings.Add(DatasetListing.Of(entry, await models.Rules.ReadAsync(entry.Dataset, cancellationToken)));
        }

        return new(listings);
    }
}
