using Strata.Contracts;
using Strata.EventStore;
using Strata.Projections;
using Strata.Registrar;

namespace Strata.Web;

public sealed record ListUnfinishedPurgesRequest;

/// <param name="Failure">What stood in the way of the last try of the process that answers; null: it made none.</param>
/// <param name="Attempts">How many of its tries came to nothing.</param>
public sealed record ListUnfinishedPurgesResponse(IReadOnlyList<UnfinishedPurgeLine> Purges, string? Failure, int Attempts)
{
    /// <summary>Of what is erased: what the owner of the log's tables has to do before nothing of it is left in their files; null: nothing.</summary>
    public string? Leftover { get; init; }
}

/// <param name="Dataset">Its name, or the one that it had when it was deleted.</param>
/// <param name="Position">Where the purge was asked for.</param>
/// <param name="Reason">Why, in the words of whoever asked.</param>
/// <param name="Next">The command that finishes it, and no other recording is meant by it.</param>
public sealed record UnfinishedPurgeLine(string Dataset, string DatasetId, string Segment, long Position, string Reason, string Next);

/// <summary>What was asked to be erased and is not yet. It waits for nothing: it is asked for when something is wrong.</summary>
public sealed class ListUnfinishedPurgesOperation(IEventStore store, IErasePurged erasure, IReadModels models, ErasableDatasets datasets) : IOperation<ListUnfinishedPurgesRequest, ListUnfinishedPurgesResponse>
{
    public static OperationRoute<ListUnfinishedPurgesRequest, ListUnfinishedPurgesResponse> Route { get; } = new(
        HttpMethod.Get, "/api/v1/purges/unfinished", "What was purged and is not erased yet, and why", ApiJson.Default.ListUnfinishedPurgesRequest, ApiJson.Default.ListUnfinishedPurgesResponse)
    {
        Needs = AccessScope.Admin,
    };

    public async Task<ListUnfinishedPurgesResponse> RunAsync(ListUnfinishedPurgesRequest request, Asker asker, IProgress<OperationProgress> progress, CancellationToken cancellationToken)
    {
        var lines = new List<UnfinishedPurgeLine>();
        var purged = await PurgedSegments.ReadAsync(store, cancellationToken);
        foreach (var unfinished in purged.Unfinished)
        {
            var (id, segment) = (unfinished.Dataset, unfinished.Segment);
            var known = await models.Entries.FindEverAsync(id, cancellationToken);
            var next = ErasableDatasets.Command(known is null ? id.Value : await datasets.AddressAsync(known, cancellationToken), segment);
            var purge = purged.Find(id, segment);
            lines.Add(new(known?.Entry.Name ?? await NameAsync(id, cancellationToken), id.Value, segment, purge?.Position ?? 0, purge?.Reason ?? "", next));
        }

        return new(lines, erasure.Failure?.Reason, erasure.Failure?.Attempts ?? 0)
        {
            Leftover = await erasure.ReadLeftoverAsync(cancellationToken),
        };
    }

    /// <summary>Where the tables do not know it, as when they were dropped for this very purge and nobody has made them anew yet.</summary>
    private async Task<string> NameAsync(DatasetId dataset, CancellationToken cancellationToken) =>
        (await store.ReadStreamsAsync([StreamIds.Dataset(dataset)], cancellationToken))[0].Events
            .Select(e => e.Event switch { DatasetCreated created => created.Name, DatasetRenamed renamed => renamed.Name, _ => null }).LastOrDefault(name => name is not null) ?? dataset.Value;
}
