using Strata.Contracts;
using Strata.EventStore;
using Strata.Webhooks;

namespace Strata.Cli.Tests;

public sealed class RobotSilenceTests
{
    private const long Second = 1_000_000_000;

    private static readonly TimeSpan FiveSeconds = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task A_robot_is_silent_once_its_newest_heartbeat_is_older_than_the_time_by_the_servers_clock_whatever_its_own_says()
    {
        var heartbeats = new Heartbeats(Came("older", atSecond: 94, sentAtSecond: 1_000), Came("just as old", atSecond: 95), Came("younger", atSecond: 96, sentAtSecond: 1));

        (await new RobotSilence(heartbeats, new Clock(100), FiveSeconds).ReadAsync(TestContext.Current.CancellationToken)).ShouldBe([new SilentRobot("older", 94 * Second)]);
    }

    [Fact]
    public async Task Nobody_is_silent_where_no_heartbeat_ever_came() =>
        (await new RobotSilence(new Heartbeats(), new Clock(100), FiveSeconds).ReadAsync(TestContext.Current.CancellationToken)).ShouldBeEmpty();

    private static KeptHeartbeat Came(string robot, long atSecond, long sentAtSecond = 1) => new(new(robot, sentAtSecond * Second, 0, 0, null, null), atSecond * Second);

    private sealed class Clock(long second) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeSeconds(second);
    }

    private sealed class Heartbeats(params KeptHeartbeat[] kept) : IHeartbeats
    {
        public Task<bool> KeepAsync(RobotHeartbeat heartbeat, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<IReadOnlyList<KeptHeartbeat>> ReadAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<KeptHeartbeat>>(kept);
    }
}
