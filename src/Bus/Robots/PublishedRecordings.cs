using System.Text;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;
using Strata.Contracts;
using Strata.Registrar;

namespace Strata.Bus;

/// <summary>Hands what robots published to the registrar, and its answers to the robots.</summary>
internal sealed class PublishedRecordings(IPublishRecordings registrar, RobotEndpointOptions options, ILogger<PublishedRecordings> logger) : IRobotMessages
{
    /// <summary>AMQP's limit for routing keys and for short properties, in bytes.</summary>
    private const int MaxShortBytes = 255;

    public async Task<IReadOnlyList<(QueuedMessage Message, string Reason)>> HandleAsync(IReadOnlyList<QueuedMessage> batch, IChannel publish, CancellationToken cancellationToken)
    {
        var answers = await registrar.PublishAsync([.. batch.Select(m => new RobotDelivery(m.Body, options.SenderOf(m.Properties.UserId, m.ForwardedFor)))], cancellationToken);
        await Task.WhenAll(answers.Select(answer => AnswerAsync(answer, publish, cancellationToken)));
        return [];
    }

    private async Task AnswerAsync(PublishAnswer answer, IChannel publish, CancellationToken cancellationToken)
    {
        if (answer.To is not { } robot || RobotRouting.Answer(robot) is not { Length: <= MaxShortBytes } key)
        {
            logger.LogWarning("an answer has nobody to go to: {Reason}; it stands in quarantine under {Quarantine}", answer.Answer.Reason, answer.Answer.QuarantineId);
            return;
        }

        var properties = new BasicProperties { ContentType = "application/json", Persistent = true };
        if (Encoding.UTF8.GetByteCount(answer.Answer.MessageId) is > 0 and <= MaxShortBytes)
        {
            properties.CorrelationId = answer.Answer.MessageId;
        }

        await publish.BasicPublishAsync(options.Prefix + RobotRouting.Answers, key, mandatory: false, properties, RobotMessageJson.Serialize(answer.Answer), cancellationToken);
    }
}
