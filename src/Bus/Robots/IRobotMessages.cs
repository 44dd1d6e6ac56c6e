using RabbitMQ.Client;

namespace Strata.Bus;

/// <summary>What is done with a batch of one queue's messages.</summary>
internal interface IRobotMessages
{
    /// <summary>When it returns, all of the batch is durable and answered, but those that are named.</summary>
    /// <param name="publish">Confirms what is published.</param>
    /// <returns>Messages that nobody can handle, each with why.</returns>
    Task<IReadOnlyList<(QueuedMessage Message, string Reason)>> HandleAsync(IReadOnlyList<QueuedMessage> batch, IChannel publish, CancellationToken cancellationToken);
}
