using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Strata.Contracts;
using Strata.EventStore.Sqlite;
using Strata.UnreliableBus;

namespace Strata.Bus.Tests;

/// <summary>Two relays that take turns by a lease, on one broker: whichever of them publishes, nothing is lost and nothing has its effect twice.</summary>
public abstract class RelayHandoverTests : IAsyncLifetime
{
    private const int Patience = 30_000;
    private const string LeaseName = "relay";
    private const int Segments = 100;

    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(10);

    private readonly string _folder = Directory.CreateTempSubdirectory("strata-handover-").FullName;
    private readonly MovedTime _clock = new();
    private readonly MemoryLog _log = new();
    private readonly RecordingPublisher _broker = new();
    private readonly UnreliablePublisher _transport;
    private readonly int _seed;
    private SqliteEventStore _store = null!;

    protected RelayHandoverTests()
    {
        _seed = Seeds.Of(Transport);
        _transport = new(_broker, Faults.Of(Transport), _seed);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private Transport Transport => OverAttribute.Of(this);

    public async ValueTask InitializeAsync() => _store = await SqliteEventStore.OpenAsync(_folder, _clock, NullLogger.Instance, Token);

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    [Fact(Timeout = Patience)]
    public async Task Who_takes_over_goes_on_where_the_one_before_has_come_to()
    {
        await using (await StartAsync("one", _transport))
        {
            await RegisterAsync(0, Segments / 2);
        }

        // Whether it could still let go of its lease or not.
        _clock.Move(Lease);
        await using var other = await StartAsync("other", _transport);
        await RegisterAsync(Segments / 2, Segments / 2);

        await EachIsGivenAndHasItsEffectOnceAsync();
    }

    [Fact(Timeout = Patience)]
    public async Task What_a_relay_publishes_that_was_stopped_past_its_lease_and_resumed_changes_nothing()
    {
        var (link, said) = (new AwayPublisher(_transport), new Sayings());
        await using var stopped = await StartAsync("stopped", link, said);
        Register(0, Segments / 2);
        await link.Asked.WaitAsync(Token);
        _clock.Move(Lease);
        await using (await StartAsync("next", _transport))
        {
            await UntilAsync(await _log.HeadAsync(Token));
            await RegisterAsync(Segments / 2, Segments / 2);

            link.Return();
            await link.HandedOn.WaitAsync(Token);
            await said.Until("stands by").WaitAsync(Token);

            (await _store.ReadPositionAsync(LeaseName, Token)).ShouldBe(await _log.HeadAsync(Token));
        }

        await EachIsGivenAndHasItsEffectOnceAsync();
    }

    private async Task RegisterAsync(int first, int count)
    {
        Register(first, count);
        await UntilAsync(await _log.HeadAsync(Token));
    }

    private void Register(int first, int count)
    {
        if (first == 0)
        {
            _log.Append(Some.DatasetWithRules);
        }

        foreach (var segment in Enumerable.Range(first, count))
        {
            _log.Append(Some.Layer($"episode_{segment}"));
        }
    }

    private async Task UntilAsync(long position)
    {
        while (await _store.ReadPositionAsync(LeaseName, Token) < position)
        {
            await Task.Yield();
        }
    }

    /// <summary>As a consumer does that compares versions: of one segment only what is newer than all before has an effect.</summary>
    private async Task EachIsGivenAndHasItsEffectOnceAsync()
    {
        await _transport.ReleaseAsync(Token);
        var wakeUps = _transport.WakeUps.Value;
        var arrived = new List<EvaluateSegment>();
        while (_broker.WakeUps.TryRead(out var page))
        {
            arrived.AddRange(page);
        }

        var (seen, effects) = (new Dictionary<string, long>(StringComparer.Ordinal), new List<string>());
        foreach (var wakeUp in arrived.Where(w => seen.GetValueOrDefault(w.Segment) < w.Position))
        {
            seen[wakeUp.Segment] = wakeUp.Position;
            effects.Add(wakeUp.Segment);
        }

        wakeUps.Given.Select(w => w.Segment).Distinct().ShouldBe(Enumerable.Range(0, Segments).Select(i => $"episode_{i}"), ignoreOrder: true);
        effects.ShouldBe(wakeUps.Sent.Select(w => w.Segment).Distinct(), ignoreOrder: true);
        wakeUps.Given.Except(arrived).ShouldBeSubsetOf(wakeUps.Lost);
    }

    private async Task<RunningRelay> StartAsync(string owner, IPublishMessages link, ILogger<LeasedRelay>? logger = null)
    {
        var turn = new LeasedRelay(_store, _store, LeaseName, owner, Lease, _clock, logger ?? NullLogger<LeasedRelay>.Instance);
        var unconfirmed = new UnreliableConfirms(link, Faults.Of(Transport), ~_seed);
        var relay = new Relay(_log, turn, turn, unconfirmed, publishFeed: false, new RelayProgress(TimeProvider.System, owner), new ImpatientTime(), NullLogger<Relay>.Instance);
        await relay.StartAsync(Token);
        return new(relay, turn);
    }

    private sealed class RunningRelay(Relay relay, LeasedRelay turn) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await relay.StopAsync(CancellationToken.None);
            relay.Dispose();
            await turn.DisposeAsync();
        }
    }
}

[Over(Transport.Reliable)]
public sealed class ConfirmedRelayHandoverTests : RelayHandoverTests;

[Over(Transport.Unreliable)]
public sealed class UnconfirmedRelayHandoverTests : RelayHandoverTests;
