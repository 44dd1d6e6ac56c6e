using Strata.Arrow;
using Strata.Contracts;
using Strata.Projections;

namespace Strata.Web;

/// <summary>The conditions of <c>strata segments --where</c>, for a few hundred segments at a time.</summary>
public sealed class SegmentConditions(IReadModels models) : ISegmentConditions
{
    public async Task<string?> RefuseAsync(DatasetId dataset, string condition, CancellationToken cancellationToken)
    {
        try
        {
            RowCondition.Parse(condition).Bind(ColumnsOf(await models.Segments.ReadSchemaAsync(dataset, asOf: null, cancellationToken)));
            return null;
        }
        catch (ExpressionException e)
        {
            return $"where: {e.Message}";
        }
    }

    public async Task<IReadOnlyList<string>> HoldsForAsync(DatasetId dataset, string condition, long? asOf, IReadOnlyList<string> segments, CancellationToken cancellationToken)
    {
        var batch = await models.Segments.ReadAsync(dataset, new TableQuery(segments, asOf), cancellationToken);
        if (TryBind(condition, batch.Schema) is not { } bound)
        {
            return [];
        }

        var cells = bound.Columns.ToDictionary(column => column, column => ArrowCells.ReaderOf(batch.Column(column)));
        var ids = (StringArray)batch.Column("rerun_segment_id");
        return [.. Enumerable.Range(0, batch.Length).Where(row => bound.Holds(column => cells[column](row)) == true).Select(row => ids.GetString(row)!)];
    }

    /// <returns>Null: a column of the condition is in no row of these, so it holds for none.</returns>
    private static BoundExpression? TryBind(string condition, Schema schema)
    {
        try
        {
            return RowCondition.Parse(condition).Bind(ColumnsOf(schema));
        }
        catch (ExpressionException)
        {
            return null;
        }
    }

    private static ExpressionColumns ColumnsOf(Schema schema) => new([.. schema.FieldsList.Select(ArrowCells.ColumnOf)]);
}
