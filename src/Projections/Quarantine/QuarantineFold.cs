using Strata.Contracts;
using Strata.Projections.Fleet;

namespace Strata.Projections.Quarantine;

/// <summary>What is in quarantine and what became of it, and how much of each robot is there.</summary>
internal sealed class QuarantineFold(QuarantineRows rows, FleetFold fleet)
{
    private const string Released = "released";
    private const string Discarded = "discarded";

    public void OnQuarantined(long position, long at, RecordingQuarantined quarantined)
    {
        fleet.OnQuarantined(rows.RobotOf(quarantined.QuarantineId), -1);
        var robot = fleet.See(quarantined.Source, position, at);
        fleet.OnQuarantined(robot, 1);
        rows.Insert(position, at, quarantined, robot);
    }

    public void OnReleased(long position, RecordingReleased released) => Settle(position, released.QuarantineId, Released);

    public void OnDiscarded(long position, RecordingDiscarded discarded) => Settle(position, discarded.QuarantineId, Discarded);

    private void Settle(long position, Sha256Digest quarantineId, string state)
    {
        fleet.OnQuarantined(rows.RobotOf(quarantineId), -1);
        rows.Settle(position, quarantineId, state);
    }
}
