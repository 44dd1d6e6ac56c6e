using Strata.EventStore;

namespace Strata.Conformance;

/// <summary>Positions that only the holder of a lease moves.</summary>
public abstract class LeasedPositionsConformance : StoreConformance
{
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_position_is_0_until_it_is_moved_and_outlives_a_restart_and_its_lease()
    {
        await using var store = await CreateAsync();
        (await store.Positions.ReadPositionAsync("relay", Cancel)).ShouldBe(0);
        var lease = await TakeAsync(store, "ann");

        (await store.Positions.MoveAsync(lease, 7, Duration, Cancel)).ShouldBeTrue();
        (await store.Positions.MoveAsync(lease, 4_000_000_000, Duration, Cancel)).ShouldBeTrue();
        await store.Leases.ReleaseAsync(lease, Cancel);
        await store.ReopenAsync();

        (await store.Positions.ReadPositionAsync("relay", Cancel)).ShouldBe(4_000_000_000);
        (await store.Positions.ReadPositionAsync("relay/other", Cancel)).ShouldBe(0);
    }

    [Fact]
    public async Task Who_lost_the_lease_moves_nothing_and_hears_it()
    {
        await using var store = await CreateAsync();
        var stalled = await TakeAsync(store, "ann");
        (await store.Positions.MoveAsync(stalled, 3, Duration, Cancel)).ShouldBeTrue();
        store.Clock.Move(Duration);
        var next = await TakeAsync(store, "bob");
        (await store.Positions.MoveAsync(next, 9, Duration, Cancel)).ShouldBeTrue();

        (await store.Positions.MoveAsync(stalled, 5, Duration, Cancel)).ShouldBeFalse();

        (await store.Positions.ReadPositionAsync("relay", Cancel)).ShouldBe(9);
    }

    [Fact]
    public async Task Moving_renews_the_lease()
    {
        await using var store = await CreateAsync();
        var lease = await TakeAsync(store, "ann");
        store.Clock.Move(Duration / 2);
        (await store.Positions.MoveAsync(lease, 1, Duration, Cancel)).ShouldBeTrue();
        store.Clock.Move(Duration / 2);

        (await store.Leases.AcquireAsync("relay", "bob", Duration, Cancel)).ShouldBeNull();
    }

    private static async Task<Lease> TakeAsync(StoreUnderTest store, string owner) => (await store.Leases.AcquireAsync("relay", owner, Duration, Cancel)).ShouldNotBeNull();
}
