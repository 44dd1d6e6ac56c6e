namespace Strata.Conformance;

/// <summary>What the holder of a lease remembers, and nobody else writes.</summary>
public abstract class LeasedStatesConformance : StoreConformance
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task What_a_holder_writes_outlives_it_and_is_read_by_the_next_one()
    {
        await using var store = await CreateAsync();
        (await store.States.ReadStateAsync("hook", Cancel)).ShouldBeNull();
        var lease = (await store.Leases.AcquireAsync("hook", "a", Minute, Cancel))!;

        (await store.States.WriteStateAsync(lease, """{"position":1}""", Cancel)).ShouldBeTrue();
        (await store.States.WriteStateAsync(lease, """{"position":2}""", Cancel)).ShouldBeTrue();
        await store.Leases.ReleaseAsync(lease, Cancel);
        await store.ReopenAsync();

        (await store.States.ReadStateAsync("hook", Cancel)).ShouldBe("""{"position":2}""");
        (await store.States.ReadStateAsync("other", Cancel)).ShouldBeNull();
    }

    [Fact]
    public async Task Who_lost_its_lease_writes_nothing_and_is_told()
    {
        await using var store = await CreateAsync();
        var lost = (await store.Leases.AcquireAsync("hook", "a", Minute, Cancel))!;
        await store.States.WriteStateAsync(lost, "of the first", Cancel);
        await store.Leases.ReleaseAsync(lost, Cancel);
        var next = (await store.Leases.AcquireAsync("hook", "b", Minute, Cancel))!;
        (await store.States.WriteStateAsync(next, "of the second", Cancel)).ShouldBeTrue();

        (await store.States.WriteStateAsync(lost, "late", Cancel)).ShouldBeFalse();

        (await store.States.ReadStateAsync("hook", Cancel)).ShouldBe("of the second");
    }
}
