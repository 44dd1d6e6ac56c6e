using Strata.Projections;

namespace Strata.Web;

public sealed record DropOldGenerationsRequest;

/// <summary>What <c>strata rebuild --drop-old --json</c> prints.</summary>
public sealed record DropOldGenerationsResponse(IReadOnlyList<GenerationLine> Dropped);

public sealed class DropOldGenerationsOperation(IProjectionControl projections) : IOperation<DropOldGenerationsRequest, DropOldGenerationsResponse>
{
    public static OperationRoute<DropOldGenerationsRequest, DropOldGenerationsResponse> Route { get; } = new(
        HttpMethod.Post, "/api/v1/projections/drop-old", "Remove the read models that were in use before the last rebuild", ApiJson.Default.DropOldGenerationsRequest, ApiJson.Default.DropOldGenerationsResponse);

    public async Task<DropOldGenerationsResponse> RunAsync(DropOldGenerationsRequest request, Asker asker, IProgress<OperationProgress> progress, CancellationToken cancellationToken) =>
        new([.. (await projections.DropOldAsync(cancellationToken)).Select(GenerationLine.Of)]);
}
