using Strata.Projections;

namespace Strata.Web;

/// <param name="Layer">Null: every layer that a rule makes.</param>
public sealed record WhyRequest(string Dataset, string Segment, string? Layer = null);

public sealed record WhyResponse(IReadOnlyList<WhyStory> Layers);

/// <summary>Why a layer is there or is not, for <c>strata why</c>. Source: DESIGN §12.</summary>
/// <param name="Rule">Null for a given layer.</param>
/// <param name="Outcome"><c>derived, review, skipped, failed, open</c> (still to be evaluated), <c>given</c>.</param>
/// <param name="Story">Sentences for a person.</param>
public sealed record WhyStory(
    string? Rule,
    string Layer,
    string Outcome,
    string? Reason,
    long? Position,
    IReadOnlyList<WhyInput> Inputs,
    long RowsUsed,
    IReadOnlyDictionary<string, long> RowsDropped,
    IReadOnlyList<string> Story);

/// <param name="Fingerprint">Null when the input is not there.</param>
public sealed record WhyInput(string Layer, string? Fingerprint);

/// <summary>Tells the story of a segment's derivations: what wants the rules' room to answer.</summary>
public interface IWhyStories
{
    Task<IReadOnlyList<WhyStory>> TellAsync(DatasetEntry dataset, string segment, string? layer, CancellationToken cancellationToken);
}

public sealed class WhyOperation(Catalog catalog, IWhyStories stories) : IOperation<WhyRequest, WhyResponse>
{
    public static OperationRoute<WhyRequest, WhyResponse> Route { get; } = new(
        HttpMethod.Get, "/api/v1/datasets/{dataset}/why", "Why a layer is there, or is not", ApiJson.Default.WhyRequest, ApiJson.Default.WhyResponse);

    public async Task<WhyResponse> RunAsync(WhyRequest request, IProgress<OperationProgress> progress, CancellationToken cancellationToken)
    {
        var entry = await catalog.RequireDatasetAsync(request.Dataset, cancellationToken);
        if ((await catalog.LayersAsync(entry.Dataset, request.Segment, cancellationToken)).Count == 0)
        {
            throw new OperationException(OperationErrors.NotFound, $"dataset '{request.Dataset}' has no segment '{request.Segment}'", $"strata segments {request.Dataset}");
        }

        return new(await stories.TellAsync(entry, request.Segment, request.Layer, cancellationToken));
    }
}
