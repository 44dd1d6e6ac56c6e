using Strata.EventStore;

namespace Strata.Conformance;

/// <summary><c>recordedAtNs</c> = max(now, last + 1). Source: DESIGN §5.</summary>
public abstract class TimesConformance : StoreConformance
{
    [Fact]
    public async Task All_events_of_an_append_share_the_time_that_its_caller_is_told()
    {
        await using var store = await CreateAsync();
        var result = await AppendedAsync(store, new Append("both", [new("a", 0, EventsUpTo(2)), new("b", 0, EventsUpTo(1))], [], []));

        result.RecordedAtNs.ShouldBe(store.Clock.NowNs);
        (await ReadAllAsync(store)).ShouldAllBe(e => e.RecordedAtNs == result.RecordedAtNs);
    }

    [Fact]
    public async Task Times_rise_strictly_while_the_clock_stands_still_or_goes_backwards()
    {
        await using var store = await CreateAsync();
        foreach (var step in new[] { 0, 0, -3_600, 1, -7_200, 20_000 })
        {
            store.Clock.Move(TimeSpan.FromSeconds(step));
            await AppendedAsync(store, To("a", StreamAppend.AnyVersion, 1, $"{Guid.NewGuid()}"));
        }

        await ShouldRiseAsync(store);
        (await ReadAllAsync(store))[^1].RecordedAtNs.ShouldBe(store.Clock.NowNs);
    }

    [Fact]
    public async Task Times_rise_strictly_over_a_restart_with_a_clock_that_went_backwards()
    {
        await using var store = await CreateAsync();
        await AppendedAsync(store, To("a", 0, 1, "first"));
        var withoutEvents = await AppendedAsync(store, Guarded("no events", new Guard.Put("names", "arm", "1")));
        store.Clock.Move(TimeSpan.FromDays(-1));
        await store.ReopenAsync();
        var second = await AppendedAsync(store, To("a", 1, 1, "second"));

        second.RecordedAtNs.ShouldBeGreaterThan(withoutEvents.RecordedAtNs);
        await ShouldRiseAsync(store);
    }

    private static async Task ShouldRiseAsync(StoreUnderTest store)
    {
        var times = (await ReadAllAsync(store)).ConvertAll(e => e.RecordedAtNs);
        times.ShouldBe(times.Distinct().Order());
    }
}
