using Strata.Contracts;
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

    public async Task<VerifyResponse> RunAsync(VerifyRequest request, Asker asker, IProgress<OperationProgress> progress, CancellationToken cancellationToken)
    {
        var report = await layers.VerifyAsync(await catalog.RequireChangeableAsync(request.Dataset, asker, cancellationToken), request.Segment, request.Layer, progress, cancellationToken);

        // What is not there must not pass for verified.
        return report.Checked > 0 || (request.Segment is null && request.Layer is null)
            ? report
            : throw new OperationException(
                OperationErrors.NotFound,
                $"no {(request.Layer is { } layer ? $"layer '{layer}'" : "layer")} stands in segment '{request.Segment}' of dataset '{request.Dataset}'",
                $"strata manifest {ShellWord.Of(request.Dataset)}");
    }
}
