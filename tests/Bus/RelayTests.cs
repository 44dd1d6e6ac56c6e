using Microsoft.Extensions.Logging.Abstractions;
using Strata.Contracts;

namespace Strata.Bus.Tests;

/// <summary>
/// What the relay hands to the transport, and when: nothing is lost, doubled or late before that. What becomes of it behind, <see cref="BusTransportTests"/> say.
/// </summary>
public sealed class RelayTests
{
    /// <summary>What never comes is a failure, in milliseconds.</summary>
    private const int Patience = 30_000;

    private readonly string _prefix = Guid.NewGuid().ToString();
    private readonly MemoryLog _log = new();
    private readonly RecordingPublisher _publisher = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_registered_layer_that_a_rule_reads_wakes_its_segment()
    {
        _log.Append(Some.DatasetWithRules);
        var position = _log.Append(Some.Layer("episode_1"));

        var wakeUps = await RelayOnePageAsync();

        wakeUps.ShouldBe([new EvaluateSegment(Some.Dataset.Value, "episode_1", position)]);
    }

    [Fact]
    public async Task Many_events_of_a_segment_in_one_page_are_one_message_with_the_last_position()
    {
        _log.Append(Some.DatasetWithRules);
        _log.Append(Some.Layer("episode_1"), Some.Layer("episode_2"), Some.Layer("episode_1", "tracking_error"));
        var last = _log.Append(Some.Layer("episode_1"));

        var wakeUps = await RelayOnePageAsync();

        wakeUps.ShouldBe([new EvaluateSegment(Some.Dataset.Value, "episode_2", last - 2), new EvaluateSegment(Some.Dataset.Value, "episode_1", last)]);
    }

    [Fact]
    public async Task A_dataset_without_rules_wakes_nobody()
    {
        _log.Append(new DatasetCreated(Some.Dataset, "arm", KeepMode.Auto), Some.Layer("episode_1"));

        (await RelayOnePageAsync()).ShouldBeEmpty();
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

        (await RelayOnePageAsync()).Count.ShouldBe(expected);
    }

    [Theory]
    [InlineData("base", 1)]
    [InlineData("quality", 1)]
    [InlineData("labels", 0)]
    public async Task An_unregistered_layer_that_some_rule_reads_or_writes_wakes(string layer, int expected)
    {
        _log.Append(Some.DatasetWithRules);
        _log.Append(Some.Removed("episode_1", layer));

        (await RelayOnePageAsync()).Count.ShouldBe(expected);
    }

    [Fact]
    public async Task A_resumed_rule_wakes_its_segment()
    {
        _log.Append(Some.DatasetWithRules);
        var position = _log.Append(new RuleResumed(Some.Dataset, "quality", "episode_1"));

        (await RelayOnePageAsync()).ShouldBe([new EvaluateSegment(Some.Dataset.Value, "episode_1", position)]);
    }

    [Fact]
    public async Task A_rule_declared_while_the_relay_runs_counts_from_then_on()
    {
        _log.Append(new DatasetCreated(Some.Dataset, "arm", KeepMode.Auto), Some.Layer("episode_1"));
        await using var relay = await StartAsync(new RecordingCheckpoint(), publishFeed: false);
        (await _publisher.WakeUps.ReadAsync(Token)).ShouldBeEmpty();

        _log.Append(Some.Rule("tracking_error", "base"), Some.Layer("episode_2"));

        (await _publisher.WakeUps.ReadAsync(Token)).Single().Segment.ShouldBe("episode_2");
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

        await _publisher.WakeUps.ReadAsync(Token);
        _log.Append(Some.Layer("episode_2"));
        await using var again = await StartAsync(checkpoint, publishFeed: false);

        (await _publisher.WakeUps.ReadAsync(Token)).Single().Segment.ShouldBe("episode_2");
    }

    [Fact]
    public async Task What_the_broker_refused_is_published_again_and_the_checkpoint_waits_for_it()
    {
        var checkpoint = new RecordingCheckpoint();
        _publisher.RefuseNext(3);
        _log.Append(Some.DatasetWithRules);
        var position = _log.Append(Some.Layer("episode_1"));

        await using var relay = await StartAsync(checkpoint, publishFeed: false);

        (await _publisher.WakeUps.ReadAsync(Token)).Single().Segment.ShouldBe("episode_1");
        (await checkpoint.Written.ReadAsync(Token)).ShouldBe(position);
    }

    [Fact]
    public async Task A_crash_between_publishing_and_the_checkpoint_publishes_twice_and_loses_nothing()
    {
        _log.Append(Some.DatasetWithRules);
        _log.Append(Some.Layer("episode_1"));
        var neverMoved = new RecordingCheckpoint(position: 3);

        await using (await StartAsync(new RecordingCheckpoint(neverMoved.Position), publishFeed: false))
        {
            (await _publisher.WakeUps.ReadAsync(Token)).Count.ShouldBe(1);
        }

        await using var again = await StartAsync(neverMoved, publishFeed: false);
        (await _publisher.WakeUps.ReadAsync(Token)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_checkpoint_behind_the_end_of_another_log_starts_at_its_beginning()
    {
        _log.Append(Some.DatasetWithRules);
        _log.Append(Some.Layer("episode_1"));

        await using var relay = await StartAsync(new RecordingCheckpoint(position: 4_711), publishFeed: false);

        (await _publisher.WakeUps.ReadAsync(Token)).Single().Segment.ShouldBe("episode_1");
    }

    [Fact]
    public async Task The_feed_brings_every_event_in_order_at_most_a_hundred_a_message()
    {
        _log.Append(Some.DatasetWithRules);
        var head = _log.Append(Enumerable.Range(0, 250).Select(i => Some.Layer($"episode_{i}")));

        await using var relay = await StartAsync(new RecordingCheckpoint(), publishFeed: true);
        var messages = new[] { await _publisher.Feed.ReadAsync(Token), await _publisher.Feed.ReadAsync(Token), await _publisher.Feed.ReadAsync(Token) };

        messages.Select(m => m.Events.Count).ShouldBe([100, 100, 53]);
        messages.SelectMany(m => m.Events).Select(e => e.Position).ShouldBe(Enumerable.Range(1, (int)head).Select(i => (long)i));
    }

    [Fact(Timeout = Patience)]
    public async Task What_waits_while_the_broker_is_away_is_a_number_and_the_relay_catches_up_by_itself()
    {
        var checkpoint = new RecordingCheckpoint();
        _log.Append(Some.DatasetWithRules);
        _log.Append(Some.Layer("episode_1"));
        using var measured = new Measured(RelayProgress.MeterName, _prefix);
        var broker = new AwayPublisher(_publisher);
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

    private async Task<IReadOnlyList<EvaluateSegment>> RelayOnePageAsync()
    {
        await using var relay = await StartAsync(new RecordingCheckpoint(), publishFeed: false);
        return await _publisher.WakeUps.ReadAsync(Token);
    }

    private async Task<RunningRelay> StartAsync(IRelayCheckpoint checkpoint, bool publishFeed, IPublishMessages? publisher = null)
    {
        var relay = new Relay(_log, new OnlyRelay(), checkpoint, publisher ?? _publisher, publishFeed, new RelayProgress(TimeProvider.System, _prefix), new ImpatientTime(), NullLogger<Relay>.Instance);
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
