using RabbitMQ.Client;
using Strata.Contracts;

namespace Strata.Bus;

/// <summary>Hands heartbeats on, each if it is of the robot that it names.</summary>
internal sealed class Heartbeats(IHandle<RobotHeartbeat> handler, RobotEndpointOptions options, RobotMeasures measures) : IRobotMessages
{
    public async Task<IReadOnlyList<(QueuedMessage Message, string Reason)>> HandleAsync(IReadOnlyList<QueuedMessage> batch, IChannel publish, CancellationToken cancellationToken)
    {
        var unfit = new List<(QueuedMessage, string)>();
        foreach (var message in batch)
        {
            var read = RobotMessageReader.ReadHeartbeat(message.Body);
            var sender = options.SenderOf(message.Properties.UserId, message.ForwardedFor);
            if (read.Message is not { } heartbeat)
            {
                unfit.Add((message, read.Refusal!.Text));
            }
            else if (!sender.MaySpeakFor(heartbeat.Robot))
            {
                unfit.Add((message, $"field 'robot': expected {(sender.Name is { } name ? $"'{name}', the user that sent the message" : "a message whose user_id says who sent it")}, found '{heartbeat.Robot}'"));
            }
            else
            {
                await handler.HandleAsync(heartbeat, cancellationToken);
                measures.Count(options.Prefix + BusNames.HeartbeatsQueue, RobotMeasures.Heard);
            }
        }

        return unfit;
    }
}
