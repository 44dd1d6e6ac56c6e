using Strata.Contracts;
using Strata.Projections.Layers.Reading;
using Strata.Projections.Storage;

namespace Strata.Projections.DatasetManifest;

internal sealed class DatasetManifestQuery(ReadModels models) : TableReader(models), IDatasetManifest
{
    protected override TableColumns ReadColumns(ReadScope scope, DatasetId dataset, long asOf) =>
        TableColumns.Read(scope, dataset, asOf, DatasetManifestBuilder.OwnFields, ofSegments: false);

    protected override TableBuilder Build(TableColumns columns) => new DatasetManifestBuilder(columns);
}
