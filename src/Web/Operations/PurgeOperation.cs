using Strata.Contracts;
using Strata.Projections;
using Strata.Registrar;

namespace Strata.Web;

/// <param name="Dataset">By its name, or one that it had once.</param>
/// <param name="Reason">Why; kept for ever.</param>
public sealed record PurgeRequest(string Dataset, string Segment, string Reason);

/// <param name="Layers">All that ever stood there.</param>
/// <param name="Files">Copies that are gone.</param>
/// <param name="SharedFiles">Copies that stay, since something else holds the same bytes.</param>
/// <param name="Blobs">Contents that are gone from the log.</param>
/// <param name="References">Files outside the data directory, which were not touched.</param>
public sealed record PurgeResponse(long Position, IReadOnlyList<string> Layers, int Files, int SharedFiles, int Blobs, IReadOnlyList<string> References);

/// <summary>Erases what was recorded in a segment: first the event that says so, then the read models, the files and the blobs.</summary>
public sealed class PurgeOperation(IRegistrar registrar, IErasePurged erasure, IProjectionControl projections, Catalog catalog) : IOperation<PurgeRequest, PurgeResponse>
{
    public static OperationRoute<PurgeRequest, PurgeResponse> Route { get; } = new(
        HttpMethod.Post, "/api/v1/datasets/{dataset}/purge", "Erase what was recorded in a segment, for good", ApiJson.Default.PurgeRequest, ApiJson.Default.PurgeResponse)
    {
        Needs = AccessScope.Admin,
    };

    public async Task<PurgeResponse> RunAsync(PurgeRequest request, Asker asker, IProgress<OperationProgress> progress, CancellationToken cancellationToken)
    {
        var dataset = await catalog.RequireErasableAsync(request.Dataset, asker, cancellationToken);
        var outcome = await registrar.PurgeAsync(new PurgeSegment(dataset, request.Segment, request.Reason, asker.Source), cancellationToken);
        progress.Report(new("replaying", 0, 1));
        await catalog.CaughtUpAsync(cancellationToken);
        var report = await EraseAsync(dataset, request.Segment, outcome.Position, progress, cancellationToken);

        // Tables of before are kept for whoever finds the new ones wrong; here they would keep what is to be gone.
        await projections.DropOldAsync(cancellationToken);
        return new(outcome.Position, [.. outcome.Layers.Select(l => l.Layer).Distinct(StringComparer.Ordinal)], report.Files, report.SharedFiles, report.Blobs, report.References);
    }

    /// <exception cref="OperationException">The event stands and something of the segment is left: what stands in the way, and that it is tried again.</exception>
    private async Task<ErasureReport> EraseAsync(DatasetId dataset, string segment, long position, IProgress<OperationProgress> progress, CancellationToken cancellationToken)
    {
        ErasureReport report;
        try
        {
            report = await erasure.EraseAsync(new Steps(progress), cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unfinished(segment, position, e.Message);
        }

        return report.Unfinished.Any(u => u.Dataset == dataset && u.Segment == segment) ? throw Unfinished(segment, position, erasure.Failure?.Reason) : report;
    }

    private static OperationException Unfinished(string segment, long position, string? reason) => new(
        OperationErrors.StorageRefused,
        $"segment '{segment}' is purged at position {position}, so nobody reads it any more, but it is not erased yet: {reason ?? "something of it is left"}",
        "mend that; a running server tries again by itself and says in /health how it goes, and so does the same command");

    private sealed class Steps(IProgress<OperationProgress> progress) : IProgress<ErasureProgress>
    {
        public void Report(ErasureProgress value) => progress.Report(new("looking for other holders", value.Position, value.Head));
    }
}
