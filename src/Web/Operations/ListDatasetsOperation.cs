using Strata.Contracts;
using Strata.Projections;
using Strata.Registrar;

namespace Strata.Web;

public sealed record ListDatasetsRequest;

public sealed record ListDatasetsResponse(IReadOnlyList<DatasetListing> Datasets);

/// <param name="PinOf">Of a pin or a moment: id of the dataset that it shows; null for one that shows itself.</param>
/// <param name="AsOf">The position that it shows; null: the present.</param>
public sealed record DatasetListing(string Name, string Id, string Keep, int Rules, long CreatedAtNs, long UpdatedAtNs, string? PinOf, long? AsOf)
{
    /// <summary>How long superseded bytes are kept: of the dataset as it is now, also for what shows a past state of it.</summary>
    public string Superseded { get; init; } = RetentionText.ForEver;

    /// <summary>The rules are those of the state that it shows; nothing is derived in a past one.</summary>
    internal static async Task<DatasetListing> OfAsync(IReadModels models, IReadOnlyDictionary<DatasetId, long?> retentions, DatasetEntry entry, CancellationToken cancellationToken) => new(
        entry.Name, entry.Dataset.Value, Choice.Word(entry.KeepMode), (await models.Rules.ReadAsync(entry.Source, entry.AsOf, cancellationToken)).Count, entry.CreatedAtNs, entry.UpdatedAtNs,
        entry.AsOf is null ? null : entry.Source.Value, entry.AsOf)
    {
        Superseded = RetentionText.Of(retentions.GetValueOrDefault(entry.Source)),
    };
}

public sealed class ListDatasetsOperation(Catalog catalog, IContentCollector collector) : IOperation<ListDatasetsRequest, ListDatasetsResponse>
{
    public static OperationRoute<ListDatasetsRequest, ListDatasetsResponse> Route { get; } = new(
        HttpMethod.Get, "/api/v1/datasets", "List datasets", ApiJson.Default.ListDatasetsRequest, ApiJson.Default.ListDatasetsResponse)
    {
        AsksItself = true,
    };

    public async Task<ListDatasetsResponse> RunAsync(ListDatasetsRequest request, Asker asker, IProgress<OperationProgress> progress, CancellationToken cancellationToken)
    {
        var models = await catalog.CaughtUpAsync(cancellationToken);
        var retentions = await collector.RetentionsAsync(cancellationToken);
        var listings = new List<DatasetListing>();
        foreach (var entry in (await models.Entries.ListAsync([DatasetKind.Recording], cancellationToken)).Where(e => asker.CanRead(e.Name)).OrderBy(e => e.Name, StringComparer.Ordinal))
        {
            listings.Add(await DatasetListing.OfAsync(models, retentions, entry, cancellationToken));
        }

        return new(listings);
    }
}
