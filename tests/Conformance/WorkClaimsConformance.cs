using Strata.Contracts;
using Strata.EventStore;

namespace Strata.Conformance;

/// <summary>Who works on what, counted before the work begins and fenced by rising tokens. Source: DESIGN rule 8.</summary>
public abstract class WorkClaimsConformance : StoreConformance
{
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(1);
    private static readonly Sha256Digest One = Sha256Digest.Of("one"u8);
    private static readonly Sha256Digest Two = Sha256Digest.Of("two"u8);

    [Fact]
    public async Task A_claimed_item_is_nobody_elses_until_its_lease_ends()
    {
        await using var store = await CreateAsync();
        (await store.Claims.ClaimAsync([One], "ann", Lease, Cancel)).Select(c => (c.WorkId, c.Owner, c.Attempt)).ShouldBe([(One, "ann", 1)]);
        (await store.Claims.ClaimAsync([One, Two], "bob", Lease, Cancel)).Select(c => c.WorkId).ShouldBe([Two]);
        (await store.Claims.ClaimAsync([One], "ann", Lease, Cancel)).ShouldBeEmpty();

        store.Clock.Move(Lease);
        (await store.Claims.ClaimAsync([One], "bob", Lease, Cancel)).Select(c => (c.Owner, c.Attempt)).ShouldBe([("bob", 1)]);
    }

    [Fact]
    public async Task An_item_asked_for_twice_is_claimed_once()
    {
        await using var store = await CreateAsync();
        (await store.Claims.ClaimAsync([One, One], "ann", Lease, Cancel)).Count.ShouldBe(1);
        (await store.Claims.ReadAsync([One], Cancel)).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Of_eight_that_claim_at_once_each_item_goes_to_one()
    {
        await using var store = await CreateAsync();
        Sha256Digest[] items = [.. Enumerable.Range(0, 50).Select(i => Sha256Digest.Of(BitConverter.GetBytes(i)))];
        var claims = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(() => store.Claims.ClaimAsync(items, $"worker {i}", Lease, Cancel), Cancel)));

        claims.SelectMany(c => c).Select(c => c.WorkId.Value).Order().ShouldBe(items.Select(i => i.Value).Order());
    }

    [Fact]
    public async Task The_attempt_is_counted_before_the_work_so_that_a_crash_counts()
    {
        await using var store = await CreateAsync();
        for (var attempt = 1; attempt <= 3; attempt++)
        {
            var claim = (await store.Claims.ClaimAsync([One], "ann", Lease, Cancel)).Single();
            claim.Attempt.ShouldBe(attempt);
            (await store.Claims.BeginAsync([claim], Cancel)).ShouldBe([claim]);
            await store.ReopenAsync();
            (await store.Claims.ReadAsync([One], Cancel)).Single().ShouldBe(
                new WorkAttempts(One, attempt, "ann", store.Clock.NowNs + (long)Lease.TotalNanoseconds, 0, null));
            store.Clock.Move(Lease);
        }
    }

    [Fact]
    public async Task Of_what_was_claimed_together_only_what_was_begun_counts()
    {
        await using var store = await CreateAsync();
        var claims = await store.Claims.ClaimAsync([One, Two], "ann", Lease, Cancel);
        await store.Claims.BeginAsync([claims[0]], Cancel);
        await store.ReopenAsync();
        store.Clock.Move(Lease);

        (await store.Claims.ReadAsync([One, Two], Cancel)).Select(a => a.Attempts).ShouldBe([1, 0]);
        (await store.Claims.ClaimAsync([One, Two], "bob", Lease, Cancel)).Select(c => c.Attempt).ShouldBe([2, 1]);
    }

    [Fact]
    public async Task An_attempt_that_is_begun_twice_is_one()
    {
        await using var store = await CreateAsync();
        var claims = await store.Claims.ClaimAsync([One, Two], "ann", Lease, Cancel);
        await store.Claims.BeginAsync(claims, Cancel);

        (await store.Claims.BeginAsync(claims, Cancel)).ShouldBe(claims);

        (await store.Claims.ReadAsync([One, Two], Cancel)).Select(a => a.Attempts).ShouldBe([1, 1]);
    }

    [Fact]
    public async Task Renewing_keeps_a_claim_and_tells_which_ones_were_lost()
    {
        await using var store = await CreateAsync();
        var claims = await store.Claims.ClaimAsync([One, Two], "ann", Lease, Cancel);
        store.Clock.Move(Lease / 2);
        (await store.Claims.RenewAsync([claims[0]], Lease, Cancel)).ShouldBe([claims[0]]);
        store.Clock.Move(Lease / 2);

        (await store.Claims.ClaimAsync([One, Two], "bob", Lease, Cancel)).Select(c => c.WorkId).ShouldBe([Two]);
        (await store.Claims.RenewAsync(claims, Lease, Cancel)).ShouldBe([claims[0]]);
    }

    [Fact]
    public async Task A_claim_that_ran_out_and_that_nobody_took_can_be_renewed()
    {
        await using var store = await CreateAsync();
        var claims = await store.Claims.ClaimAsync([One], "ann", Lease, Cancel);
        store.Clock.Move(Lease * 2);

        (await store.Claims.RenewAsync(claims, Lease, Cancel)).ShouldBe(claims);
        (await store.Claims.ClaimAsync([One], "bob", Lease, Cancel)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Each_claim_of_an_item_has_a_higher_token_than_the_one_before()
    {
        await using var store = await CreateAsync();
        var tokens = new List<long>();
        for (var i = 0; i < 4; i++)
        {
            var claim = (await store.Claims.ClaimAsync([One], "ann", Lease, Cancel)).Single();
            tokens.Add(claim.Token);
            await store.Claims.ReturnAsync([claim], Cancel);
            await store.ReopenAsync();
        }

        tokens.ShouldBe(tokens.Distinct().Order());
    }

    [Fact]
    public async Task A_lost_claim_changes_nothing()
    {
        await using var store = await CreateAsync();
        var lost = (await store.Claims.ClaimAsync([One], "ann", Lease, Cancel)).Single();
        store.Clock.Move(Lease);
        var held = (await store.Claims.ClaimAsync([One], "ann", Lease, Cancel)).Single();
        var before = await store.Claims.ReadAsync([One], Cancel);

        (await store.Claims.BeginAsync([lost], Cancel)).ShouldBeEmpty();
        (await store.Claims.RenewAsync([lost], Lease * 9, Cancel)).ShouldBeEmpty();
        await store.Claims.SettleAsync([lost], Cancel);
        await store.Claims.ReturnAsync([lost], Cancel);
        await store.Claims.PostponeAsync(lost, Lease, "late", Cancel);

        (await store.Claims.ReadAsync([One], Cancel)).ShouldBe(before);
        (await store.Claims.RenewAsync([held], Lease, Cancel)).ShouldBe([held]);
    }

    [Fact]
    public async Task A_settled_item_is_never_claimed_again()
    {
        await using var store = await CreateAsync();
        var claimed = await store.Claims.ClaimAsync([One], "ann", Lease, Cancel);
        (await store.Claims.ReadAsync([One], Cancel)).ShouldHaveSingleItem().IsSettled.ShouldBeFalse();
        await store.Claims.SettleAsync(claimed, Cancel);
        store.Clock.Move(Lease * 2);
        await store.ReopenAsync();

        (await store.Claims.ClaimAsync([One], "bob", Lease, Cancel)).ShouldBeEmpty();
        (await store.Claims.ReadAsync([One], Cancel)).ShouldHaveSingleItem().IsSettled.ShouldBeTrue();
    }

    [Fact]
    public async Task A_postponed_item_is_claimed_again_when_it_is_due_and_says_why()
    {
        await using var store = await CreateAsync();
        var claim = (await store.Claims.ClaimAsync([One], "ann", Lease, Cancel)).Single();
        await store.Claims.BeginAsync([claim], Cancel);
        await store.Claims.PostponeAsync(claim, TimeSpan.FromSeconds(10), "the disk was busy", Cancel);

        var dueAtNs = store.Clock.NowNs + 10_000_000_000;
        (await store.Claims.ReadAsync([One], Cancel)).ShouldBe([new WorkAttempts(One, 1, null, 0, dueAtNs, "the disk was busy")]);
        (await store.Claims.ClaimAsync([One], "bob", Lease, Cancel)).ShouldBeEmpty();
        store.Clock.Move(TimeSpan.FromSeconds(10));
        (await store.Claims.ClaimAsync([One], "bob", Lease, Cancel)).Single().Attempt.ShouldBe(2);
    }

    [Fact]
    public async Task An_item_that_is_postponed_before_its_work_began_counts_its_attempt_so_that_it_waits_longer_each_time()
    {
        await using var store = await CreateAsync();
        for (var attempt = 1; attempt <= 2; attempt++)
        {
            await store.Claims.PostponeAsync((await store.Claims.ClaimAsync([One], "ann", Lease, Cancel)).Single(), TimeSpan.Zero, "could not be read", Cancel);
            (await store.Claims.ReadAsync([One], Cancel)).Single().Attempts.ShouldBe(attempt);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_returned_item_is_free_at_once_and_its_attempt_is_not_counted(bool isBegun)
    {
        await using var store = await CreateAsync();
        var claims = await store.Claims.ClaimAsync([One], "ann", Lease, Cancel);
        if (isBegun)
        {
            await store.Claims.BeginAsync(claims, Cancel);
        }

        await store.Claims.ReturnAsync(claims, Cancel);

        (await store.Claims.ReadAsync([One], Cancel)).ShouldBe([new WorkAttempts(One, 0, null, 0, 0, null)]);
        (await store.Claims.ClaimAsync([One], "bob", Lease, Cancel)).Single().Attempt.ShouldBe(1);
    }

    [Fact]
    public async Task What_nobody_holds_and_nothing_waits_for_is_idle_after_a_while_and_can_be_forgotten()
    {
        await using var store = await CreateAsync();
        var hour = TimeSpan.FromHours(1);
        var (settled, postponed, returned, held, lapsed) = (Id(1), Id(2), Id(3), Id(4), Id(5));
        var claims = (await store.Claims.ClaimAsync([settled, postponed, returned, held, lapsed], "ann", Lease, Cancel)).ToDictionary(c => c.WorkId);
        await store.Claims.SettleAsync([claims[settled]], Cancel);
        await store.Claims.PostponeAsync(claims[postponed], hour, "busy", Cancel);
        await store.Claims.ReturnAsync([claims[returned]], Cancel);
        await store.Claims.RenewAsync([claims[held]], hour * 3, Cancel);
        (await store.Claims.ReadIdleAsync(hour, null, 10, Cancel)).ShouldBe([returned], "all others were done or held a moment ago");

        store.Clock.Move(hour + Lease);
        Sha256Digest[] idle = [.. new[] { settled, returned, lapsed }.OrderBy(i => i.Value, StringComparer.Ordinal)];
        (await store.Claims.ReadIdleAsync(hour, null, 10, Cancel)).ShouldBe(idle);
        (await store.Claims.ReadIdleAsync(hour, null, 2, Cancel)).ShouldBe(idle[..2]);
        (await store.Claims.ReadIdleAsync(hour, idle[1], 10, Cancel)).ShouldBe(idle[2..]);

        (await store.Claims.ForgetAsync([settled, postponed, returned, held, lapsed], hour, Cancel)).ShouldBe(3);

        (await store.Claims.ReadAsync([settled, postponed, returned, held, lapsed], Cancel)).Select(a => a.WorkId).ShouldBe([postponed, held]);
        (await store.Claims.RenewAsync([claims[lapsed], claims[held]], Lease, Cancel)).ShouldBe([claims[held]]);
        store.Clock.Move(hour);
        (await store.Claims.ReadIdleAsync(hour, null, 10, Cancel)).ShouldBe([postponed]);
    }

    [Fact]
    public async Task Claims_that_are_freed_are_free_at_once_with_their_attempts_counted()
    {
        await using var store = await CreateAsync();
        var dead = (await store.Claims.ClaimAsync([One], "ann", Lease, Cancel)).Single();
        await store.Claims.BeginAsync([dead], Cancel);
        await store.Claims.ClaimAsync([Two], "bob", Lease, Cancel);
        await store.ReopenAsync();

        (await store.Claims.FreeAllAsync(Cancel)).ShouldBe(2);

        (await store.Claims.RenewAsync([dead], Lease, Cancel)).ShouldBeEmpty();
        (await store.Claims.ReadAsync([One], Cancel)).ShouldBe([new WorkAttempts(One, 1, null, 0, 0, null)]);
        (await store.Claims.ClaimAsync([One, Two], "eve", Lease, Cancel)).Select(c => c.Attempt).ShouldBe([2, 1]);
        (await store.Claims.RenewAsync([dead], Lease, Cancel)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Freeing_all_claims_changes_neither_settled_nor_postponed_work()
    {
        await using var store = await CreateAsync();
        await store.Claims.SettleAsync(await store.Claims.ClaimAsync([One], "ann", Lease, Cancel), Cancel);
        await store.Claims.PostponeAsync((await store.Claims.ClaimAsync([Two], "ann", Lease, Cancel)).Single(), TimeSpan.FromSeconds(10), "busy", Cancel);

        (await store.Claims.FreeAllAsync(Cancel)).ShouldBe(0);

        (await store.Claims.ClaimAsync([One, Two], "bob", Lease, Cancel)).ShouldBeEmpty();
    }

    [Fact]
    public async Task An_item_that_was_never_claimed_has_no_attempts_to_read()
    {
        await using var store = await CreateAsync();
        await store.Claims.ClaimAsync([Two], "ann", Lease, Cancel);
        (await store.Claims.ReadAsync([One, Two], Cancel)).Select(a => a.WorkId).ShouldBe([Two]);
    }

    private static Sha256Digest Id(int number) => Sha256Digest.Of(BitConverter.GetBytes(number));
}
