using Strata.EventStore;
using Strata.Projections;

namespace Strata.Web;

/// <param name="AsOf">A log position or a time; null: now.</param>
/// <param name="Segments">Null or empty: all.</param>
/// <param name="Wait">Answer only when the rules are done with them; where no worker runs nothing is waited for.</param>
/// <param name="Where">Only rows for which this expression holds. Source: docs/expressions.md.</param>
/// <param name="Sort">Columns by which rows are sorted, each downwards with a leading <c>-</c>; rows without a value come last.</param>
/// <param name="Limit">At most so many rows.</param>
/// <param name="Offset">Rows that are passed over before them.</param>
public sealed record ListSegmentsRequest(
    string Dataset,
    string? AsOf = null,
    IReadOnlyList<string>? Segments = null,
    bool Wait = false,
    string? Where = null,
    IReadOnlyList<string>? Sort = null,
    int? Limit = null,
    int? Offset = null);

public sealed class ListSegmentsOperation(Catalog catalog, IEventStore store, Settlement settlement, SomebodyDerives somebodyDerives) : IOperation<ListSegmentsRequest, TableResponse>
{
    public static OperationRoute<ListSegmentsRequest, TableResponse> Route { get; } = new(
        HttpMethod.Get, "/api/v1/datasets/{dataset}/segments", "The segment table: one row a segment", ApiJson.Default.ListSegmentsRequest, ApiJson.Default.TableResponse);

    public async Task<TableResponse> RunAsync(ListSegmentsRequest request, Asker asker, IProgress<OperationProgress> progress, CancellationToken cancellationToken)
    {
        var choice = new TableChoice(request.Where, request.Sort, request.Limit, request.Offset);
        var standstills = settlement.Standstills;
        var entry = await catalog.RequireDatasetAsync(request.Dataset, request.AsOf, asker, cancellationToken);
        var segments = request.Segments is { Count: > 0 } some ? some : null;
        if (request.Wait && entry.AsOf is null && somebodyDerives.Value)
        {
            await settlement.WaitAsync(entry.Source, segments, standstills, progress, cancellationToken);
        }

        var models = await catalog.CaughtUpAsync(cancellationToken);
        var position = entry.AsOf ?? models.Position;
        var batch = await models.Segments.ReadAsync(entry.Source, new TableQuery(segments, entry.AsOf), cancellationToken);
        return choice.Apply(batch, position) with { Purged = await PurgedAsync(entry, segments, cancellationToken) };
    }

    private async Task<IReadOnlyList<PurgedLine>?> PurgedAsync(DatasetEntry entry, IReadOnlyList<string>? segments, CancellationToken cancellationToken)
    {
        if (entry.AsOf is not { } position)
        {
            return null;
        }

        var purged = (await PurgedSegments.ReadAsync(store, cancellationToken)).Since(entry.Source, position).Where(p => segments is null || segments.Contains(p.Segment)).ToList();
        return purged.Count == 0 ? null : [.. purged.Select(p => new PurgedLine(p.Segment, p.Position, p.Reason, p.IsErased))];
    }
}
