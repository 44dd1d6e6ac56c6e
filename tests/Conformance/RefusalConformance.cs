using Strata.EventStore;

namespace Strata.Conformance;

/// <summary>A refused append changed nothing: no event, no blob, no guard, no command id, no position.</summary>
public abstract class RefusalConformance : StoreConformance
{
    private static readonly Blob Content = Blob.Of("schema"u8.ToArray());

    [Fact]
    public async Task An_append_refused_by_its_last_stream_changes_nothing()
    {
        await using var store = await CreateAsync();
        var refused = new Append(
            "refused", [new("a", 0, EventsUpTo(2)), new("b", 7, EventsUpTo(1))], [new Guard.Claim("names", "arm", "1")], [Content]);
        (await store.Events.AppendAsync(refused, Cancel)).ShouldBe(new AppendResult.VersionConflict("b", 7, 0));

        await ShouldBeUntouchedAsync(store);
    }

    [Fact]
    public async Task An_append_refused_by_its_last_guard_changes_nothing()
    {
        await using var store = await CreateAsync();
        var absent = new Guard.Require("datasets", "gone");
        var refused = new Append("refused", [new("a", 0, EventsUpTo(2))], [new Guard.Claim("names", "arm", "1"), absent], [Content]);
        (await store.Events.AppendAsync(refused, Cancel)).ShouldBe(new AppendResult.GuardRefused(absent, null));

        await ShouldBeUntouchedAsync(store);
    }

    [Fact]
    public async Task A_refused_append_does_not_hurt_those_that_wait_beside_it()
    {
        await using var store = await CreateAsync();
        await AppendedAsync(store, To("taken", 0, 1, "taken"));
        var results = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => Task.Run(
            () => store.Events.AppendAsync(i % 2 == 0 ? To($"free {i}", 0, 2, $"good {i}") : To("taken", 0, 2, $"refused {i}"), Cancel), Cancel)));

        results.OfType<AppendResult.Appended>().Count().ShouldBe(20);
        results.OfType<AppendResult.VersionConflict>().Count().ShouldBe(20);
        var all = await ReadAllAsync(store);
        all.Select(e => e.Position).ShouldBe(Enumerable.Range(1, 41).Select(i => (long)i));
        all.Skip(1).ShouldAllBe(e => e.StreamId.StartsWith("free"));
    }

    private static async Task ShouldBeUntouchedAsync(StoreUnderTest store)
    {
        (await store.Events.HeadAsync(Cancel)).ShouldBe(0);
        (await ReadAllAsync(store)).ShouldBeEmpty();
        (await store.Events.ReadStreamsAsync(["a"], Cancel))[0].Version.ShouldBe(0);
        (await store.Events.ReadBlobsAsync([Content.Hash], Cancel)).ShouldBeEmpty();
        (await store.Events.ReadGuardsAsync("names", Cancel)).ShouldBeEmpty();

        var next = await AppendedAsync(store, To("a", 0, 1, "refused"));
        next.Positions.ShouldBe([1]);
    }
}
