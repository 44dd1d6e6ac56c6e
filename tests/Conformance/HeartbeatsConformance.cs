using Strata.Contracts;

namespace Strata.Conformance;

/// <summary>The newest heartbeat of each robot, by what the robot says, and when it came, by the store's clock.</summary>
public abstract class HeartbeatsConformance : StoreConformance
{
    private static readonly RobotHeartbeat First = new("r1", 1_000, 3, 4_000_000, 900, "0.9.1");

    [Fact]
    public async Task A_heartbeat_comes_back_with_when_it_was_received_also_after_reopening()
    {
        await using var store = await CreateAsync();
        var other = new RobotHeartbeat("Ü robot", 5, 0, 0, null, null);
        (await store.Heartbeats.KeepAsync(other, Cancel)).ShouldBeTrue();
        (await store.Heartbeats.KeepAsync(First, Cancel)).ShouldBeTrue();
        var received = store.Clock.NowNs;
        await store.ReopenAsync();

        var kept = await store.Heartbeats.ReadAsync(Cancel);

        kept.Select(k => k.Heartbeat).ShouldBe([First, other], "by name");
        kept.ShouldAllBe(k => k.ReceivedAtNs == received);
    }

    [Fact]
    public async Task A_later_heartbeat_takes_the_place_of_the_one_before()
    {
        await using var store = await CreateAsync();
        await store.Heartbeats.KeepAsync(First, Cancel);
        store.Clock.Move(TimeSpan.FromSeconds(10));
        var later = First with { SentAtNs = 2_000, Spooled = 0, SpooledBytes = 0, OldestSpooledAtNs = null, Version = null };

        (await store.Heartbeats.KeepAsync(later, Cancel)).ShouldBeTrue();

        var kept = (await store.Heartbeats.ReadAsync(Cancel)).ShouldHaveSingleItem();
        (kept.Heartbeat, kept.ReceivedAtNs).ShouldBe((later, store.Clock.NowNs));
    }

    [Theory]
    [InlineData(1_000)]
    [InlineData(999)]
    public async Task A_heartbeat_that_comes_again_or_late_changes_nothing(long sentAtNs)
    {
        await using var store = await CreateAsync();
        await store.Heartbeats.KeepAsync(First, Cancel);
        var received = store.Clock.NowNs;
        store.Clock.Move(TimeSpan.FromMinutes(5));

        (await store.Heartbeats.KeepAsync(First with { SentAtNs = sentAtNs, Spooled = 9 }, Cancel)).ShouldBeFalse();

        var kept = (await store.Heartbeats.ReadAsync(Cancel)).ShouldHaveSingleItem();
        (kept.Heartbeat, kept.ReceivedAtNs).ShouldBe((First, received));
    }

    [Fact]
    public async Task A_robot_whose_clock_was_ahead_and_was_mended_is_heard_again()
    {
        await using var store = await CreateAsync();
        await store.Heartbeats.KeepAsync(First with { SentAtNs = long.MaxValue }, Cancel);
        var mended = First with { SentAtNs = store.Clock.NowNs };

        (await store.Heartbeats.KeepAsync(mended, Cancel)).ShouldBeTrue();

        (await store.Heartbeats.ReadAsync(Cancel)).ShouldHaveSingleItem().Heartbeat.ShouldBe(mended);
    }

    [Fact]
    public async Task Of_heartbeats_that_come_at_once_the_newest_stays()
    {
        await using var store = await CreateAsync();
        await Task.WhenAll(Enumerable.Range(1, 20).Select(i => Task.Run(() => store.Heartbeats.KeepAsync(First with { SentAtNs = i * 7 % 20 }, Cancel), Cancel)));

        (await store.Heartbeats.ReadAsync(Cancel)).ShouldHaveSingleItem().Heartbeat.SentAtNs.ShouldBe(19);
    }
}
