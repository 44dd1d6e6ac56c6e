using System.Text;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Strata.Bus;

/// <summary>What somebody who looks for a fault wants to know of the broker. Looking makes no queue.</summary>
/// <param name="Server">Product and version.</param>
/// <param name="User">Who this process is there.</param>
public sealed record BrokerCheckup(string Server, string User, IReadOnlyList<QueueCheckup> Queues)
{
    /// <param name="prefix">Of the installation's names.</param>
    /// <exception cref="BrokerAwayException">It does not answer or refuses.</exception>
    public static async Task<BrokerCheckup> LookAsync(Uri broker, string prefix, CancellationToken cancellationToken)
    {
        var factory = new ConnectionFactory { Uri = broker, ClientProvidedName = "strata doctor", AutomaticRecoveryEnabled = false };
        try
        {
            var connection = await factory.CreateConnectionAsync(cancellationToken);
            await using var _ = connection;
            var queues = new List<QueueCheckup>();
            foreach (var queue in BusNames.Queues)
            {
                queues.Add(await LookAsync(connection, prefix + queue, isDead: false, cancellationToken));
                foreach (var suffix in BusNames.DeadSuffixes)
                {
                    // Only the first one is there from the beginning.
                    if (await LookAsync(connection, prefix + queue + suffix, isDead: true, cancellationToken) is var dead && (suffix == BusNames.DeadSuffix || dead.Messages > 0))
                    {
                        queues.Add(dead);
                    }
                }
            }

            return new($"{TextOf(connection, "product")} {TextOf(connection, "version")}", factory.UserName, queues);
        }
        catch (Exception e) when (e is BrokerUnreachableException or OperationInterruptedException or IOException or TimeoutException)
        {
            throw new BrokerAwayException($"the broker at {broker.Host}:{broker.Port} does not answer ({BrokerFailures.ReasonOf(e)})", e);
        }
    }

    private static async Task<QueueCheckup> LookAsync(IConnection connection, string queue, bool isDead, CancellationToken cancellationToken)
    {
        // The broker closes the channel on which somebody asks for a queue that is not there.
        var channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
        await using var _ = channel;
        try
        {
            var found = await channel.QueueDeclarePassiveAsync(queue, cancellationToken);
            return new(queue, isDead, found.MessageCount, found.ConsumerCount);
        }
        catch (OperationInterruptedException e) when (e.ShutdownReason?.ReplyCode == Constants.NotFound)
        {
            return new(queue, isDead, null, 0);
        }
    }

    private static string TextOf(IConnection connection, string property) =>
        connection.ServerProperties?.TryGetValue(property, out var value) == true && value is byte[] text ? Encoding.UTF8.GetString(text) : "";
}

/// <param name="IsDead">What was tried too often lies there until somebody looks.</param>
/// <param name="Messages">Null: there is no such queue yet.</param>
public sealed record QueueCheckup(string Queue, bool IsDead, long? Messages, long Consumers);

public sealed class BrokerAwayException(string message, Exception cause) : Exception(message, cause);
