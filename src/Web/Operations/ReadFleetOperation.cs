using Strata.EventStore;
using Strata.Projections;

namespace Strata.Web;

/// <param name="SilentAfterNs">A robot of which nothing came for longer than this is silent.</param>
public sealed record ReadFleetRequest(long SilentAfterNs = ReadFleetRequest.UsualSilenceNs)
{
    public const long UsualSilenceNs = SignOfLife.UsualSilenceNs;
}

/// <param name="NowNs">What silence and ages are counted from, UTC nanoseconds by the server's clock.</param>
/// <param name="Position">Up to where the log was looked at.</param>
public sealed record ReadFleetResponse(IReadOnlyList<FleetLine> Robots, long SilentAfterNs, long NowNs, long Position);

/// <summary>One line of <c>strata fleet --json</c>. Times are UTC nanoseconds; what only heartbeats tell is null for a robot that sends none.</summary>
/// <param name="LastSeenNs">When the last heartbeat or recording of it came, whichever was later, by the server's clock.</param>
/// <param name="LastRecordingNs">When its last recording was registered; null when none ever was.</param>
/// <param name="Recordings">Of it that stand, and their <paramref name="SizeBytes"/>, in so many <paramref name="Segments"/>.</param>
/// <param name="Quarantined">Of it that lie in quarantine now.</param>
/// <param name="WithoutVerdict">Segments that no quality layer speaks of (yet).</param>
/// <param name="GoodRatio">Good ones of those that are good or bad; null when there are none.</param>
public sealed record FleetLine(
    string Robot,
    long? FirstSeenNs,
    long LastSeenNs,
    bool Silent,
    long? LastRecordingNs,
    long? LastRecordingPosition,
    long Recordings,
    long SizeBytes,
    long Segments,
    long? Spooled,
    long? SpooledBytes,
    long? OldestSpooledNs,
    long? HeartbeatNs,
    string? Version,
    long Quarantined,
    long Good,
    long Bad,
    long Review,
    long WithoutVerdict,
    double? GoodRatio)
{
    internal static FleetLine Of(string robot, RobotRow? row, KeptHeartbeat? kept, long nowNs, long silentAfterNs)
    {
        var sign = SignOfLife.Of(robot, row, kept);
        var heartbeat = kept?.Heartbeat;
        var (good, bad) = (row?.Good ?? 0, row?.Bad ?? 0);
        return new(
            robot, row?.FirstSeenAtNs, sign.LastSeenNs, sign.IsSilent(nowNs, silentAfterNs), row?.LastRecordingAtNs, row?.LastRecordingPosition, row?.Recordings ?? 0, row?.SizeBytes ?? 0, row?.Segments ?? 0,
            heartbeat?.Spooled, heartbeat?.SpooledBytes, heartbeat?.OldestSpooledAtNs, kept?.ReceivedAtNs, heartbeat?.Version,
            row?.Quarantined ?? 0, good, bad, row?.Review ?? 0, row?.WithoutVerdict ?? 0, good + bad == 0 ? null : (double)good / (good + bad));
    }
}

/// <summary>All robots at a glance: what the log says of them, and what they said last of themselves.</summary>
public sealed class ReadFleetOperation(Catalog catalog, IHeartbeats heartbeats, TimeProvider clock) : IOperation<ReadFleetRequest, ReadFleetResponse>
{
    public static OperationRoute<ReadFleetRequest, ReadFleetResponse> Route { get; } = new(
        HttpMethod.Get, "/api/v1/fleet", "Robots: last seen, recordings, spool, quarantined, good and bad", ApiJson.Default.ReadFleetRequest, ApiJson.Default.ReadFleetResponse);

    public async Task<ReadFleetResponse> RunAsync(ReadFleetRequest request, Asker asker, IProgress<OperationProgress> progress, CancellationToken cancellationToken)
    {
        if (request.SilentAfterNs <= 0)
        {
            throw new OperationException(OperationErrors.Invalid, $"silent_after_ns: expected a time above 0, found {request.SilentAfterNs}", $"{ReadFleetRequest.UsualSilenceNs} is the default, five minutes");
        }

        var models = await catalog.FleetCaughtUpAsync(cancellationToken);
        var position = models.Fleet.Position;
        var robots = SignOfLife.OfAll(await models.Fleet.ReadAsync(asOf: null, cancellationToken), await heartbeats.ReadAsync(cancellationToken));
        var now = (clock.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick;
        return new([.. robots.Select(r => FleetLine.Of(r.Sign.Robot, r.Row, r.Heartbeat, now, request.SilentAfterNs))], request.SilentAfterNs, now, position);
    }
}
