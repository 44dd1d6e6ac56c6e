using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using RabbitMQ.Client.Exceptions;
using Strata.Contracts;

namespace Strata.Publishing;

/// <summary>A robot's own queue of answers, which waits for it while it is away.</summary>
internal sealed class AnswerQueue : IAsyncDisposable
{
    /// <summary>Answers that are stored are acknowledged one by one: more than this on the way would only be delivered again.</summary>
    private const ushort Prefetch = 50;

    /// <summary>
    /// A robot that never comes back must not fill the broker: so many answers are kept for it, the newest ones, and for so long. Both stand in docs/publishing.md, since whoever
    /// declares the same queue otherwise is refused.
    /// </summary>
    private const int MostWaiting = 100_000;

    private const long KeptForMs = 30L * 24 * 60 * 60 * 1000;

    private readonly IChannel _channel;
    private readonly Action<RecordingAnswered> _answered;
    private readonly Action _lost;

    private AnswerQueue(IChannel channel, Action<RecordingAnswered> answered, Action lost) => (_channel, _answered, _lost) = (channel, answered, lost);

    /// <summary>An answer could not be stored: it waits in the queue, and a new connection asks for it again.</summary>
    public bool IsBroken { get; private set; }

    /// <exception cref="AnswersRefusedException">This robot's user may not listen.</exception>
    public static async Task<AnswerQueue> ListenAsync(IConnection connection, string prefix, string robot, Action<RecordingAnswered> answered, Action lost, CancellationToken cancellationToken)
    {
        var (exchange, queue) = (prefix + RobotRouting.Answers, prefix + RobotRouting.Answer(robot));
        var missing = $"configure '{queue}'";
        try
        {
            await DeclareExchangeAsync(connection, exchange, cancellationToken).ConfigureAwait(false);
            await DeclareQueueAsync(connection, queue, cancellationToken).ConfigureAwait(false);
            var channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken).ConfigureAwait(false);
            missing = $"write to '{queue}' and read from '{exchange}'";
            await channel.QueueBindAsync(queue, exchange, RobotRouting.Answer(robot), cancellationToken: cancellationToken).ConfigureAwait(false);
            await channel.BasicQosAsync(0, Prefetch, global: false, cancellationToken).ConfigureAwait(false);
            missing = $"read from '{queue}'";
            var answers = new AnswerQueue(channel, answered, lost);
            var consumer = new AsyncEventingBasicConsumer(channel);
            consumer.ReceivedAsync += answers.ReceiveAsync;
            await channel.BasicConsumeAsync(queue, autoAck: false, consumer, cancellationToken).ConfigureAwait(false);
            return answers;
        }
        catch (OperationInterruptedException e) when (BrokerFailures.IsRefused(e))
        {
            throw new AnswersRefusedException(missing, e);
        }
    }

    public ValueTask DisposeAsync() => _channel.DisposeAsync();

    /// <summary>Whoever may not declare finds it declared by the server.</summary>
    private static async Task DeclareExchangeAsync(IConnection connection, string exchange, CancellationToken cancellationToken)
    {
        try
        {
            await using var looking = await connection.CreateChannelAsync(cancellationToken: cancellationToken).ConfigureAwait(false);
            await looking.ExchangeDeclarePassiveAsync(exchange, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationInterruptedException e) when (BrokerFailures.IsAbsent(e))
        {
            await using var declaring = await connection.CreateChannelAsync(cancellationToken: cancellationToken).ConfigureAwait(false);
            await declaring.ExchangeDeclareAsync(exchange, ExchangeType.Topic, durable: true, cancellationToken: cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>One that somebody declared otherwise is taken as it is.</summary>
    private static async Task DeclareQueueAsync(IConnection connection, string queue, CancellationToken cancellationToken)
    {
        try
        {
            await using var looking = await connection.CreateChannelAsync(cancellationToken: cancellationToken).ConfigureAwait(false);
            await looking.QueueDeclarePassiveAsync(queue, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationInterruptedException e) when (BrokerFailures.IsAbsent(e))
        {
            await using var declaring = await connection.CreateChannelAsync(cancellationToken: cancellationToken).ConfigureAwait(false);
            var arguments = new Dictionary<string, object?> { ["x-expires"] = KeptForMs, ["x-max-length"] = MostWaiting };
            await declaring.QueueDeclareAsync(queue, durable: true, exclusive: false, autoDelete: false, arguments, cancellationToken: cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task ReceiveAsync(object sender, BasicDeliverEventArgs delivery)
    {
        try
        {
            if (RobotJson.ReadAnswer(delivery.Body.Span) is { } answer)
            {
                _answered(answer);
            }

            await _channel.BasicAckAsync(delivery.DeliveryTag, multiple: false).ConfigureAwait(false);
        }
        catch (PublishingException)
        {
            // Not acknowledged: the broker keeps it for the next connection.
            IsBroken = true;
            _lost();
        }
        catch (Exception e) when (BrokerFailures.Is(e))
        {
            IsBroken = true;
        }
    }
}

/// <summary>The broker does not let this robot's user listen to its answers.</summary>
/// <param name="missing">What it may not do, as a permission.</param>
internal sealed class AnswersRefusedException(string missing, OperationInterruptedException cause) : Exception(cause.Message, cause)
{
    public string Missing { get; } = missing;

    /// <summary>In the broker's words.</summary>
    public string Refusal { get; } = cause.ShutdownReason?.ReplyText ?? cause.Message;
}
