using Strata.Contracts;
using Strata.EventStore;
using Strata.Projections;
using Strata.Registrar;

namespace Strata.Web;

public sealed record ListUnfinishedPurgesRequest;

/// <param name="Failure">What stood in the way of the last try of the process that answers; null: it made none.</param>
/// <param name="Attempts">How many of its tries came to nothing.</param>
public sealed record ListUnfinishedPurgesResponse(IReadOnlyList<UnfinishedPurgeLine> Purges, string? Failure, int Attempts);

/// <param name="Dataset">Its name; its id where it is deleted.</param>
/// <param name="Position">Where the purge was asked for.</param>
/// <param name="Reason">Why, in the words of whoever asked.</param>
public sealed record UnfinishedPurgeLine(string Dataset, string Segment, long Position, string Reason);

/// <summary>What was asked to be erased and is not yet. It waits for nothing: it is asked for when something is wrong.</summary>
public sealed class ListUnfinishedPurgesOperation(IEventStore store, IErasePurged erasure, IReadModels models) : IOperation<ListUnfinishedPurgesRequest, ListUnfinishedPurgesResponse>
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
            var name = (await models.Entries.FindAsync(unfinished.Dataset, cancellationToken))?.Name ?? unfinished.Dataset.Value;
            var purge = purged.Find(unfinished.Dataset, unfinished.Segment);
            lines.Add(new(name, unfinished.Segment, purge?.Position ?? 0, purge?.Reason ?? ""));
        }

        return new(lines, erasure.Failure?.Reason, erasure.Failure?.Attempts ?? 0);
    }
}
