using Strata.Contracts;
using Strata.Projections.Layers.Reading;
using Strata.Projections.Running;
using Strata.Projections.Storage;

namespace Strata.Projections.DatasetManifest;

internal sealed class DatasetManifestQuery(FoldedTables tables) : TableReader(tables), IDatasetManifest
{
    protected override TableColumns ReadColumns(ReadScope scope, DatasetId dataset, long asOf) =>
        TableColumns.Read(scope, dataset, asOf, DatasetManifestBuilder.OwnFields, ofSegments: false);

    protected override TableBuilder Build(TableColumns columns) => new DatasetManifestBuilder(columns);
}
