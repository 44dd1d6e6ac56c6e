using Strata.Contracts;
using Strata.EventStore;
using Strata.Projections;
using Strata.Registrar;

namespace Strata.Web;

/// <param name="Dataset">By its id; or by its name, also one that it had once, where that cannot mean another one's recording.</param>
/// <param name="Reason">Why; kept for ever.</param>
public sealed record PurgeRequest(string Dataset, string Segment, string Reason);

/// <param name="Dataset">Its name, or the one that it had when it was deleted.</param>
/// <param name="Layers">All that ever stood there.</param>
/// <param name="Files">Copies that are gone.</param>
/// <param name="SharedFiles">Copies that stay, since something else holds the same bytes.</param>
/// <param name="Blobs">Contents that are gone from the log.</param>
/// <param name="References">Files outside the data directory, which were not touched.</param>
/// <param name="Quarantined">Copies of the recording, as a file that was cut, that lie in quarantine: when somebody has discarded them, the same purge erases them.</param>
public sealed record PurgeResponse(
    string Dataset, string DatasetId, string Segment, long Position, IReadOnlyList<string> Layers, int Files, int SharedFiles, int Blobs, IReadOnlyList<string> References,
    IReadOnlyList<QuarantinedRecording> Quarantined)
{
    /// <summary>What the owner of the log's tables has to do before nothing of it is left in their files; null: nothing.</summary>
    public string? Leftover { get; init; }
}

/// <summary>Erases what was recorded in a segment: first the event that says so, then the read models, the files and the blobs.</summary>
public sealed class PurgeOperation(IRegistrar registrar, IErasePurged erasure, IProjectionControl projections, IEventStore store, Catalog catalog, ErasableDatasets datasets, QuarantineEntries quarantine)
    : IOperation<PurgeRequest, PurgeResponse>
{
    public static OperationRoute<PurgeRequest, PurgeResponse> Route { get; } = new(
        HttpMethod.Post, "/api/v1/datasets/{dataset}/purge", "Erase what was recorded in a segment, for good", ApiJson.Default.PurgeRequest, ApiJson.Default.PurgeResponse)
    {
        Needs = AccessScope.Admin,
        TakesIds = true,
    };

    public async Task<PurgeResponse> RunAsync(PurgeRequest request, Asker asker, IProgress<OperationProgress> progress, CancellationToken cancellationToken)
    {
        var dataset = await datasets.RequireAsync(request.Dataset, request.Segment, asker, cancellationToken);
        var id = dataset.Entry.Dataset;
        var (quarantined, discarded) = await quarantine.CopiesAsync(dataset, request.Segment, await UrlsAsync(id, request.Segment, cancellationToken), cancellationToken);
        var outcome = await registrar.PurgeAsync(new PurgeSegment(id, request.Segment, request.Reason, asker.Source) { Discarded = discarded }, cancellationToken);
        progress.Report(new("replaying", 0, 1));
        await catalog.FleetCaughtUpAsync(cancellationToken);
        var report = await EraseAsync(dataset, request.Segment, outcome.Position, progress, cancellationToken);

        // Tables of before are kept for whoever finds the new ones wrong; here they would keep what is to be gone.
        await projections.DropOldAsync(cancellationToken);
        return new(
            dataset.Entry.Name, id.Value, request.Segment, outcome.Position, [.. outcome.Layers.Select(l => l.Layer).Distinct(StringComparer.Ordinal)],
            report.Files, report.SharedFiles, report.Blobs, report.References, quarantined)
        {
            Leftover = await erasure.ReadLeftoverAsync(cancellationToken),
        };
    }

    /// <summary>Of all that ever stood in the segment.</summary>
    private async Task<HashSet<string>> UrlsAsync(DatasetId dataset, string segment, CancellationToken cancellationToken) =>
        (await store.ReadStreamsAsync([StreamIds.Segment(dataset, segment)], cancellationToken))[0].Events.Select(e => e.Event).OfType<LayerRegistered>().Select(l => l.StorageUrl)
            .ToHashSet(StringComparer.Ordinal);

    /// <exception cref="OperationException">The event stands and something of the segment is left: what stands in the way, and that it is tried again.</exception>
    private async Task<ErasureReport> EraseAsync(KnownDataset dataset, string segment, long position, IProgress<OperationProgress> progress, CancellationToken cancellationToken)
    {
        ErasureReport report;
        try
        {
            report = await erasure.EraseAsync(new Steps(progress), cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw await UnfinishedAsync(dataset, segment, position, e.Message, cancellationToken);
        }

        return report.Unfinished.Any(u => u.Dataset == dataset.Entry.Dataset && u.Segment == segment)
            ? throw await UnfinishedAsync(dataset, segment, position, erasure.Failure?.Reason, cancellationToken)
            : report;
    }

    private async Task<OperationException> UnfinishedAsync(KnownDataset dataset, string segment, long position, string? reason, CancellationToken cancellationToken) => new(
        OperationErrors.StorageRefused,
        $"segment '{segment}' of dataset '{dataset.Entry.Name}' ({dataset.Entry.Dataset}) is purged at position {position}, so nobody reads it any more, but it is not erased yet: {reason ?? "something of it is left"}",
        $"mend that; a running server tries again by itself and says in /health how it goes, and so does {ErasableDatasets.Command(await datasets.AddressAsync(dataset, cancellationToken), segment)}");

    private sealed class Steps(IProgress<OperationProgress> progress) : IProgress<ErasureProgress>
    {
        public void Report(ErasureProgress value) => progress.Report(new("looking for other holders", value.Position, value.Head));
    }
}
