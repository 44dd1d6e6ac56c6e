using Strata.Projections.Backfills;
using Strata.Projections.DatasetSchema;
using Strata.Projections.Entries;
using Strata.Projections.Layers;
using Strata.Projections.Moments;
using Strata.Projections.Purges;
using Strata.Projections.Rules;
using Strata.Projections.SegmentProperties;
using Strata.Projections.WorkList;

namespace Strata.Projections.Folding;

/// <summary>What stands in the catalog, and what is to be derived. One projection, since a segment that is listed without its layers, or a rule without its work, would be a contradiction.</summary>
internal static class CatalogProjection
{
    public static readonly Projection Definition = new("catalog", "read models", Folder: "")
    {
        LayoutVersion = 5,
        FoldVersion = 8,
        EndsTraces = true,
        NewFold = (database, rememberedSegments) => new CatalogFold(database, rememberedSegments),
        HoldsPropertiesOf = PurgeRows.HoldProperties,
        Tables =
        [
            LogTimeRows.Table,
            EntryRows.Table,
            LayerRows.Table,
            PropertySchemaRows.Table,
            LayerShapeRows.Table,
            DatasetShapeRows.Table,
            SchemaRows.Table,
            RuleRows.Table,
            SuppressionRows.Table,
            WorkRows.Table,
            EvaluationRows.Table,
            BackfillRows.Table,
            BackfillRows.Pages,
            SegmentPropertyRows.Table,
            PurgeRows.Table,
        ],
    };
}
