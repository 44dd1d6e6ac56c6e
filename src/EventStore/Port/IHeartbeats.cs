using Strata.Contracts;

namespace Strata.EventStore;

/// <summary>Operational state, not rebuilt from events: the newest heartbeat of each robot.</summary>
public interface IHeartbeats
{
    /// <summary>
    /// A robot's clock may be wrong, and be mended: a heartbeat that was sent further ahead of the store's clock than this yields to whatever comes after it,
    /// or the robot would be silent until that time has come.
    /// </summary>
    static readonly TimeSpan MostAhead = TimeSpan.FromMinutes(1);

    /// <summary>Keeps it, unless one is kept that the robot sent at the same time or later: deliveries come twice and out of order.</summary>
    /// <returns>Whether it was kept.</returns>
    Task<bool> KeepAsync(RobotHeartbeat heartbeat, CancellationToken cancellationToken);

    /// <summary>One a robot, by name.</summary>
    Task<IReadOnlyList<KeptHeartbeat>> ReadAsync(CancellationToken cancellationToken);
}

/// <param name="ReceivedAtNs">When it was kept, by the store's clock, which is one for all robots.</param>
public sealed record KeptHeartbeat(RobotHeartbeat Heartbeat, long ReceivedAtNs);
