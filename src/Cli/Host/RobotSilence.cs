using Strata.EventStore;
using Strata.Projections;
using Strata.Webhooks;

namespace Strata.Cli;

/// <summary>Which robots are silent now, as <c>strata fleet</c> has it: <see cref="SignOfLife"/>.</summary>
/// <param name="clock">Of the server: so are the times at which heartbeats and recordings came.</param>
internal sealed class RobotSilence(IEventStore events, IReadModels models, IHeartbeats heartbeats, TimeProvider clock, TimeSpan silentAfter) : IRobotSilence
{
    public async Task<IReadOnlyList<SilentRobot>> ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            // Tables that are behind would make robots silent that have just published.
            await models.Fleet.WaitForAsync(await events.HeadAsync(cancellationToken), cancellationToken);
        }
        catch (ProjectionBehindException)
        {
            // Told by /health, which says what to do; of nobody can be said then that they are silent.
            return [];
        }

        var (nowNs, silentAfterNs) = ((clock.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick, silentAfter.Ticks * TimeSpan.NanosecondsPerTick);
        var robots = SignOfLife.OfAll(await models.Fleet.ReadAsync(asOf: null, cancellationToken), await heartbeats.ReadAsync(cancellationToken));
        return [.. robots.Where(r => r.Sign.IsSilent(nowNs, silentAfterNs)).Select(r => new SilentRobot(r.Sign.Robot, r.Sign.LastSeenNs))];
    }
}
