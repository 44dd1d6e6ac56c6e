using Microsoft.Extensions.Logging.Abstractions;
using Strata.Contracts;
using Strata.UnreliableBus;

namespace Strata.Bus.Tests;

/// <summary>
/// What the relay gives to the transport, and when. Of a transport that does not confirm everything it only matters that the relay gives again what was not confirmed, and
/// nothing else: that counts once. What becomes of messages behind that, <see cref="BusTransportTests"/> say.
/// </summary>
public abstract class RelayTests
{
    /// <summary>What never comes is a failure, in milliseconds.</summary>
    private const int Patience = 30_000;

    private readonly string _prefix = Guid.NewGuid().ToString();
    private readonly MemoryLog _log = new();
    private readonly RecordingPublisher _publisher = new();
    private readonly int _seed;
    private readonly UnreliablePublisher _transport;

    protected RelayTests()
    {
        _seed = Seeds.Of(Transport);
        _transport = new(_publisher, Faults.Of(Transport), _seed);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private Transport Transport => OverAttribute.Of(this);

    private IReadOnlyList<EvaluateSegment> Given => Once(_transport.WakeUps.Value.Given);

    [Fact]
    public async Task A_registered_layer_that_a_rule_reads_wakes_its_segment()
    {
        _log.Append(Some.DatasetWithRules);
        var position = _log.Append(Some.Layer("episode_1"));

        var wakeUps = await RelayAllAsync();

        wakeUps.ShouldBe([new EvaluateSegment(Some.Dataset.Value, "episode_1", position)]);
    }

    [Fact]
    public async Task Many_events_of_a_segment_in_one_page_are_one_message_with_the_last_position()
    {
        _log.Append(Some.DatasetWithRules);
        _log.Append(Some.Layer("episode_1"), Some.Layer("episode_2"), Some.Layer("episode_1", "tracking_error"));
        var last = _log.Append(Some.Layer("episode_1"));

        var wakeUps = await RelayAllAsync();

        wakeUps.ShouldBe([new EvaluateSegment(Some.Dataset.Value, "episode_2", last - 2), new EvaluateSegment(Some.Dataset.Value, "episode_1", last)]);
    }

    [Fact]
    public async Task A_dataset_without_rules_wakes_nobody()
    {
        _log.Append(new DatasetCreated(Some.Dataset, "arm", KeepMode.Auto), Some.Layer("episode_1"));

        (await RelayAllAsync()).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("base", 1)]
    [InlineData("tracking_error", 1)]
    [InlineData("quality", 0)]
    [InlineData("labels", 0)]
    public async Task Only_a_layer_that_some_rule_reads_wakes(string layer, int expected)
    {
        _log.Append(Some.DatasetWithRules);
        _log.Append(Some.Layer("episode_1", layer));

        (await RelayAllAsync()).Count.ShouldBe(expected);
    }

    [Theory]
    [InlineData("base", 1)]
    [InlineData("quality", 1)]
    [InlineData("labels", 0)]
    public async Task An_unregistered_layer_that_some_rule_reads_or_writes_wakes(string layer, int expected)
    {
        _log.Append(Some.DatasetWithRules);
        _log.Append(Some.Removed("episode_1", layer));

        (await RelayAllAsync()).Count.ShouldBe(expected);
    }

    [Fact]
    public async Task A_resumed_rule_wakes_its_segment()
    {
        _log.Append(Some.DatasetWithRules);
        var position = _log.Append(new RuleResumed(Some.Dataset, "quality", "episode_1"));

        (await RelayAllAsync()).ShouldBe([new EvaluateSegment(Some.Dataset.Value, "episode_1", position)]);
    }

    [Fact]
    public async Task A_rule_declared_while_the_relay_runs_counts_from_then_on()
    {
        var checkpoint = new RecordingCheckpoint();
        var first = _log.Append(new DatasetCreated(Some.Dataset, "arm", KeepMode.Auto), Some.Layer("episode_1"));
        await using var relay = await StartAsync(checkpoint, publishFeed: false);
        await checkpoint.UntilAsync(first, Token);
        Given.ShouldBeEmpty();

        await checkpoint.UntilAsync(_log.Append(Some.Rule("tracking_error", "base"), Some.Layer("episode_2")), Token);

        Given.Single().Segment.ShouldBe("episode_2");
    }

    [Fact]
    public async Task A_retired_rule_wakes_nothing_any_more_until_it_is_declared_again()
    {
        var checkpoint = new RecordingCheckpoint();
        await using var relay = await StartAsync(checkpoint, publishFeed: false);
        await checkpoint.UntilAsync(_log.Append(Some.DatasetWithRules), Token);
        await checkpoint.UntilAsync(_log.Append(new RuleRetired(Some.Dataset, "tracking_error", new("cli", null)), Some.Layer("episode_1")), Token);
        Given.ShouldBeEmpty();

        await checkpoint.UntilAsync(_log.Append(Some.Rule("tracking_error", "base"), Some.Layer("episode_2")), Token);
        Given.Single().Segment.ShouldBe("episode_2");
    }

    [Fact]
    public async Task A_relay_that_starts_again_goes_on_from_its_checkpoint()
    {
        var checkpoint = new RecordingCheckpoint();
        _log.Append(Some.DatasetWithRules);
        var first = _log.Append(Some.Layer("episode_1"));
        await using (await StartAsync(checkpoint, publishFeed: false))
        {
            (await checkpoint.Written.ReadAsync(Token)).ShouldBe(first);
        }

        var before = _transport.WakeUps.Value.Given.Count;
        var second = _log.Append(Some.Layer("episode_2"));
        await using var again = await StartAsync(checkpoint, publishFeed: false);
        await checkpoint.UntilAsync(second, Token);

        Once(_transport.WakeUps.Value.Given.RemoveRange(0, before)).Single().Segment.ShouldBe("episode_2");
    }

    [Fact]
    public async Task What_the_broker_refused_is_published_again_and_the_checkpoint_waits_for_it()
    {
        var checkpoint = new RecordingCheckpoint();
        _publisher.RefuseNext(3);
        _log.Append(Some.DatasetWithRules);
        var position = _log.Append(Some.Layer("episode_1"));

        await using var relay = await StartAsync(checkpoint, publishFeed: false);

        (await checkpoint.Written.ReadAsync(Token)).ShouldBe(position);
        var given = _transport.WakeUps.Value.Given;
        given.Count.ShouldBeGreaterThanOrEqualTo(4);
        given.Distinct().Single().Segment.ShouldBe("episode_1");
    }

    [Fact(Timeout = Patience)]
    public async Task Of_many_pages_each_wake_up_arrives_unless_the_transport_loses_what_it_has_confirmed()
    {
        var checkpoint = new RecordingCheckpoint();
        await using var relay = await StartAsync(checkpoint, publishFeed: true);
        await checkpoint.UntilAsync(_log.Append(Some.DatasetWithRules), Token);
        foreach (var segment in Enumerable.Range(0, 100))
        {
            await checkpoint.UntilAsync(_log.Append(Some.Layer($"episode_{segment}")), Token);
        }

        await _transport.ReleaseAsync(Token);

        Given.Select(w => w.Position).ShouldBe(Enumerable.Range(Some.DatasetWithRules.Length + 1, 100).Select(p => (long)p));
        Once([.. _transport.Feed.Value.Given.SelectMany(m => m.Events).Select(e => e.Position)]).ShouldBe(Enumerable.Range(1, Some.DatasetWithRules.Length + 100).Select(p => (long)p));
        var (arrived, lost) = (Arrived(), _transport.WakeUps.Value.Lost);
        arrived.ShouldBe(_transport.WakeUps.Value.Sent, ignoreOrder: true);
        Given.Except(arrived).ShouldBeSubsetOf(lost);
    }

    [Fact]
    public async Task A_crash_between_publishing_and_the_checkpoint_publishes_twice_and_loses_nothing()
    {
        _log.Append(Some.DatasetWithRules);
        var last = _log.Append(Some.Layer("episode_1"));
        var (moved, neverMoved) = (new RecordingCheckpoint(position: 3), new RecordingCheckpoint(position: 3));
        await using (await StartAsync(moved, publishFeed: false))
        {
            await moved.UntilAsync(last, Token);
        }

        var first = Given;
        await using var again = await StartAsync(neverMoved, publishFeed: false);
        await neverMoved.UntilAsync(last, Token);

        first.Count.ShouldBe(1);
        _transport.WakeUps.Value.Given.Count.ShouldBeGreaterThanOrEqualTo(2);
        _transport.WakeUps.Value.Given.Distinct().ShouldBe(first);
    }

    [Fact]
    public async Task A_checkpoint_behind_the_end_of_another_log_starts_at_its_beginning()
    {
        var checkpoint = new RecordingCheckpoint(position: 4_711);
        _log.Append(Some.DatasetWithRules);
        var last = _log.Append(Some.Layer("episode_1"));

        await using var relay = await StartAsync(checkpoint, publishFeed: false);

        (await checkpoint.Written.ReadAsync(Token)).ShouldBe(last);
        Given.Single().Segment.ShouldBe("episode_1");
    }

    [Fact]
    public async Task The_feed_brings_every_event_in_order_at_most_five_hundred_a_message()
    {
        _log.Append(Some.DatasetWithRules);
        var head = _log.Append(Enumerable.Range(0, 1_100).Select(i => Some.Layer($"episode_{i}")));

        var messages = await FeedAsync(head);

        // The log is read in pages of a thousand; a message holds events of one of them.
        messages.Select(m => m.Count).ShouldBe([500, 500, 103]);
        messages.SelectMany(m => m).ShouldBe(Enumerable.Range(1, (int)head).Select(i => (long)i));
    }

    [Fact]
    public async Task A_message_of_the_feed_holds_half_a_megabyte_of_events_or_one_that_is_larger()
    {
        // The name stands in the event twice: in itself and in the address.
        const int Large = 100 * 1024, TooLarge = 300 * 1024;
        var head = _log.Append(new[] { Large, Large, Large, TooLarge, Large, Large }.Select((size, i) => Some.Layer($"episode_{i}_{new string('x', size)}")));

        var messages = await FeedAsync(head);

        messages.ShouldBe([[1, 2], [3], [4], [5, 6]]);
    }

    [Fact(Timeout = Patience)]
    public async Task What_waits_while_the_broker_is_away_is_a_number_and_the_relay_catches_up_by_itself()
    {
        var checkpoint = new RecordingCheckpoint();
        _log.Append(Some.DatasetWithRules);
        _log.Append(Some.Layer("episode_1"));
        using var measured = new Measured(RelayProgress.MeterName, _prefix);
        var broker = new AwayPublisher(_transport);
        await using var relay = await StartAsync(checkpoint, publishFeed: false, broker);
        await broker.Asked.WaitAsync(Token);
        var last = _log.Append(Some.Layer("episode_2"), Some.Layer("episode_3"));
        while (measured.Last("strata.bus.relay.backlog") != last)
        {
            await Task.Yield();
        }

        measured.Last("strata.bus.relay.lag").ShouldBeGreaterThan(0);
        measured.Last("strata.bus.relay.active").ShouldBe(1);

        broker.Return();
        while (await checkpoint.Written.ReadAsync(Token) != last)
        {
        }

        await relay.StopAsync();
        measured.Sum("strata.bus.relay.published").ShouldBe(last);
        measured.Sum("strata.bus.relay.wakeups").ShouldBe(3);
    }

    /// <returns>The positions in each message of the feed.</returns>
    private async Task<IReadOnlyList<EquatableArray<long>>> FeedAsync(long head)
    {
        var checkpoint = new RecordingCheckpoint();
        await using var relay = await StartAsync(checkpoint, publishFeed: true);
        await checkpoint.UntilAsync(head, Token);
        return Once([.. _transport.Feed.Value.Given.Select(m => new EquatableArray<long>([.. m.Events.Select(e => e.Position)]))]);
    }

    /// <returns>What the relay has given when its checkpoint is at the end of the log.</returns>
    private async Task<IReadOnlyList<EvaluateSegment>> RelayAllAsync()
    {
        var checkpoint = new RecordingCheckpoint();
        await using var relay = await StartAsync(checkpoint, publishFeed: false);
        await checkpoint.UntilAsync(await _log.HeadAsync(Token), Token);
        return Given;
    }

    /// <summary>Where everything is confirmed, nothing may come twice.</summary>
    private IReadOnlyList<T> Once<T>(IReadOnlyList<T> given) => Transport == Transport.Reliable ? given : [.. given.Distinct()];

    private List<EvaluateSegment> Arrived()
    {
        var arrived = new List<EvaluateSegment>();
        while (_publisher.WakeUps.TryRead(out var page))
        {
            arrived.AddRange(page);
        }

        return arrived;
    }

    private async Task<RunningRelay> StartAsync(IRelayCheckpoint checkpoint, bool publishFeed, IPublishMessages? publisher = null)
    {
        var unconfirmed = new UnreliableConfirms(publisher ?? _transport, Faults.Of(Transport), ~_seed);
        var relay = new Relay(_log, new OnlyRelay(), checkpoint, unconfirmed, publishFeed, new RelayProgress(TimeProvider.System, _prefix), new ImpatientTime(), NullLogger<Relay>.Instance);
        await relay.StartAsync(Token);
        return new(relay);
    }

    private sealed class RunningRelay(Relay relay) : IAsyncDisposable
    {
        public Task StopAsync() => relay.StopAsync(CancellationToken.None);

        public async ValueTask DisposeAsync()
        {
            await StopAsync();
            relay.Dispose();
        }
    }
}

[Over(Transport.Reliable)]
public sealed class ConfirmedRelayTests : RelayTests;

[Over(Transport.Unreliable)]
public sealed class UnconfirmedRelayTests : RelayTests;
