using Strata.Contracts;
using Strata.Projections.Fleet;

namespace Strata.Projections.Quarantine;

/// <summary>What is in quarantine and what became of it, and how much of each robot is there.</summary>
internal sealed class QuarantineFold(QuarantineRows rows, RobotCount robots)
{
    private const string Released = "released";
    private const string Discarded = "discarded";

    public void OnQuarantined(long position, long at, RecordingQuarantined quarantined)
    {
        robots.OnQuarantined(rows.RobotOf(quarantined.QuarantineId), -1);
        var robot = robots.See(quarantined.Source, position, at);
        robots.OnQuarantined(robot, 1);
        rows.Insert(position, at, quarantined, robot);
    }

    public void OnReleased(long position, RecordingReleased released) => Settle(position, released.QuarantineId, Released);

    public void OnDiscarded(long position, RecordingDiscarded discarded) => Settle(position, discarded.QuarantineId, Discarded);

    private void Settle(long position, Sha256Digest quarantineId, string state)
    {
        robots.OnQuarantined(rows.RobotOf(quarantineId), -1);
        rows.Settle(position, quarantineId, state);
    }
}
