using RabbitMQ.Client;

namespace Strata.Bus;

/// <summary>One queue of robots' messages, with its dead letters.</summary>
/// <param name="Queue">With the prefix.</param>
/// <param name="RoutingKey">A pattern on the exchange <c>robots</c>.</param>
/// <param name="Batch">At most so many messages are handled together.</param>
/// <param name="MaxDead">Older dead letters go; null: none does.</param>
internal sealed record QueueSpec(string Queue, string RoutingKey, int Batch, int? MaxDead)
{
    /// <summary>A message that kills its process is delivered this often, then it lies among the dead letters.</summary>
    public const int DeliveryLimit = 5;

    /// <summary>Dead letters are looked at by taking and returning them, which newer brokers count as deliveries.</summary>
    private const int LooksAtDead = 1_000_000;

    public string Dead => Queue + BusNames.DeadSuffix;

    /// <summary>One batch in work and one that waits behind it.</summary>
    public ushort Prefetch => (ushort)(2 * Batch);

    /// <summary>Declares what is not there yet; what is there with other arguments is refused by the broker.</summary>
    public async Task DeclareAsync(IChannel channel, string prefix, CancellationToken cancellationToken)
    {
        foreach (var exchange in new[] { Contracts.RobotRouting.Robots, Contracts.RobotRouting.Answers })
        {
            await channel.ExchangeDeclareAsync(prefix + exchange, ExchangeType.Topic, durable: true, cancellationToken: cancellationToken);
        }

        await channel.ExchangeDeclareAsync(Dead, ExchangeType.Fanout, durable: true, cancellationToken: cancellationToken);
        await DeclareQueueAsync(channel, Dead, DeadArguments(), cancellationToken);
        await channel.QueueBindAsync(Dead, Dead, "", cancellationToken: cancellationToken);
        await DeclareQueueAsync(
            channel, Queue, new Dictionary<string, object?> { ["x-queue-type"] = "quorum", ["x-delivery-limit"] = DeliveryLimit, ["x-dead-letter-exchange"] = Dead }, cancellationToken);
        await channel.QueueBindAsync(Queue, prefix + Contracts.RobotRouting.Robots, RoutingKey, cancellationToken: cancellationToken);
    }

    private static Task<QueueDeclareOk> DeclareQueueAsync(IChannel channel, string queue, IDictionary<string, object?> arguments, CancellationToken cancellationToken) =>
        channel.QueueDeclareAsync(queue, durable: true, exclusive: false, autoDelete: false, arguments, cancellationToken: cancellationToken);

    private Dictionary<string, object?> DeadArguments()
    {
        var arguments = new Dictionary<string, object?> { ["x-queue-type"] = "quorum", ["x-delivery-limit"] = LooksAtDead };
        if (MaxDead is { } most)
        {
            arguments["x-max-length"] = most;
        }

        return arguments;
    }
}
