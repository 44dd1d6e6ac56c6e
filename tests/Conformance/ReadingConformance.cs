using Strata.Contracts;
using Strata.EventStore;

namespace Strata.Conformance;

/// <summary>Pages, streams, envelopes, and waiting for more.</summary>
public abstract class ReadingConformance : StoreConformance
{
    private static readonly StrataEvent[] OddEvents =
    [
        new DatasetCreated(Dataset, "häß \"quoted\" <>&'\u2028 😀 \\ \t\n\u0001", KeepMode.Auto),
        new RuleDeclared(
            Dataset, "r", int.MaxValue, "tracking_error", ["base", ""], "out", CanonicalJson.Parse("""{"z":1e300,"a":[null,true,12345678901234567890.123456789]}""")),
        new RecordingQuarantined(
            Sha256Digest.Of("q"u8), Dataset, "file:///a b", "base", null, long.MaxValue, "broken", "", null, new EventSource("cli", null)),
    ];

    [Fact]
    public async Task An_event_comes_back_with_its_envelope_also_after_reopening()
    {
        await using var store = await CreateAsync();
        await AppendedAsync(store, new Append("command \"🦾\"", [new("stream-\"ä\" 🤖", 0, [.. OddEvents])], [], []));
        var before = await ReadAllAsync(store);
        await store.ReopenAsync();
        var after = await ReadAllAsync(store);

        after.ShouldBe(before);
        after.Select(e => e.Event).ShouldBe(OddEvents);
        after.Select(e => e.Type).ShouldBe(["dataset_created", "rule_declared", "recording_quarantined"]);
        after.ShouldAllBe(e => e.StreamId == "stream-\"ä\" 🤖" && e.CommandId == "command \"🦾\"");
        after.Select(e => e.EventId).Distinct().Count().ShouldBe(3);
        after.ShouldAllBe(e => e.EventId != Guid.Empty);
    }

    [Fact]
    public async Task Pages_of_every_size_hold_each_event_once_in_order()
    {
        const int Count = 25;
        await using var store = await CreateAsync();
        for (var i = 0; i < Count; i++)
        {
            await AppendedAsync(store, To($"stream {i % 3}", StreamAppend.AnyVersion, 1, $"command {i}"));
        }

        foreach (var size in new[] { 1, 2, 7, Count - 1, Count, Count + 1, int.MaxValue })
        {
            (await ReadAllAsync(store, size)).Select(e => e.Position).ShouldBe(Enumerable.Range(1, Count).Select(i => (long)i), $"pages of {size}");
        }
    }

    [Fact]
    public async Task A_page_begins_after_its_position_and_says_where_to_read_on()
    {
        await using var store = await CreateAsync();
        await AppendedAsync(store, To("a", 0, 10, "command"));
        var page = await store.Events.ReadAsync(3, 4, Cancel);

        page.Events.Select(e => e.Position).ShouldBe([4, 5, 6, 7]);
        page.NextPosition.ShouldBe(7);
        (await store.Events.ReadAsync(10, 4, Cancel)).Events.ShouldBeEmpty();
        (await store.Events.ReadAsync(10, 4, Cancel)).NextPosition.ShouldBe(10);
        (await store.Events.HeadAsync(Cancel)).ShouldBe(10);
    }

    [Fact]
    public async Task An_empty_log_has_head_0_and_no_events()
    {
        await using var store = await CreateAsync();
        (await store.Events.HeadAsync(Cancel)).ShouldBe(0);
        var page = await store.Events.ReadAsync(0, 10, Cancel);
        page.Events.ShouldBeEmpty();
        page.NextPosition.ShouldBe(0);
    }

    [Fact]
    public async Task Streams_are_read_whole_in_the_order_asked_for()
    {
        await using var store = await CreateAsync();
        await AppendedAsync(store, new Append("both", [new("a", 0, EventsUpTo(2)), new("b", 0, EventsUpTo(1))], [], []));
        await AppendedAsync(store, To("a", 2, 1, "more"));
        var states = await store.Events.ReadStreamsAsync(["b", "absent", "a", "b"], Cancel);

        states.Select(s => (s.StreamId, s.Version)).ShouldBe([("b", 1), ("absent", 0), ("a", 3), ("b", 1)]);
        states[1].Events.ShouldBeEmpty();
        states[2].Events.Select(e => (e.Position, e.Version)).ShouldBe([(1, 1), (2, 2), (4, 3)]);
        (await store.Events.ReadStreamsAsync([], Cancel)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Three_thousand_streams_are_read_at_once()
    {
        const int Count = 3_000;
        await using var store = await CreateAsync();
        await AppendedAsync(store, new Append("all", [.. Enumerable.Range(1, Count).Select(i => new StreamAppend($"s{i}", 0, [Event(i)]))], [], []));
        var states = await store.Events.ReadStreamsAsync([.. Enumerable.Range(1, Count).Reverse().Select(i => $"s{i}")], Cancel);

        states.Select(s => s.Events.Single().Position).ShouldBe(Enumerable.Range(1, Count).Reverse().Select(i => (long)i));
    }

    [Fact]
    public async Task Who_waits_for_events_is_woken_by_an_append()
    {
        await using var store = await CreateAsync();
        await AppendedAsync(store, To("a", 0, 1, "before"));
        await store.Events.WaitForEventsAsync(0, Cancel).WaitAsync(Patience, Cancel);

        var waiting = store.Events.WaitForEventsAsync(1, Cancel);
        await AppendedAsync(store, Guarded("no event", new Guard.Put("names", "arm", "1")));
        waiting.IsCompleted.ShouldBeFalse();
        await AppendedAsync(store, To("a", 1, 1, "event"));
        await waiting.WaitAsync(Patience, Cancel);
    }

    [Fact]
    public async Task Who_no_longer_wants_to_wait_is_let_go()
    {
        await using var store = await CreateAsync();
        using var source = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var waiting = store.Events.WaitForEventsAsync(0, source.Token);
        await source.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => waiting.WaitAsync(Patience, Cancel));
    }
}
