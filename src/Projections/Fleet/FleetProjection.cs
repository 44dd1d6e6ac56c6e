using Strata.Projections.Folding;
using Strata.Projections.Quarantine;

namespace Strata.Projections.Fleet;

/// <summary>What robots sent and what of it lies in quarantine: nothing in the catalog depends on it, so it follows the log by itself.</summary>
internal static class FleetProjection
{
    public static readonly Projection Definition = new("fleet", "tables of robots and quarantine", Folder: "fleet")
    {
        LayoutVersion = 1,
        FoldVersion = 1,
        NewFold = (database, rememberedSegments) => new FleetFold(database, rememberedSegments),
        HoldsPropertiesOf = FleetLayerRows.HoldVerdicts,
        Tables =
        [
            RobotRows.Table,
            FleetLayerRows.Table,
            QuarantineRows.Table,
        ],
    };
}
