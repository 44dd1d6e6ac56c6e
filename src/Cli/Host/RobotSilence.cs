using Strata.EventStore;
using Strata.Webhooks;

namespace Strata.Cli;

/// <summary>Which robots' newest heartbeats are older than a robot may be silent. One that never sent any promised none, and is not missed.</summary>
/// <param name="clock">Of the server: so is the time at which a heartbeat came.</param>
internal sealed class RobotSilence(IHeartbeats heartbeats, TimeProvider clock, TimeSpan silentAfter) : IRobotSilence
{
    public async Task<IReadOnlyList<SilentRobot>> ReadAsync(CancellationToken cancellationToken)
    {
        var kept = await heartbeats.ReadAsync(cancellationToken);
        var oldestNs = (clock.GetUtcNow() - silentAfter - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick;
        return [.. kept.Where(k => k.ReceivedAtNs < oldestNs).Select(k => new SilentRobot(k.Heartbeat.Robot, k.ReceivedAtNs))];
    }
}
