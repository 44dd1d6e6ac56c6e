using Strata.Projections.Running;
using Strata.Projections.Storage;

namespace Strata.Projections.Fleet;

internal sealed class FleetQuery(FoldedTables tables) : IFleet
{
    public long Position => tables.Position;

    public Task WaitForAsync(long position, CancellationToken cancellationToken) => tables.WaitForAsync(position, cancellationToken);

    public Task<IReadOnlyList<RobotRow>> ReadAsync(long? asOf, CancellationToken cancellationToken) =>
        tables.QueryAsync<IReadOnlyList<RobotRow>>(scope => [.. RobotRows.Read(scope.Database, asOf ?? Temporal.Now).Select(Row)], cancellationToken);

    private static RobotRow Row(RobotState robot) => new(
        robot.Name, robot.Key, robot.FirstSeenAtNs, robot.LastSeenAtNs, robot.LastRecordingPosition, robot.LastRecordingAtNs,
        robot.Totals.Recordings, robot.Totals.SizeBytes, robot.Totals.Segments, robot.Quarantined, robot.Totals.Good, robot.Totals.Bad, robot.Totals.Review);
}
