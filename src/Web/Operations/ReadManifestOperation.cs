using Strata.Projections;

namespace Strata.Web;

/// <param name="AsOf">A log position or a time; null: now.</param>
/// <param name="Segments">Null or empty: all.</param>
/// <param name="Where">Only rows for which this expression holds. Source: docs/expressions.md.</param>
/// <param name="Sort">Columns by which rows are sorted, each downwards with a leading <c>-</c>; rows without a value come last.</param>
/// <param name="Limit">At most so many rows.</param>
/// <param name="Offset">Rows that are passed over before them.</param>
public sealed record ReadManifestRequest(
    string Dataset, string? AsOf = null, IReadOnlyList<string>? Segments = null, string? Where = null, IReadOnlyList<string>? Sort = null, int? Limit = null, int? Offset = null);

public sealed class ReadManifestOperation(Catalog catalog) : IOperation<ReadManifestRequest, TableResponse>
{
    public static OperationRoute<ReadManifestRequest, TableResponse> Route { get; } = new(
        HttpMethod.Get, "/api/v1/datasets/{dataset}/manifest", "The dataset manifest: one row a layer", ApiJson.Default.ReadManifestRequest, ApiJson.Default.TableResponse);

    public async Task<TableResponse> RunAsync(ReadManifestRequest request, Asker asker, IProgress<OperationProgress> progress, CancellationToken cancellationToken)
    {
        var choice = new TableChoice(request.Where, request.Sort, request.Limit, request.Offset);
        var entry = await catalog.RequireDatasetAsync(request.Dataset, request.AsOf, asker, cancellationToken);
        var models = await catalog.CaughtUpAsync(cancellationToken);
        var segments = request.Segments is { Count: > 0 } some ? some : null;
        var position = entry.AsOf ?? models.Position;
        var batch = await models.Manifest.ReadAsync(entry.Source, new TableQuery(segments, entry.AsOf), cancellationToken);
        return choice.Apply(batch, position);
    }
}
