using Strata.EventStore;

namespace Strata.Conformance;

/// <summary>Each kind of guard, and that the guards of one append are applied in their order.</summary>
public abstract class GuardsConformance : StoreConformance
{
    [Fact]
    public async Task Require_wants_a_row_and_its_value_when_one_is_named()
    {
        await using var store = await CreateAsync();
        await ShouldRefuseAsync(store, new Guard.Require("datasets", "arm"), found: null);
        await AppendedAsync(store, Guarded("put", new Guard.Put("datasets", "arm", "alive")));

        await AppendedAsync(store, Guarded("any value", new Guard.Require("datasets", "arm")));
        await AppendedAsync(store, Guarded("this value", new Guard.Require("datasets", "arm", "alive")));
        await ShouldRefuseAsync(store, new Guard.Require("datasets", "arm", "deleted"), found: "alive");
        await ShouldRefuseAsync(store, new Guard.Require("other scope", "arm"), found: null);
    }

    [Fact]
    public async Task RequireEmpty_wants_no_row_in_its_scope()
    {
        await using var store = await CreateAsync();
        await AppendedAsync(store, Guarded("other", new Guard.Put("other scope", "a", "1")));
        await AppendedAsync(store, Guarded("empty", new Guard.RequireEmpty("scope")));
        await AppendedAsync(store, Guarded("put", new Guard.Put("scope", "a", "1")));

        await ShouldRefuseAsync(store, new Guard.RequireEmpty("scope"), found: "1");
    }

    [Fact]
    public async Task Claim_takes_a_free_row_keeps_its_own_and_is_refused_by_another_value()
    {
        await using var store = await CreateAsync();
        await AppendedAsync(store, Guarded("free", new Guard.Claim("names", "arm", "1")));
        await AppendedAsync(store, Guarded("own", new Guard.Claim("names", "arm", "1")));

        await ShouldRefuseAsync(store, new Guard.Claim("names", "arm", "2"), found: "1");
        (await store.Events.ReadGuardsAsync("names", Cancel)).ShouldBe([new GuardRow("names", "arm", "1")]);
    }

    [Fact]
    public async Task Put_writes_whatever_was_there()
    {
        await using var store = await CreateAsync();
        await AppendedAsync(store, Guarded("one", new Guard.Put("names", "arm", "1")));
        await AppendedAsync(store, Guarded("two", new Guard.Put("names", "arm", "2"), new Guard.Put("names", "", "")));

        (await store.Events.ReadGuardsAsync("names", Cancel)).ShouldBe([new GuardRow("names", "", ""), new GuardRow("names", "arm", "2")]);
    }

    [Fact]
    public async Task Swap_writes_only_over_what_it_expects()
    {
        await using var store = await CreateAsync();
        await ShouldRefuseAsync(store, new Guard.Swap("schema", "arm", "v1", "v2"), found: null);
        await AppendedAsync(store, Guarded("first", new Guard.Swap("schema", "arm", null, "v1")));
        await ShouldRefuseAsync(store, new Guard.Swap("schema", "arm", null, "v2"), found: "v1");
        await AppendedAsync(store, Guarded("second", new Guard.Swap("schema", "arm", "v1", "v2")));

        (await store.Events.ReadGuardsAsync("schema", Cancel)).ShouldBe([new GuardRow("schema", "arm", "v2")]);
    }

    [Fact]
    public async Task Release_removes_a_row_and_does_not_mind_its_absence()
    {
        await using var store = await CreateAsync();
        await AppendedAsync(store, Guarded("put", new Guard.Put("names", "arm", "1")));
        await AppendedAsync(store, Guarded("release", new Guard.Release("names", "arm"), new Guard.Release("names", "leg")));

        (await store.Events.ReadGuardsAsync("names", Cancel)).ShouldBeEmpty();
    }

    [Fact]
    public async Task RequireState_wants_the_very_words_that_the_holder_of_a_lease_wrote_down()
    {
        await using var store = await CreateAsync();
        await ShouldRefuseAsync(store, new Guard.RequireState("recordings", "one"), found: null);
        var lease = (await store.Leases.AcquireAsync("recordings", "a", TimeSpan.FromMinutes(1), Cancel))!;
        await store.States.WriteStateAsync(lease, "one", Cancel);

        await AppendedAsync(store, Guarded("these", new Guard.RequireState("recordings", "one")));
        await AppendedAsync(store, Guarded("beside a row", new Guard.RequireState("recordings", "one"), new Guard.Put("recordings", "recordings", "other")));
        await store.States.WriteStateAsync(lease, "two", Cancel);
        await ShouldRefuseAsync(store, new Guard.RequireState("recordings", "one"), found: "two");
        await ShouldRefuseAsync(store, new Guard.RequireState("other", "two"), found: null);
    }

    [Fact]
    public async Task A_later_guard_of_an_append_sees_what_an_earlier_one_did()
    {
        await using var store = await CreateAsync();
        await AppendedAsync(store, Guarded("a", new Guard.Put("names", "old", "1")));
        await AppendedAsync(store, Guarded("rename", new Guard.Release("names", "old"), new Guard.RequireEmpty("names"), new Guard.Claim("names", "new", "1")));
        (await store.Events.ReadGuardsAsync("names", Cancel)).ShouldBe([new GuardRow("names", "new", "1")]);

        var empty = new Guard.RequireEmpty("names");
        (await store.Events.AppendAsync(Guarded("wrong order", empty, new Guard.Release("names", "new")), Cancel)).ShouldBe(new AppendResult.GuardRefused(empty, "1"));
    }

    [Fact]
    public async Task Guards_outlive_a_restart()
    {
        await using var store = await CreateAsync();
        await AppendedAsync(store, Guarded("claim", new Guard.Claim("names", "Größe 🦾", "wert 🤖")));
        await store.ReopenAsync();

        (await store.Events.ReadGuardsAsync("names", Cancel)).ShouldBe([new GuardRow("names", "Größe 🦾", "wert 🤖")]);
        await ShouldRefuseAsync(store, new Guard.Claim("names", "Größe 🦾", "other"), found: "wert 🤖");
    }

    [Fact]
    public async Task Of_eight_that_claim_one_name_at_once_one_gets_it()
    {
        await using var store = await CreateAsync();
        var results = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(
            () => store.Events.AppendAsync(To($"dataset-{i}", 0, 1, $"create {i}") with { Guards = [new Guard.Claim("names", "arm", $"{i}")] }, Cancel), Cancel)));

        results.OfType<AppendResult.Appended>().Count().ShouldBe(1);
        results.OfType<AppendResult.GuardRefused>().Count().ShouldBe(7);
        (await ReadAllAsync(store)).Count.ShouldBe(1);
    }

    private static async Task ShouldRefuseAsync(StoreUnderTest store, Guard guard, string? found) =>
        (await store.Events.AppendAsync(Guarded($"refused {Guid.NewGuid()}", guard), Cancel)).ShouldBe(new AppendResult.GuardRefused(guard, found));
}
