using Strata.Contracts;
using Strata.Projections;
using Strata.Web;

namespace Strata.Cli;

/// <summary>The conditions of <c>strata segments --where</c>, for a few hundred segments at a time.</summary>
internal sealed class SegmentConditions(IReadModels models) : ISegmentConditions
{
    public async Task<string?> RefuseAsync(DatasetId dataset, string condition, CancellationToken cancellationToken)
    {
        try
        {
            var schema = await models.Segments.ReadSchemaAsync(dataset, asOf: null, cancellationToken);
            var missing = RowFilter.Parse(condition).Columns.Where(column => schema.FieldsList.All(field => field.Name != column)).ToList();
            return missing.Count == 0 ? null : $"--where: there is no column '{missing[0]}'; there are: {string.Join(", ", schema.FieldsList.Select(field => field.Name))}";
        }
        catch (UsageException e)
        {
            return e.Message;
        }
    }

    public async Task<IReadOnlyList<string>> HoldsForAsync(DatasetId dataset, string condition, long? asOf, IReadOnlyList<string> segments, CancellationToken cancellationToken)
    {
        var filter = RowFilter.Parse(condition);
        var batch = await models.Segments.ReadAsync(dataset, new TableQuery(segments, asOf), cancellationToken);
        var table = RecordBatchJson.ToTable(batch, asOf ?? models.Position);
        return filter.Columns.All(column => table.Columns.Any(c => c.Name == column))
            ? [.. table.Rows.EnumerateArray().Where(filter.Holds).Select(row => row.GetProperty("rerun_segment_id").GetString()!)]
            : [];
    }
}
