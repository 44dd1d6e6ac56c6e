namespace Strata.Web;

/// <param name="Index">A timeline of the dataset; null: static values, one row a segment.</param>
/// <param name="AsOf">A log position or a time; null: now.</param>
/// <param name="Contents">Which entities and components, as Rerun's <c>filter_contents</c> and beyond it (docs/query.md); null or empty: all but properties.</param>
/// <param name="Segments">Null or empty: all.</param>
/// <param name="LatestAt">Whether cells without a value of their own show the last one before them.</param>
/// <param name="From">Rows from here on, in the unit of the index; null: from the first.</param>
/// <param name="To">Rows up to here, itself included; null: to the last.</param>
/// <param name="At">Rows at just these values of the index; null or empty: at those that were logged.</param>
public sealed record QueryRequest(
    string Dataset,
    string? Index = null,
    string? AsOf = null,
    IReadOnlyList<string>? Contents = null,
    IReadOnlyList<string>? Segments = null,
    bool LatestAt = false,
    long? From = null,
    long? To = null,
    IReadOnlyList<long>? At = null);

/// <summary>What the rows of a query will be.</summary>
/// <param name="Segments">In how many segments is looked.</param>
/// <param name="Position">The log position that they show.</param>
/// <param name="IsPast">Whether the name or <c>as_of</c> says that position; else what is asked later may show more.</param>
public sealed record QueryPlan(IReadOnlyList<SchemaColumn> Columns, int Segments, long Position, bool IsPast);

/// <summary>Whether a query can be answered, and with what. What can be told before the first row is told here, in words: rows themselves come as bytes.</summary>
public sealed class QueryOperation(Catalog catalog, DatasetQueries queries) : IOperation<QueryRequest, QueryPlan>
{
    public static OperationRoute<QueryRequest, QueryPlan> Route { get; } = new(
        HttpMethod.Get, "/api/v1/datasets/{dataset}/query", "What a query of the dataset's rows gives", ApiJson.Default.QueryRequest, ApiJson.Default.QueryPlan);

    public async Task<QueryPlan> RunAsync(QueryRequest request, Asker asker, IProgress<OperationProgress> progress, CancellationToken cancellationToken)
    {
        var query = await queries.OpenAsync(request, asker, cancellationToken);
        var segments = await query.CheckAsync(progress, cancellationToken);
        var models = await catalog.CaughtUpAsync(cancellationToken);
        return new([.. query.Schema.Arrow.FieldsList.Select(ReadSchemaOperation.ColumnOf)], segments, query.AsOf ?? models.Position, query.AsOf is not null);
    }
}
