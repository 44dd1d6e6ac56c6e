using Strata.Contracts;
using Strata.EventStore;

namespace Strata.Projections.Tests;

/// <summary>"Silent" means one thing: <c>strata fleet</c> and webhooks ask here.</summary>
public sealed class SignOfLifeTests
{
    private const long SilentAfterNs = 500;

    [Theory]
    [InlineData(2_000L, null, 2_000L)]
    [InlineData(null, 2_000L, 2_000L)]
    [InlineData(2_000L, 1_000L, 2_000L)]
    [InlineData(1_000L, 2_000L, 2_000L)]
    public void The_last_sign_of_life_is_the_newer_one_of_recording_and_heartbeat(long? recordedAtNs, long? heartbeatAtNs, long expectedNs) =>
        Sign(recordedAtNs, heartbeatAtNs).ShouldBe(new SignOfLife("r1", expectedNs));

    [Theory]
    [InlineData(2_500, false)]
    [InlineData(2_501, true)]
    public void A_robot_is_silent_once_it_is_older_than_the_time(long nowNs, bool isSilent)
    {
        Sign(2_000, null).IsSilent(nowNs, SilentAfterNs).ShouldBe(isSilent);
        Sign(1, 2_000).IsSilent(nowNs, SilentAfterNs).ShouldBe(isSilent, "an old recording silences nobody who beats");
        Sign(2_000, 1).IsSilent(nowNs, SilentAfterNs).ShouldBe(isSilent, "nor do old heartbeats one who publishes");
    }

    [Fact]
    public void Whoever_was_heard_of_in_either_way_is_among_all_of_them_once_and_by_name() =>
        SignOfLife.OfAll([Row("r2", 5), Row("r1", 1)], [Beat("r3", 7), Beat("r1", 9)]).Select(r => (r.Sign.Robot, r.Sign.LastSeenNs, r.Row is null, r.Heartbeat is null))
            .ShouldBe([("r1", 9L, false, false), ("r2", 5L, false, true), ("r3", 7L, true, false)]);

    private static SignOfLife Sign(long? recordedAtNs, long? heartbeatAtNs) => SignOfLife.Of(
        "r1", recordedAtNs is { } recorded ? Row("r1", recorded) : null, heartbeatAtNs is { } heard ? Beat("r1", heard) : null);

    private static RobotRow Row(string robot, long lastSeenAtNs) => new(robot, 1, 1, lastSeenAtNs, null, null, 0, 0, 0, 0, 0, 0, 0);

    /// <summary>What the robot's own clock says counts for nothing.</summary>
    private static KeptHeartbeat Beat(string robot, long receivedAtNs) => new(new RobotHeartbeat(robot, 1_000_000, 0, 0, null, null), receivedAtNs);
}
