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

    /// <summary>A robot that never comes back must not fill the broker: so many answers are kept for it, the newest ones, and for so long.</summary>
    private const int MostWaiting = 100_000;

    private const long KeptForMs = 30L * 24 * 60 * 60 * 1000;

    private readonly IChannel _channel;
    private readonly Action<RecordingAnswered> _answered;
    private readonly Action _lost;

    private AnswerQueue(IChannel channel, Action<RecordingAnswered> answered, Action lost) => (_channel, _answered, _lost) = (channel, answered, lost);

    /// <summary>An answer could not be stored: it waits in the queue, and a new connection asks for it again.</summary>
    public bool IsBroken { get; private set; }

    /// <returns>Null when this robot's user may not listen.</returns>
    public static async Task<AnswerQueue?> ListenAsync(IConnection connection, string prefix, string robot, Action<RecordingAnswered> answered, Action lost, CancellationToken cancellationToken)
    {
        var exchange = prefix + RobotRouting.Answers;
        try
        {
            await DeclareExchangeAsync(connection, exchange, cancellationToken).ConfigureAwait(false);
            var channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken).ConfigureAwait(false);
            var queue = prefix + RobotRouting.Answer(robot);
            var arguments = new Dictionary<string, object?> { ["x-expires"] = KeptForMs, ["x-max-length"] = MostWaiting };
            await channel.QueueDeclareAsync(queue, durable: true, exclusive: false, autoDelete: false, arguments, cancellationToken: cancellationToken).ConfigureAwait(false);
            await channel.QueueBindAsync(queue, exchange, RobotRouting.Answer(robot), cancellationToken: cancellationToken).ConfigureAwait(false);
            await channel.BasicQosAsync(0, Prefetch, global: false, cancellationToken).ConfigureAwait(false);
            var answers = new AnswerQueue(channel, answered, lost);
            var consumer = new AsyncEventingBasicConsumer(channel);
            consumer.ReceivedAsync += answers.ReceiveAsync;
            await channel.BasicConsumeAsync(queue, autoAck: false, consumer, cancellationToken).ConfigureAwait(false);
            return answers;
        }
        catch (OperationInterruptedException e) when (BrokerFailures.IsRefused(e))
        {
            return null;
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
