using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Strata.EventStore.Sqlite;

namespace Strata.Bus.Tests;

/// <summary>Relays that take turns by a lease in the store, on a clock that the test moves.</summary>
public sealed class LeasedRelayTests : IAsyncLifetime
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(10);

    private readonly string _folder = Directory.CreateTempSubdirectory("strata-turns-").FullName;
    private readonly MovedTime _clock = new();
    private SqliteEventStore _store = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _store = await SqliteEventStore.OpenAsync(_folder, _clock, NullLogger.Instance, Token);

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task One_publishes_and_the_other_stands_by_and_says_so_once()
    {
        var said = new Sayings();
        await using var one = Turn("one");
        await using var other = Turn("other", said);
        await one.TakeAsync(Token);
        var waiting = other.TakeAsync(Token);
        await said.Until("stands by");
        await one.WriteAsync(7, Token);
        waiting.IsCompleted.ShouldBeFalse();

        await one.ReleaseAsync(Token);
        await waiting;

        (await other.ReadAsync(Token)).ShouldBe(7);
        said.Lines.ShouldBe(["relay: another process publishes; this one stands by", "relay: takes over"]);
    }

    [Fact]
    public async Task Who_was_stopped_past_its_lease_hears_that_another_one_has_taken_over_and_moves_nothing()
    {
        await using var stopped = Turn("stopped");
        await using var next = Turn("next");
        await stopped.TakeAsync(Token);
        await stopped.WriteAsync(3, Token);
        _clock.Move(Lease);
        await next.TakeAsync(Token);
        await next.WriteAsync(9, Token);

        // It publishes a page that it had begun before, and then wants to have done so.
        await Should.ThrowAsync<RelayTurnLostException>(() => stopped.WriteAsync(5, Token));
        await Should.ThrowAsync<RelayTurnLostException>(() => stopped.HoldAsync(Token));

        (await next.ReadAsync(Token)).ShouldBe(9);
    }

    [Fact]
    public async Task Before_it_publishes_a_relay_asks_whether_it_is_still_its_turn_when_it_has_not_for_long()
    {
        await using var stopped = Turn("stopped");
        await using var next = Turn("next");
        await stopped.TakeAsync(Token);
        await stopped.HoldAsync(Token);
        _clock.Move(Lease);
        await next.TakeAsync(Token);

        await Should.ThrowAsync<RelayTurnLostException>(() => stopped.HoldAsync(Token));
    }

    [Theory]
    [InlineData("", "relay")]
    [InlineData("site-", "relay/site-")]
    public void Each_prefix_has_a_lease_of_its_own(string prefix, string name) => BusServices.LeaseName(prefix).ShouldBe(name);

    private LeasedRelay Turn(string owner, ILogger<LeasedRelay>? logger = null) => new(_store, _store, "relay", owner, Lease, _clock, logger ?? NullLogger<LeasedRelay>.Instance);
}
