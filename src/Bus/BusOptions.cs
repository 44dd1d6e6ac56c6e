namespace Strata.Bus;

/// <summary>Which transport carries the messages, and what this process does on it.</summary>
/// <param name="RabbitMq">Address of a broker (<c>amqp://user:password@host:port/vhost</c>); null: messages stay in this process.</param>
/// <param name="Relay">Follow the log and publish.</param>
/// <param name="Consume">Receive <c>evaluate</c> and hand it to the registered handler.</param>
/// <param name="CheckpointFile">
/// Where the only relay there can be keeps the position up to which it has published; null: several processes share the log, and their relays take turns by a lease in it.
/// </param>
public sealed record BusOptions(Uri? RabbitMq, bool Relay, bool Consume, string? CheckpointFile)
{
    /// <summary>A relay that is silent for so long is taken for dead, and another one goes on.</summary>
    public TimeSpan RelayLease { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Put before each exchange and queue name, so that two installations (or tests) can share one broker.</summary>
    public string Prefix { get; init; } = "";
}
