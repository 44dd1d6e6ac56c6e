using Strata.Contracts;
using Strata.EventStore;

namespace Strata.Registrar.Tests;

public sealed class HeartbeatTests
{
    private static readonly RobotHeartbeat Good = new("r1", 5, 1, 2_000, 4, "1.0");

    private readonly Kept _kept = new();

    public static TheoryData<RobotHeartbeat, string> Wrong => new()
    {
        { Good with { Robot = "" }, "robot id must not be empty" },
        { Good with { Robot = new string('r', RobotMessageLimits.MaxRobotBytes + 1) }, $"at most {RobotMessageLimits.MaxRobotBytes} are allowed" },
        { Good with { Robot = "r\0" }, "NUL" },
        { Good with { SentAtNs = 0 }, "sentAtNs: expected nanoseconds since 1970, found 0" },
        { Good with { Spooled = -1 }, "spooled: expected 0 or more, found -1" },
        { Good with { SpooledBytes = -1 }, "spooledBytes: expected 0 or more, found -1" },
        { Good with { Version = new string('1', HeartbeatHandler.MaxVersionLength + 1) }, "version: expected at most" },
        { Good with { Version = "1\n2" }, "version: expected text on one line" },
    };

    [Fact]
    public async Task A_heartbeat_is_kept()
    {
        await new HeartbeatHandler(_kept).HandleAsync(Good, TestContext.Current.CancellationToken);

        _kept.Heartbeats.ShouldBe([Good]);
    }

    [Theory]
    [MemberData(nameof(Wrong))]
    public async Task A_heartbeat_that_cannot_be_one_is_refused_by_the_field(RobotHeartbeat wrong, string said)
    {
        var refused = await Should.ThrowAsync<ArgumentException>(() => new HeartbeatHandler(_kept).HandleAsync(wrong, TestContext.Current.CancellationToken));

        refused.Message.ShouldContain(said);
        refused.Message.ShouldNotContain("(Parameter");
        _kept.Heartbeats.ShouldBeEmpty();
    }

    private sealed class Kept : IHeartbeats
    {
        public List<RobotHeartbeat> Heartbeats { get; } = [];

        public Task<bool> KeepAsync(RobotHeartbeat heartbeat, CancellationToken cancellationToken)
        {
            Heartbeats.Add(heartbeat);
            return Task.FromResult(true);
        }

        public Task<IReadOnlyList<KeptHeartbeat>> ReadAsync(CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
