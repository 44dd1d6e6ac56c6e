using Strata.Projections;

namespace Strata.Web;

public sealed record ResumeProjectionsRequest;

public sealed class ResumeProjectionsOperation(IProjectionControl projections) : IOperation<ResumeProjectionsRequest, ListProjectionsResponse>
{
    public static OperationRoute<ResumeProjectionsRequest, ListProjectionsResponse> Route { get; } = new(
        HttpMethod.Post, "/api/v1/projections/resume", "Try the event again at which the read models stand still", ApiJson.Default.ResumeProjectionsRequest, ApiJson.Default.ListProjectionsResponse);

    public async Task<ListProjectionsResponse> RunAsync(ResumeProjectionsRequest request, Asker asker, IProgress<OperationProgress> progress, CancellationToken cancellationToken) =>
        new([.. (await projections.ResumeAsync(cancellationToken)).Select(ProjectionLine.Of)]);
}
