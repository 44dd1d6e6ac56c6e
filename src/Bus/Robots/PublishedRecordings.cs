using System.Diagnostics;
using System.Text;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;
using Strata.Contracts;
using Strata.Registrar;

namespace Strata.Bus;

/// <summary>Hands what robots published to the registrar, and its answers to the robots.</summary>
internal sealed class PublishedRecordings(IPublishRecordings registrar, RobotEndpointOptions options, RobotMeasures measures, TimeProvider time, ILogger<PublishedRecordings> logger) : IRobotMessages
{
    /// <summary>AMQP's limit for routing keys and for short properties, in bytes.</summary>
    private const int MaxShortBytes = 255;

    private readonly RefusedAnswers _refused = new(time, logger);

    public async Task<IReadOnlyList<(QueuedMessage Message, string Reason)>> HandleAsync(IReadOnlyList<QueuedMessage> batch, IChannel publish, CancellationToken cancellationToken)
    {
        var spans = batch.Select(Receive).ToList();
        try
        {
            var answers = await registrar.PublishAsync([.. batch.Zip(spans, DeliveryOf)], cancellationToken);
            await Task.WhenAll(answers.Select(answer => AnswerAsync(answer, publish, cancellationToken)));
            foreach (var (answer, span) in answers.Zip(spans))
            {
                measures.Count(options.Prefix + BusNames.RobotsQueue, answer.Answer.Outcome);
                span?.SetTag("strata.robot", answer.Answer.Robot).SetTag("strata.outcome", answer.Answer.Outcome);
            }

            return [];
        }
        catch (Exception e)
        {
            spans.ForEach(span => span.Fail(e.Message));
            throw;
        }
        finally
        {
            spans.ForEach(span => span?.Dispose());
        }
    }

    /// <summary>From taking a message to having answered it; who sent it may have begun the trace.</summary>
    private Activity? Receive(QueuedMessage message) =>
        StrataTracing.StartBeside(message.TraceParent, SpanNames.Receive, ActivityKind.Consumer)?.SetTag("messaging.destination.name", options.Prefix + BusNames.RobotsQueue);

    private RobotDelivery DeliveryOf(QueuedMessage message, Activity? span) =>
        new(message.Body, options.SenderOf(message.Properties.UserId, message.ForwardedFor)) { TraceParent = span is { Recorded: true } ? span.Id : null };

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

        try
        {
            await publish.BasicPublishAsync(options.Prefix + RobotRouting.Answers, key, mandatory: false, properties, RobotMessageJson.Serialize(answer.Answer), cancellationToken);
        }
        catch (PublishException) when (publish.IsOpen)
        {
            // The robot's own queue takes no more: as without one, the answer is dropped, and the message is settled all the same. It stands in the log.
            _refused.Add(robot);
        }
    }
}
