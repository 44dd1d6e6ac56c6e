using Strata.Contracts;
using Strata.Projections.Layers.Reading;
using Strata.Projections.Running;
using Strata.Projections.Storage;

namespace Strata.Projections.SegmentTable;

internal sealed class SegmentTableQuery(FoldedTables tables) : TableReader(tables), ISegmentTable
{
    protected override TableColumns ReadColumns(ReadScope scope, DatasetId dataset, long asOf) =>
        TableColumns.Read(scope, dataset, asOf, SegmentTableBuilder.OwnFields, ofSegments: true);

    protected override TableBuilder Build(TableColumns columns) => new SegmentTableBuilder(columns);
}
