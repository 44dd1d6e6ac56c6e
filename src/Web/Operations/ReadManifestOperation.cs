using Strata.Projections;

namespace Strata.Web;

/// <param name="AsOf">A log position or a time; null: now.</param>
/// <param name="Segments">Null or empty: all.</param>
public sealed record ReadManifestRequest(string Dataset, string? AsOf = null, IReadOnlyList<string>? Segments = null);

public sealed class ReadManifestOperation(Catalog catalog) : IOperation<ReadManifestRequest, TableResponse>
{
    public static OperationRoute<ReadManifestRequest, TableResponse> Route { get; } = new(
        HttpMethod.Get, "/api/v1/datasets/{dataset}/manifest", "The dataset manifest: one row a layer", ApiJson.Default.ReadManifestRequest, ApiJson.Default.TableResponse);

    public async Task<TableResponse> RunAsync(ReadManifestRequest request, Asker asker, IProgress<OperationProgress> progress, CancellationToken cancellationToken)
    {
        var entry = await catalog.RequireDatasetAsync(request.Dataset, request.AsOf, asker, cancellationToken);
        var models = await catalog.CaughtUpAsync(cancellationToken);
        var segments = request.Segments is { Count: > 0 } some ? some : null;
        var position = entry.AsOf ?? models.Position;
        var batch = await models.Manifest.ReadAsync(entry.Source, new TableQuery(segments, entry.AsOf), cancellationToken);
        return RecordBatchJson.ToTable(batch, position);
    }
}
