using Strata.Projections;

namespace Strata.Web;

/// <param name="Verify">Compare only, change nothing.</param>
public sealed record RebuildRequest(bool Verify = false);

/// <summary>What <c>strata rebuild --json</c> prints. Source: DESIGN §12.</summary>
/// <param name="ResumedFrom">The position from which a rebuild that was cut short went on; 0: from the beginning.</param>
/// <param name="Digests">SHA-256 of each table, with <c>--verify</c>: equal on every installation that has the same log.</param>
/// <param name="KeptGeneration">What served before and is kept; null where nothing was swapped.</param>
public sealed record RebuildResponse(
    long Events, double Seconds, double EventsPerSecond, IReadOnlyList<RebuildDifference> Differences, long ResumedFrom = 0, int? KeptGeneration = null,
    IReadOnlyDictionary<string, string>? Digests = null);

public sealed class RebuildOperation(IRebuild rebuild) : IOperation<RebuildRequest, RebuildResponse>
{
    public static OperationRoute<RebuildRequest, RebuildResponse> Route { get; } = new(
        HttpMethod.Post, "/api/v1/rebuild", "Make every read model anew from the log and compare", ApiJson.Default.RebuildRequest, ApiJson.Default.RebuildResponse);

    public async Task<RebuildResponse> RunAsync(RebuildRequest request, Asker asker, IProgress<OperationProgress> progress, CancellationToken cancellationToken)
    {
        var report = await rebuild.RunAsync(request.Verify, new Steps(progress), cancellationToken);
        return new(report.Events, report.Seconds, report.EventsPerSecond, report.Differences, report.ResumedFrom, report.KeptGeneration, report.Digests);
    }

    private sealed class Steps(IProgress<OperationProgress> progress) : IProgress<RebuildProgress>
    {
        public void Report(RebuildProgress value) => progress.Report(new("replaying", value.Events, value.TotalEvents));
    }
}
