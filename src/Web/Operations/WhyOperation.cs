using System.Text.Json;
using Strata.Projections;

namespace Strata.Web;

/// <param name="Layer">Null: every layer that stands or that a rule would make.</param>
/// <param name="AsOf">A log position or a time; null: now.</param>
/// <param name="Inputs">Tell also what each layer was made from and what was made from it.</param>
public sealed record WhyRequest(string Dataset, string Segment, string? Layer = null, bool Inputs = false, string? AsOf = null);

public sealed record WhyResponse(IReadOnlyList<WhyLine> Layers, IReadOnlyList<string> Sentences);

/// <summary>One object of <c>strata why --json</c>. Source: DESIGN §12.</summary>
/// <param name="Rule">Null for a layer that no rule makes.</param>
/// <param name="RowsDropped">Count by reason.</param>
/// <param name="Lineage">Upwards and downwards; null unless asked for.</param>
public sealed record WhyLine(
    string? Rule,
    string Layer,
    string Outcome,
    string? Reason,
    long? Position,
    IReadOnlyList<WhyInput> Inputs,
    long RowsUsed,
    IReadOnlyDictionary<string, long> RowsDropped,
    string Sentence,
    IReadOnlyList<LineageLine>? Lineage);

public sealed record WhyInput(string Layer, string Fingerprint);

/// <param name="Direction"><c>self, upwards, downwards</c>.</param>
public sealed record LineageLine(
    string Direction, int Depth, string Layer, string Fingerprint, long? Position, string? Deriver, int? DeriverVersion, int? Revision, JsonElement? Parameters, bool Current);

/// <summary>Tells the story of a segment's layers: what the rules' room knows.</summary>
public interface IWhyStories
{
    /// <exception cref="OperationException">There is no such segment or layer.</exception>
    Task<WhyResponse> TellAsync(DatasetEntry dataset, WhyRequest request, CancellationToken cancellationToken);
}

public sealed class WhyOperation(Catalog catalog, IWhyStories stories) : IOperation<WhyRequest, WhyResponse>
{
    public static OperationRoute<WhyRequest, WhyResponse> Route { get; } = new(
        HttpMethod.Get, "/api/v1/datasets/{dataset}/why", "Why a layer is there, or is not", ApiJson.Default.WhyRequest, ApiJson.Default.WhyResponse);

    public async Task<WhyResponse> RunAsync(WhyRequest request, Asker asker, IProgress<OperationProgress> progress, CancellationToken cancellationToken) =>
        await stories.TellAsync(await catalog.RequireDatasetAsync(request.Dataset, request.AsOf, asker, cancellationToken), request, cancellationToken);
}
