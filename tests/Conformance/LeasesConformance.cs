namespace Strata.Conformance;

/// <summary>Named leases with fencing tokens.</summary>
public abstract class LeasesConformance : StoreConformance
{
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_lease_has_one_owner_until_it_runs_out()
    {
        await using var store = await CreateAsync();
        (await store.Leases.AcquireAsync("relay", "ann", Duration, Cancel)).ShouldNotBeNull().Owner.ShouldBe("ann");
        (await store.Leases.AcquireAsync("relay", "bob", Duration, Cancel)).ShouldBeNull();
        (await store.Leases.AcquireAsync("projections", "bob", Duration, Cancel)).ShouldNotBeNull();

        store.Clock.Move(Duration);
        (await store.Leases.AcquireAsync("relay", "bob", Duration, Cancel)).ShouldNotBeNull();
    }

    [Fact]
    public async Task A_renewed_lease_is_kept_and_a_lost_one_says_so()
    {
        await using var store = await CreateAsync();
        var lease = (await store.Leases.AcquireAsync("relay", "ann", Duration, Cancel)).ShouldNotBeNull();
        store.Clock.Move(Duration / 2);
        (await store.Leases.RenewAsync(lease, Duration, Cancel)).ShouldBeTrue();
        store.Clock.Move(Duration / 2);
        (await store.Leases.AcquireAsync("relay", "bob", Duration, Cancel)).ShouldBeNull();

        store.Clock.Move(Duration);
        (await store.Leases.AcquireAsync("relay", "bob", Duration, Cancel)).ShouldNotBeNull();
        (await store.Leases.RenewAsync(lease, Duration, Cancel)).ShouldBeFalse();
    }

    [Fact]
    public async Task Tokens_rise_with_each_holder_also_over_release_and_restart()
    {
        await using var store = await CreateAsync();
        var tokens = new List<long>();
        foreach (var owner in new[] { "ann", "bob", "ann", "ann" })
        {
            var lease = (await store.Leases.AcquireAsync("relay", owner, Duration, Cancel)).ShouldNotBeNull();
            tokens.Add(lease.Token);
            await store.Leases.ReleaseAsync(lease, Cancel);
            await store.ReopenAsync();
        }

        tokens.ShouldBe(tokens.Distinct().Order());
    }

    [Fact]
    public async Task An_owner_that_asks_again_gets_a_new_token_and_its_old_lease_is_lost()
    {
        await using var store = await CreateAsync();
        var before = (await store.Leases.AcquireAsync("relay", "ann", Duration, Cancel)).ShouldNotBeNull();
        var after = (await store.Leases.AcquireAsync("relay", "ann", Duration, Cancel)).ShouldNotBeNull();

        after.Token.ShouldBeGreaterThan(before.Token);
        (await store.Leases.RenewAsync(before, Duration, Cancel)).ShouldBeFalse();
        (await store.Leases.RenewAsync(after, Duration, Cancel)).ShouldBeTrue();
    }

    [Fact]
    public async Task A_lost_lease_releases_nothing()
    {
        await using var store = await CreateAsync();
        var lost = (await store.Leases.AcquireAsync("relay", "ann", Duration, Cancel)).ShouldNotBeNull();
        store.Clock.Move(Duration);
        await store.Leases.AcquireAsync("relay", "bob", Duration, Cancel);
        await store.Leases.ReleaseAsync(lost, Cancel);

        (await store.Leases.AcquireAsync("relay", "eve", Duration, Cancel)).ShouldBeNull();
    }

    [Fact]
    public async Task A_released_lease_is_free_at_once_and_cannot_be_renewed()
    {
        await using var store = await CreateAsync();
        var lease = (await store.Leases.AcquireAsync("relay", "ann", Duration, Cancel)).ShouldNotBeNull();
        await store.Leases.ReleaseAsync(lease, Cancel);

        (await store.Leases.RenewAsync(lease, Duration, Cancel)).ShouldBeFalse();
        (await store.Leases.AcquireAsync("relay", "bob", Duration, Cancel)).ShouldNotBeNull();
    }

    [Fact]
    public async Task Of_eight_that_ask_at_once_one_gets_the_lease()
    {
        await using var store = await CreateAsync();
        var leases = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(() => store.Leases.AcquireAsync("relay", $"worker {i}", Duration, Cancel), Cancel)));

        leases.Count(l => l is not null).ShouldBe(1);
    }
}
