using Strata.EventStore;

namespace Strata.Conformance;

/// <summary>Expected versions, command ids, and appends over many streams. Source: DESIGN §5, rule 2.</summary>
public abstract class AppendingConformance : StoreConformance
{
    [Fact]
    public async Task An_append_with_a_wrong_expected_version_is_a_conflict_that_names_both_versions()
    {
        await using var store = await CreateAsync();
        await AppendedAsync(store, To("a", 0, 2, "first"));

        (await store.Events.AppendAsync(To("a", 1, 1, "late"), Cancel)).ShouldBe(new AppendResult.VersionConflict("a", 1, 2));
        (await store.Events.AppendAsync(To("a", 0, 1, "new"), Cancel)).ShouldBe(new AppendResult.VersionConflict("a", 0, 2));
        (await store.Events.AppendAsync(To("b", 1, 1, "absent"), Cancel)).ShouldBe(new AppendResult.VersionConflict("b", 1, 0));
        (await AppendedAsync(store, To("a", 2, 1, "right"))).Positions.ShouldBe([3]);
    }

    [Fact]
    public async Task Any_version_is_appended_to_without_a_check()
    {
        await using var store = await CreateAsync();
        await AppendedAsync(store, To("a", StreamAppend.AnyVersion, 2, "first"));
        await AppendedAsync(store, To("a", StreamAppend.AnyVersion, 2, "second"));

        (await ReadAllAsync(store)).Select(e => e.Version).ShouldBe([1, 2, 3, 4]);
    }

    [Fact]
    public async Task Of_eight_writers_that_expect_the_same_version_one_appends()
    {
        await using var store = await CreateAsync();
        var results = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(() => store.Events.AppendAsync(To("a", 0, 1, $"writer {i}"), Cancel), Cancel)));

        results.OfType<AppendResult.Appended>().Count().ShouldBe(1);
        results.OfType<AppendResult.VersionConflict>().ShouldAllBe(c => c == new AppendResult.VersionConflict("a", 0, 1));
        (await ReadAllAsync(store)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task The_same_command_again_gets_the_same_positions_and_no_event()
    {
        await using var store = await CreateAsync();
        await AppendedAsync(store, To("before", 0, 3, "before"));
        var first = await AppendedAsync(store, To("a", 0, 2, "command"));
        await AppendedAsync(store, To("after", 0, 1, "after"));

        var again = (await store.Events.AppendAsync(To("a", 0, 2, "command"), Cancel)).ShouldBeOfType<AppendResult.Known>();
        again.Positions.ShouldBe(first.Positions);
        again.LastPosition.ShouldBe(first.LastPosition);
        (await ReadAllAsync(store)).Count.ShouldBe(6);
    }

    [Fact]
    public async Task The_same_command_after_reopening_gets_the_same_positions_and_no_event()
    {
        await using var store = await CreateAsync();
        var first = await AppendedAsync(store, To("a", 0, 2, "command"));
        await store.ReopenAsync();

        (await store.Events.AppendAsync(To("a", 0, 2, "command"), Cancel)).ShouldBeOfType<AppendResult.Known>().Positions.ShouldBe(first.Positions);
        (await ReadAllAsync(store)).Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_known_command_is_known_although_its_version_and_guards_would_be_refused_now()
    {
        await using var store = await CreateAsync();
        var append = To("a", 0, 1, "command") with { Guards = [new Guard.Swap("names", "arm", null, "1")] };
        await AppendedAsync(store, append);

        (await store.Events.AppendAsync(append, Cancel)).ShouldBeOfType<AppendResult.Known>().Positions.ShouldBe([1]);
    }

    [Fact]
    public async Task A_command_that_wrote_no_event_is_known_too()
    {
        await using var store = await CreateAsync();
        var append = Guarded("command", new Guard.Swap("names", "arm", null, "1"));
        (await AppendedAsync(store, append)).Positions.ShouldBeEmpty();

        (await store.Events.AppendAsync(append, Cancel)).ShouldBeOfType<AppendResult.Known>().Positions.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_same_command_from_eight_callers_at_once_is_appended_once()
    {
        await using var store = await CreateAsync();
        var append = To("a", StreamAppend.AnyVersion, 2, "command");
        var results = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => store.Events.AppendAsync(append, Cancel), Cancel)));

        results.OfType<AppendResult.Appended>().Count().ShouldBe(1);
        results.OfType<AppendResult.Known>().Count().ShouldBe(7);
        results.OfType<AppendResult.Known>().ShouldAllBe(known => known.Positions.SequenceEqual(new[] { 1L, 2L }));
        (await ReadAllAsync(store)).Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_refused_command_may_be_tried_again_under_its_id()
    {
        await using var store = await CreateAsync();
        (await store.Events.AppendAsync(To("a", 1, 1, "command"), Cancel)).ShouldBeOfType<AppendResult.VersionConflict>();

        (await AppendedAsync(store, To("a", 0, 1, "command"))).Positions.ShouldBe([1]);
    }

    [Fact]
    public async Task Many_streams_in_one_append_have_contiguous_positions_in_the_order_given()
    {
        await using var store = await CreateAsync();
        await AppendedAsync(store, To("b", 0, 2, "before"));
        var append = new Append(
            "command", [new("a", 0, EventsUpTo(2)), new("b", 2, EventsUpTo(1)), new("c", StreamAppend.AnyVersion, EventsUpTo(3)), new("a", 2, EventsUpTo(1))], [], []);
        var result = await AppendedAsync(store, append);

        result.Positions.ShouldBe([3, 4, 5, 6, 7, 8, 9]);
        result.LastPosition.ShouldBe(9);
        (await ReadAllAsync(store)).Skip(2).Select(e => (e.Position, e.StreamId, e.Version)).ShouldBe(
            [(3, "a", 1), (4, "a", 2), (5, "b", 3), (6, "c", 1), (7, "c", 2), (8, "c", 3), (9, "a", 3)]);
    }

    [Fact]
    public async Task A_stream_without_events_is_checked_and_not_made()
    {
        await using var store = await CreateAsync();
        await AppendedAsync(store, To("a", 0, 1, "first"));

        (await store.Events.AppendAsync(To("a", 0, 0, "check"), Cancel)).ShouldBe(new AppendResult.VersionConflict("a", 0, 1));
        (await AppendedAsync(store, To("b", 0, 0, "absent"))).LastPosition.ShouldBe(1);
        (await AppendedAsync(store, To("b", 0, 1, "still absent"))).Positions.ShouldBe([2]);
    }

    [Fact]
    public async Task Ten_thousand_streams_go_in_one_append()
    {
        const int Streams = 10_000;
        await using var store = await CreateAsync();
        var result = await AppendedAsync(store, new Append("all", [.. Enumerable.Range(1, Streams).Select(i => new StreamAppend($"segment-{i}", 0, [Event(i)]))], [], []));

        ShouldCountTo(Streams, result.Positions);
        var all = await ReadAllAsync(store);
        ShouldCountTo(Streams, all.Select(e => e.Position));
        all.ShouldAllBe(e => e.StreamId == $"segment-{e.Position}" && e.Version == 1 && e.CommandId == "all");
    }

    [Fact]
    public async Task An_id_that_cannot_be_kept_is_refused_by_name()
    {
        await using var store = await CreateAsync();
        (await Should.ThrowAsync<ArgumentException>(() => store.Events.AppendAsync(To("a\0b", 0, 1, "command"), Cancel))).Message.ShouldContain("stream id");
        (await Should.ThrowAsync<ArgumentException>(() => store.Events.AppendAsync(To("", 0, 1, "command"), Cancel))).Message.ShouldContain("stream id");
        (await Should.ThrowAsync<ArgumentException>(() => store.Events.AppendAsync(To("a", 0, 1, "c\0"), Cancel))).Message.ShouldContain("command id");
        (await Should.ThrowAsync<ArgumentException>(() => store.Events.AppendAsync(To("half \ud83e", 0, 1, "command"), Cancel))).Message.ShouldContain("stream id");
        (await ReadAllAsync(store)).ShouldBeEmpty();
    }

    [Fact]
    public async Task An_append_that_was_cancelled_beforehand_writes_nothing()
    {
        await using var store = await CreateAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => store.Events.AppendAsync(To("a", 0, 1, "command"), new CancellationToken(canceled: true)));

        (await ReadAllAsync(store)).ShouldBeEmpty();
    }
}
