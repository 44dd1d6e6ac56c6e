using Strata.EventStore;

namespace Strata.Projections;

/// <summary>
/// When something was heard of a robot last, and whether it is silent: the one place that says so. A sign of life is a heartbeat, or an event that the robot caused, such as a
/// recording that was registered or put into quarantine; both by the server's clock. Source: docs/fleet.md.
/// </summary>
/// <param name="Robot">Its name.</param>
/// <param name="LastSeenNs">UTC nanoseconds since 1970.</param>
public sealed record SignOfLife(string Robot, long LastSeenNs)
{
    /// <summary>Five minutes: some heartbeats may be lost, and a short hole in the network is nothing to look at.</summary>
    public const long UsualSilenceNs = 300_000_000_000;

    /// <param name="row">What the log says of it; null: nothing.</param>
    /// <param name="heartbeat">Its newest; null: it sends none.</param>
    public static SignOfLife Of(string robot, RobotRow? row, KeptHeartbeat? heartbeat) => new(robot, Math.Max(row?.LastSeenAtNs ?? 0, heartbeat?.ReceivedAtNs ?? 0));

    /// <summary>Of each robot that was ever heard of, by name.</summary>
    public static IEnumerable<(SignOfLife Sign, RobotRow? Row, KeptHeartbeat? Heartbeat)> OfAll(IEnumerable<RobotRow> rows, IEnumerable<KeptHeartbeat> heartbeats)
    {
        var (told, kept) = (rows.ToDictionary(r => r.Robot, StringComparer.Ordinal), heartbeats.ToDictionary(k => k.Heartbeat.Robot, StringComparer.Ordinal));
        return told.Keys.Union(kept.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal)
            .Select(robot => (Of(robot, told.GetValueOrDefault(robot), kept.GetValueOrDefault(robot)), told.GetValueOrDefault(robot), kept.GetValueOrDefault(robot)));
    }

    public bool IsSilent(long nowNs, long silentAfterNs) => nowNs - LastSeenNs > silentAfterNs;
}
