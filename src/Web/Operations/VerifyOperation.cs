using Strata.Projections;

namespace Strata.Web;

/// <param name="Segment">Null: all.</param>
/// <param name="Layer">Null: all.</param>
public sealed record VerifyRequest(string Dataset, string? Segment = null, string? Layer = null);

/// <summary>What <c>strata verify --json</c> prints. Source: DESIGN §12.</summary>
public sealed record VerifyResponse(long Checked, long Equal, IReadOnlyList<VerifyDifference> Different);

/// <param name="What">What was compared: the recording itself, its hash, or the derivation.</param>
public sealed record VerifyDifference(string Segment, string Layer, string What, string Expected, string Found);

/// <summary>Derives layers again and compares them with those that stand: what wants the derivers' room to do.</summary>
public interface IVerifyDerivedLayers
{
    Task<VerifyResponse> VerifyAsync(DatasetEntry dataset, string? segment, string? layer, IProgress<OperationProgress> progress, CancellationToken cancellationToken);
}

public sealed class VerifyOperation(Catalog catalog, IVerifyDerivedLayers layers) : IOperation<VerifyRequest, VerifyResponse>
{
    public static OperationRoute<VerifyRequest, VerifyResponse> Route { get; } = new(
        HttpMethod.Post, "/api/v1/datasets/{dataset}/verify", "Derive layers again and compare", ApiJson.Default.VerifyRequest, ApiJson.Default.VerifyResponse);

    public async Task<VerifyResponse> RunAsync(VerifyRequest request, IProgress<OperationProgress> progress, CancellationToken cancellationToken) =>
        await layers.VerifyAsync(await catalog.RequireDatasetAsync(request.Dataset, cancellationToken), request.Segment, request.Layer, progress, cancellationToken);
}
