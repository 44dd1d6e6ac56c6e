using Strata.Projections.Backfills;
using Strata.Projections.DatasetSchema;
using Strata.Projections.Entries;
using Strata.Projections.Fleet;
using Strata.Projections.Layers;
using Strata.Projections.Moments;
using Strata.Projections.Purges;
using Strata.Projections.Quarantine;
using Strata.Projections.Rules;
using Strata.Projections.SegmentProperties;
using Strata.Projections.Storage;
using Strata.Projections.WorkList;

namespace Strata.Projections.Folding;

/// <summary>All tables of a generation.</summary>
internal static class ReadModelTables
{
    /// <summary>
    /// Of the tables and their columns: raised with any change of them. This program cannot read a generation of another number, and begins an empty one that a replay fills.
    /// </summary>
    public const int LayoutVersion = 4;

    /// <summary>
    /// Of what the folds write: raised with any change of a fold's result. A generation of another number is readable: it serves as of its checkpoint until a replay beside it
    /// has caught up.
    /// </summary>
    public const int FoldVersion = 8;

    public static readonly GenerationVersions Versions = new(LayoutVersion, FoldVersion);

    public static readonly IReadOnlyList<TableDefinition> All =
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
        QuarantineRows.Table,
        SegmentPropertyRows.Table,
        PurgeRows.Table,
        RobotRows.Table,
    ];
}
