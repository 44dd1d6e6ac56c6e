using Strata.Arrow;

namespace Strata.Web;

/// <param name="AsOf">A log position or a time; null: now.</param>
public sealed record ReadSchemaRequest(string Dataset, string? AsOf = null);

/// <param name="Position">The log position that it shows.</param>
public sealed record ReadSchemaResponse(IReadOnlyList<SchemaColumn> Columns, long Position);

/// <param name="Column">As the dataset's readers call it.</param>
/// <param name="Type">Arrow's type in words.</param>
/// <param name="Kind"><c>control, index, data</c> or <c>property</c>.</param>
/// <param name="EntityPath">Null for what belongs to no entity.</param>
/// <param name="Component">Null for what is no component.</param>
public sealed record SchemaColumn(string Column, string Type, string Kind, string? EntityPath, string? Component);

/// <summary>The columns of a dataset: what a reader of all its recordings has. Source: catalog-protocol §2.11.</summary>
public sealed class ReadSchemaOperation(Catalog catalog) : IOperation<ReadSchemaRequest, ReadSchemaResponse>
{
    private const string KindKey = "rerun:kind";
    private const string EntityPathKey = "rerun:entity_path";
    private const string ComponentKey = "rerun:component";
    private const string PropertyPrefix = "property:";

    public static OperationRoute<ReadSchemaRequest, ReadSchemaResponse> Route { get; } = new(
        HttpMethod.Get, "/api/v1/datasets/{dataset}/schema", "The columns of a dataset", ApiJson.Default.ReadSchemaRequest, ApiJson.Default.ReadSchemaResponse);

    public async Task<ReadSchemaResponse> RunAsync(ReadSchemaRequest request, Asker asker, IProgress<OperationProgress> progress, CancellationToken cancellationToken)
    {
        var entry = await catalog.RequireDatasetAsync(request.Dataset, request.AsOf, asker, cancellationToken);
        var models = await catalog.CaughtUpAsync(cancellationToken);
        var position = entry.AsOf ?? models.Position;
        var schema = await models.Schemas.ReadAsync(entry.Source, entry.AsOf, cancellationToken);
        return new([.. schema.FieldsList.Select(ColumnOf)], position);
    }

    internal static SchemaColumn ColumnOf(Field field) => new(
        field.Name,
        field.DataType.ToString(),
        field.Name.StartsWith(PropertyPrefix, StringComparison.Ordinal) ? "property" : field.Metadata.GetValueOrDefault(KindKey, "data"),
        field.Metadata.GetValueOrDefault(EntityPathKey),
        field.Metadata.GetValueOrDefault(ComponentKey));
}
