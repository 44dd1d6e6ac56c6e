using System.Text;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

[assembly: AssemblyFixture(typeof(Strata.Bus.Tests.RabbitMqBroker))]

namespace Strata.Bus.Tests;

/// <summary>The same on a real broker, and what only a broker has: queues of a kind, dead letters, strangers.</summary>
public sealed class RabbitMqBusTests(RabbitMqBroker broker) : BusTransportTests
{
    private string Queue => Prefix + BusNames.EvaluateQueue;

    [Fact]
    public async Task Another_program_reads_the_exchanges_by_their_fixed_names_as_plain_json()
    {
        await using var host = await StartAsync();
        await using var connection = await ConnectAsync();
        await using var channel = await connection.CreateChannelAsync(cancellationToken: Token);
        var events = await SubscribeAsync(channel, Prefix + BusNames.Events);
        var evaluate = await SubscribeAsync(channel, Prefix + BusNames.Evaluate);

        Log.Append(Some.DatasetWithRules);
        var position = Log.Append(Some.Layer("episode_1"));

        (await evaluate.ReadAsync(Token)).ShouldBe($$"""{"dataset":"{{Some.Dataset}}","segment":"episode_1","position":{{position}}}""");
        (await events.ReadAsync(Token)).ShouldStartWith("""{"events":[{"position":1,"stream":"dataset-""");
    }

    [Fact]
    public async Task Plain_json_of_another_program_is_handled()
    {
        await using var host = await StartAsync();
        await PublishAsync("""{"dataset":"d","segment":"from elsewhere","position":3}""");

        (await Handler.Received.ReadAsync(Token)).Segment.ShouldBe("from elsewhere");
    }

    [Theory]
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

    [Fact]
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

    protected override Uri? Broker()
    {
        Assert.SkipWhen(broker.Address is null, broker.Absence);
        return broker.Address;
    }

    private Task<IConnection> ConnectAsync() => new ConnectionFactory { Uri = Broker()! }.CreateConnectionAsync(Token);

    private async Task PublishAsync(string body)
    {
        await using var connection = await ConnectAsync();
        await using var channel = await connection.CreateChannelAsync(new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true), Token);
        var properties = new BasicProperties { ContentType = "application/json", Persistent = true };
        await channel.BasicPublishAsync(Prefix + BusNames.Evaluate, "", mandatory: true, properties, Encoding.UTF8.GetBytes(body), Token);
    }

    private static async Task<System.Threading.Channels.ChannelReader<string>> SubscribeAsync(IChannel channel, string exchange)
    {
        var queue = await channel.QueueDeclareAsync(cancellationToken: Token);
        await channel.ExchangeDeclareAsync(exchange, ExchangeType.Fanout, durable: true, cancellationToken: Token);
        await channel.QueueBindAsync(queue.QueueName, exchange, "", cancellationToken: Token);
        return ConsumeAsync(channel, queue.QueueName);
    }

    private static System.Threading.Channels.ChannelReader<string> ConsumeAsync(IChannel channel, string queue)
    {
        var bodies = System.Threading.Channels.Channel.CreateUnbounded<string>();
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
