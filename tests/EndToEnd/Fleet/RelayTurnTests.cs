using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using Strata.Bus.Tests;
using Strata.Servers;

namespace Strata.EndToEnd.Tests.Fleet;

/// <summary>Two relays on one log and one broker. Source: DESIGN §8: a broker cannot be fenced, so what is checked is the effect.</summary>
[Collection(FleetServers.Name)]
public sealed class RelayTurnTests(PostgresServer server, RabbitMqBroker broker)
{
    private const string StandsBy = "relay: another process publishes; this one stands by";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Timeout = FleetUnderTest.Patience)]
    public async Task A_relay_that_is_stopped_past_its_lease_is_followed_by_another_and_when_it_goes_on_nothing_is_lost_and_nothing_takes_effect_twice()
    {
        await using var fleet = await FleetUnderTest.CreateAsync(server, broker);
        await fleet.StartAsync("catalog");
        var stopped = await fleet.StartAsync("relay", "relay 1");
        await using var feed = await FeedSubscriber.ConnectAsync(fleet);
        await fleet.RegisterAsync(fleet.Record("before", 5));
        await feed.UntilAsync(await HeadAsync(fleet));
        var next = await fleet.StartAsync("relay", "relay 2");
        await next.SaysAsync(StandsBy);
        await fleet.StartAsync("workers");

        // In the middle of what it publishes.
        var registered = fleet.RegisterAsync(fleet.Record("stopped", 200));
        await feed.UntilAsync(await HeadAsync(fleet) + 1);
        await stopped.SignalAsync("STOP");
        await registered;
        await fleet.RegisterAsync(fleet.Record("meanwhile", 20), "--wait");
        await next.SaysAsync("relay: takes over");
        await feed.UntilAsync(await HeadAsync(fleet));

        await stopped.SignalAsync("CONT");
        await fleet.RegisterAsync(fleet.Record("after", 20), "--wait");
        await stopped.SaysAsync("another process has taken over");
        await feed.UntilAsync(await HeadAsync(fleet));

        feed.Positions.Distinct().Order().ShouldBe((await fleet.Database.ReadAsync("select seq_id from mt_events order by 1")).Select(long.Parse));
        (await fleet.EffectsAsync()).ShouldBe(FleetUnderTest.Whole(245));
        (await fleet.Database.ReadAsync($"select last_seq_id = (select max(seq_id) from mt_events) from mt_event_progression where name = 'relay/{fleet.Prefix}'")).ShouldBe(["t"]);
        next.SaidByNow.Where(l => l.Contains("relay:", StringComparison.Ordinal)).Count().ShouldBe(2, string.Join('\n', next.SaidByNow));
    }

    [Fact(Timeout = FleetUnderTest.Patience)]
    public async Task A_relay_that_ends_hands_over_at_once_and_the_next_one_goes_on_where_it_came_to()
    {
        await using var fleet = await FleetUnderTest.CreateAsync(server, broker);
        await fleet.StartAsync("catalog");
        var first = await fleet.StartAsync("relay", "relay 1");
        await using var feed = await FeedSubscriber.ConnectAsync(fleet);
        await fleet.RegisterAsync(fleet.Record("before", 5));
        await feed.UntilAsync(await HeadAsync(fleet));
        var second = await fleet.StartAsync("relay", "relay 2");
        await second.SaysAsync(StandsBy);

        (await first.TerminateAsync()).ShouldBe(0);
        await second.SaysAsync("relay: takes over");
        await fleet.RegisterAsync(fleet.Record("after", 5));
        await feed.UntilAsync(await HeadAsync(fleet));

        feed.Positions.ShouldBe(feed.Positions.Distinct());
    }

    private static async Task<long> HeadAsync(FleetUnderTest fleet) => long.Parse((await fleet.Database.ReadAsync("select coalesce(max(seq_id), 0) from mt_events")).Single());

    /// <summary>Another program that listens to the log's feed.</summary>
    private sealed class FeedSubscriber : IAsyncDisposable
    {
        private readonly IConnection _connection;
        private readonly ConcurrentQueue<long> _positions = new();
        private readonly SemaphoreSlim _came = new(0);

        private FeedSubscriber(IConnection connection) => _connection = connection;

        public IReadOnlyList<long> Positions => [.. _positions];

        public static async Task<FeedSubscriber> ConnectAsync(FleetUnderTest fleet)
        {
            var subscriber = new FeedSubscriber(await new ConnectionFactory { Uri = fleet.Broker }.CreateConnectionAsync(Token));
            var channel = await subscriber._connection.CreateChannelAsync(cancellationToken: Token);
            var queue = await channel.QueueDeclareAsync(cancellationToken: Token);
            await channel.ExchangeDeclareAsync(fleet.Prefix + "events", ExchangeType.Fanout, durable: true, cancellationToken: Token);
            await channel.QueueBindAsync(queue.QueueName, fleet.Prefix + "events", "", cancellationToken: Token);
            var consumer = new AsyncEventingBasicConsumer(channel);
            consumer.ReceivedAsync += (_, delivery) =>
            {
                foreach (var published in JsonElement.Parse(Encoding.UTF8.GetString(delivery.Body.Span)).GetProperty("events").EnumerateArray())
                {
                    subscriber._positions.Enqueue(published.GetProperty("position").GetInt64());
                }

                subscriber._came.Release();
                return Task.CompletedTask;
            };
            await channel.BasicConsumeAsync(queue.QueueName, autoAck: true, consumer, Token);
            return subscriber;
        }

        /// <summary>Ends when the event at that position has come, or a later one.</summary>
        public async Task UntilAsync(long position)
        {
            while (!_positions.Any(p => p >= position))
            {
                (await _came.WaitAsync(Patience, Token)).ShouldBeTrue($"the event at position {position} did not come; the newest that did is {_positions.DefaultIfEmpty().Max()}");
            }
        }

        public ValueTask DisposeAsync() => _connection.DisposeAsync();
    }
}
