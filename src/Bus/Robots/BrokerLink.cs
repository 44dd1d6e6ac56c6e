using RabbitMQ.Client;

namespace Strata.Bus;

/// <summary>A connection to the broker and a channel on which each publish ends with the broker's confirmation.</summary>
internal sealed class BrokerLink : IAsyncDisposable
{
    private readonly IConnection _connection;

    private BrokerLink(IConnection connection, IChannel publish) => (_connection, Publish) = (connection, publish);

    public IChannel Publish { get; }

    /// <param name="name">Shown among the broker's connections.</param>
    public static Task<BrokerLink> OpenAsync(Uri broker, string name, CancellationToken cancellationToken) => OpenAsync(Factory(broker, name), cancellationToken);

    public static async Task<BrokerLink> OpenAsync(ConnectionFactory factory, CancellationToken cancellationToken)
    {
        var connection = await factory.CreateConnectionAsync(cancellationToken);
        try
        {
            return new(connection, await connection.CreateChannelAsync(Confirming, cancellationToken));
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Who uses a connection begins anew when it breaks: what was unacknowledged comes again then, and a half recovered channel would acknowledge tags of another life.</summary>
    public static ConnectionFactory Factory(Uri broker, string name) => new() { Uri = AmqpAddress(broker), AutomaticRecoveryEnabled = false, ClientProvidedName = name };

    public Task<IChannel> OpenChannelAsync(CancellationToken cancellationToken) => _connection.CreateChannelAsync(cancellationToken: cancellationToken);

    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    /// <summary>Without the client's own limiter, which lets some 200 messages a second pass; a batch bounds what waits for confirmation.</summary>
    private static CreateChannelOptions Confirming { get; } =
        new(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true, outstandingPublisherConfirmationsRateLimiter: null);

    /// <summary>MassTransit's names of the same schemes.</summary>
    private static Uri AmqpAddress(Uri broker) => broker.Scheme switch
    {
        "rabbitmq" => new UriBuilder(broker) { Scheme = "amqp" }.Uri,
        "rabbitmqs" => new UriBuilder(broker) { Scheme = "amqps" }.Uri,
        _ => broker,
    };
}
