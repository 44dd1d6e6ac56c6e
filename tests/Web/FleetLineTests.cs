using Strata.Contracts;
using Strata.EventStore;
using Strata.Projections;

namespace Strata.Web.Tests;

public sealed class FleetLineTests
{
    private const long SilentAfterNs = 300;

    private static readonly RobotRow Row = new("r1", 1, 100, 2_000, 9, 1_900, 4, 4_000, 3, 1, 2, 1, 0);

    private static readonly KeptHeartbeat Heartbeat = new(new RobotHeartbeat("r1", 77, 5, 6_000, 70, "1.0"), 2_500);

    [Theory]
    [InlineData(2_000 + SilentAfterNs, false)]
    [InlineData(2_001 + SilentAfterNs, true)]
    public void A_robot_without_heartbeats_was_seen_when_its_last_recording_came(long nowNs, bool isSilent)
    {
        var line = FleetLine.Of("r1", Row, null, nowNs, SilentAfterNs);

        (line.LastSeenNs, line.Silent).ShouldBe((2_000, isSilent));
        (line.Spooled, line.HeartbeatNs, line.Version).ShouldBe((null, null, null));
    }

    [Fact]
    public void A_heartbeat_that_came_later_is_when_it_was_seen_by_the_store_s_clock_and_not_the_robot_s()
    {
        var line = FleetLine.Of("r1", Row, Heartbeat, 2_800, SilentAfterNs);

        (line.LastSeenNs, line.Silent).ShouldBe((2_500, false));
        (line.Spooled, line.SpooledBytes, line.OldestSpooledNs, line.HeartbeatNs, line.Version).ShouldBe((5, 6_000, 70, 2_500, "1.0"));
        (line.Recordings, line.Good, line.Bad, line.GoodRatio).ShouldBe((4, 2, 1, 2 / 3.0));
    }

    [Fact]
    public void A_robot_that_only_sent_heartbeats_has_no_recordings_and_no_ratio()
    {
        var line = FleetLine.Of("r1", null, Heartbeat, 2_800, SilentAfterNs);

        (line.LastSeenNs, line.FirstSeenNs, line.Recordings, line.LastRecordingNs, line.GoodRatio).ShouldBe((2_500, null, 0, null, null));
    }
}
