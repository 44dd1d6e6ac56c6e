using Strata.Arrow;
using Strata.Contracts;
using Strata.Projections.Layers;

namespace Strata.Projections.SegmentTable;

internal sealed class SegmentTableQuery(ReadModels models) : ISegmentTable
{
    public Task<RecordBatch> ReadAsync(DatasetId dataset, TableQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        return models.QueryAsync(
            scope => SegmentTableBuilder.Build(StoredLayers.Read(scope, dataset, query, cancellationToken), new PropertyTable(scope.Database), cancellationToken),
            cancellationToken);
    }
}
