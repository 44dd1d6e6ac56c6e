using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using Strata.Contracts;
using Strata.UnreliableBus;

[assembly: AssemblyFixture(typeof(Strata.Bus.Tests.RabbitMqBroker))]

namespace Strata.Bus.Tests;

/// <summary>The same on a real broker, and what another program gets there.</summary>
public abstract class RabbitMqDeliveryTests(RabbitMqBroker broker) : BusTransportTests
{
    [Fact(Timeout = Patience)]
    public async Task Another_program_reads_the_exchanges_by_their_fixed_names_as_plain_json()
    {
        await using var host = await StartAsync();
        await using var connection = await ConnectAsync();
        await using var channel = await connection.CreateChannelAsync(cancellationToken: Token);
        var events = await SubscribeAsync(channel, Prefix + BusNames.Events);
        var evaluate = await SubscribeAsync(channel, Prefix + BusNames.Evaluate);

        var wakeUps = await RegisterAsync(host);

        var read = await ReadAsync(evaluate, wakeUps.Sent.Count);
        read.ShouldBe(wakeUps.Sent.Select(w => $$"""{"dataset":"{{Some.Dataset}}","segment":"{{w.Segment}}","position":{{w.Position}}}"""), ignoreOrder: true);

        // A page's events are given after its wake-ups.
        await host.Transport.Feed.UntilAsync(all => all.Given.Any(m => m.Events[^1].Position == Segments.Count + Some.DatasetWithRules.Length), Token);
        await host.Transport.ReleaseAsync(Token);
        var feed = host.Transport.Feed.Value;
        var told = await ReadAsync(events, feed.Sent.Count);
        told.ShouldAllBe(body => body.StartsWith("""{"events":[{"position":"""));
        told.SelectMany(PositionsOf).ShouldBe(feed.Sent.SelectMany(m => m.Events).Select(e => e.Position), ignoreOrder: true);
    }

    protected override Uri? Broker()
    {
        Assert.SkipWhen(broker.Address is null, broker.Absence);
        return broker.Address;
    }

    private protected Task<IConnection> ConnectAsync() => new ConnectionFactory { Uri = Broker()! }.CreateConnectionAsync(Token);

    private static async Task<IReadOnlyList<string>> ReadAsync(ChannelReader<string> bodies, int count)
    {
        var read = new List<string>();
        while (read.Count < count)
        {
            read.Add(await bodies.ReadAsync(Token));
        }

        return read;
    }

    private static IEnumerable<long> PositionsOf(string body) => JsonElement.Parse(body).GetProperty("events").EnumerateArray().Select(e => e.GetProperty("position").GetInt64());

    private protected static async Task<ChannelReader<string>> SubscribeAsync(IChannel channel, string exchange)
    {
        var queue = await channel.QueueDeclareAsync(cancellationToken: Token);
        await channel.ExchangeDeclareAsync(exchange, ExchangeType.Fanout, durable: true, cancellationToken: Token);
        await channel.QueueBindAsync(queue.QueueName, exchange, "", cancellationToken: Token);
        return ConsumeAsync(channel, queue.QueueName);
    }

    private static ChannelReader<string> ConsumeAsync(IChannel channel, string queue)
    {
        var bodies = Channel.CreateUnbounded<string>();
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += (_, delivery) =>
        {
            bodies.Writer.TryWrite(Encoding.UTF8.GetString(delivery.Body.Span));
            return Task.CompletedTask;
        };
        _ = StartConsumingAsync();
        return bodies.Reader;

        async Task StartConsumingAsync()
        {
            try
            {
                await channel.BasicConsumeAsync(queue, autoAck: true, consumer, Token);
            }
            catch (Exception e)
            {
                bodies.Writer.TryComplete(e);
            }
        }
    }
}

/// <summary>What only a broker has: queues of a kind, dead letters, strangers, whose messages pass neither the relay nor the transport below it.</summary>
[Over(Transport.Reliable)]
public sealed class RabbitMqBusTests(RabbitMqBroker broker) : RabbitMqDeliveryTests(broker)
{
    private string Queue => Prefix + BusNames.EvaluateQueue;

    [Fact(Timeout = Patience)]
    public async Task Plain_json_of_another_program_is_handled()
    {
        await using var host = await StartAsync();
        await PublishAsync("""{"dataset":"d","segment":"from elsewhere","position":3}""");

        (await Handler.Received.ReadAsync(Token)).Segment.ShouldBe("from elsewhere");
    }

    [Theory(Timeout = Patience)]
    [InlineData("""{"whatever":1}""")]
    [InlineData("not json")]
    public async Task A_message_that_is_none_of_ours_goes_to_the_error_queue_and_to_no_handler(string body)
    {
        await using var host = await StartAsync();
        await using var connection = await ConnectAsync();
        await using var channel = await connection.CreateChannelAsync(cancellationToken: Token);
        // The exchange before its queue, which is made only when a first message goes there.
        var errors = await SubscribeAsync(channel, Queue + "_error");

        await PublishAsync(body);
        await PublishAsync("""{"dataset":"d","segment":"after it","position":3}""");

        (await Handler.Received.ReadAsync(Token)).Segment.ShouldBe("after it");
        Handler.Calls.ShouldBe(1);
        (await errors.ReadAsync(Token)).ShouldBe(body);
    }

    [Fact(Timeout = Patience)]
    public async Task The_id_of_a_message_is_that_of_its_event_however_often_it_is_published()
    {
        await using var host = await StartAsync(relay: false);
        await using var connection = await ConnectAsync();
        await using var channel = await connection.CreateChannelAsync(cancellationToken: Token);
        var ids = await SubscribeToIdsAsync(channel, Prefix + BusNames.Evaluate, Prefix + BusNames.Events);
        var publisher = new MassTransitPublisher(host.Services.GetRequiredService<IBus>());
        var (one, other) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        var feed = new EventsPublished([new PublishedEvent(7, "s", 1, "t", 1, new CarriedJson("{}"u8.ToArray())) { Id = one }, new PublishedEvent(8, "s", 2, "t", 1, new CarriedJson("{}"u8.ToArray())) { Id = other }]);

        await publisher.PublishAsync([new EvaluateSegment("d", "episode_1", 7) { EventId = one }], Token);
        await publisher.PublishAsync([new EvaluateSegment("d", "episode_1", 7) { EventId = one }], Token);
        await publisher.PublishAsync(feed, Token);

        (await ids.ReadAsync(Token)).ShouldBe((one.ToString(), $$"""{"dataset":"d","segment":"episode_1","position":7,"eventId":"{{one}}"}"""));
        (await ids.ReadAsync(Token)).Id.ShouldBe(one.ToString());
        var (id, body) = await ids.ReadAsync(Token);
        id.ShouldBe(one.ToString());
        body.ShouldContain($"\"id\":\"{other}\"");
    }

    private static async Task<ChannelReader<(string? Id, string Body)>> SubscribeToIdsAsync(IChannel channel, params string[] exchanges)
    {
        var queue = await channel.QueueDeclareAsync(cancellationToken: Token);
        foreach (var exchange in exchanges)
        {
            await channel.ExchangeDeclareAsync(exchange, ExchangeType.Fanout, durable: true, cancellationToken: Token);
            await channel.QueueBindAsync(queue.QueueName, exchange, "", cancellationToken: Token);
        }

        var read = Channel.CreateUnbounded<(string?, string)>();
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += (_, delivery) =>
        {
            read.Writer.TryWrite((delivery.BasicProperties.MessageId, Encoding.UTF8.GetString(delivery.Body.Span)));
            return Task.CompletedTask;
        };
        await channel.BasicConsumeAsync(queue.QueueName, autoAck: true, consumer, Token);
        return read.Reader;
    }

    [Fact(Timeout = Patience)]
    public async Task The_queue_is_a_quorum_queue_with_a_delivery_limit_and_a_dead_letter_queue()
    {
        await using var host = await StartAsync();
        await using var connection = await ConnectAsync();
        await using var channel = await connection.CreateChannelAsync(cancellationToken: Token);
        var arguments = new Dictionary<string, object?>
        {
            ["x-queue-type"] = "quorum",
            ["x-delivery-limit"] = 5,
            ["x-dead-letter-exchange"] = Queue + "_dead",
        };

        // Declaring a queue again with other arguments is refused by the broker: only the very same ones pass.
        (await channel.QueueDeclareAsync(Queue, durable: true, exclusive: false, autoDelete: false, arguments, cancellationToken: Token)).QueueName.ShouldBe(Queue);
        await channel.QueueDeclarePassiveAsync(Queue + "_dead", Token);
    }

    private async Task PublishAsync(string body)
    {
        await using var connection = await ConnectAsync();
        await using var channel = await connection.CreateChannelAsync(new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true), Token);
        var properties = new BasicProperties { ContentType = "application/json", Persistent = true };
        await channel.BasicPublishAsync(Prefix + BusNames.Evaluate, "", mandatory: true, properties, Encoding.UTF8.GetBytes(body), Token);
    }
}

[Over(Transport.Unreliable)]
public sealed class RabbitMqUnreliableBusTests(RabbitMqBroker broker) : RabbitMqDeliveryTests(broker);
