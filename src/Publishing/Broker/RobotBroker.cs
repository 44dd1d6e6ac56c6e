using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;
using Strata.Contracts;

namespace Strata.Publishing;

/// <summary>
/// RabbitMQ with publisher confirms: persistent, mandatory, and in the name of the broker's own user. A broken connection is made anew by whoever sends next, since what was
/// under way has to be looked at first.
/// </summary>
/// <param name="broker"><c>amqp://USER:PASSWORD@HOST:PORT/VHOST</c></param>
/// <param name="prefix">Of the names of exchanges and queues.</param>
/// <param name="answered">Is told of each answer; the broker may forget it when this returns.</param>
/// <param name="lost">Is told that the connection ended.</param>
public sealed class RobotBroker(Uri broker, string prefix, string robot, Action<RecordingAnswered> answered, Action lost) : IRobotLink
{
    private const string UsualUser = "guest";
    private const string ContentType = "application/json";

    /// <summary>A broker that took a message on disk answers within milliseconds; one that is out of room holds its answer back.</summary>
    private static readonly TimeSpan ConfirmWithin = TimeSpan.FromSeconds(30);

    private readonly SemaphoreSlim _connecting = new(1, 1);
    private readonly string _user = Uri.UnescapeDataString(broker.UserInfo.Split(':')[0]) is { Length: > 0 } user ? user : UsualUser;
    private IConnection? _connection;
    private IChannel? _channel;
    private AnswerQueue? _answers;

    public string? AnswersRefused { get; private set; }

    public bool IsConnected => _channel is { IsOpen: true };

    public async Task<bool> ConnectAsync(CancellationToken cancellationToken)
    {
        await _connecting.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (IsConnected && _answers is not { IsBroken: true })
            {
                return false;
            }

            await CloseAsync().ConfigureAwait(false);
            var factory = new ConnectionFactory { Uri = broker, AutomaticRecoveryEnabled = false, ClientProvidedName = $"strata robot {robot}" };
            _connection = await factory.CreateConnectionAsync(cancellationToken).ConfigureAwait(false);
            _connection.ConnectionShutdownAsync += (_, _) =>
            {
                lost();
                return Task.CompletedTask;
            };
            _channel = await _connection.CreateChannelAsync(
                new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true, outstandingPublisherConfirmationsRateLimiter: null), cancellationToken).ConfigureAwait(false);
            await ListenAsync(_connection, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (Exception e) when (BrokerFailures.Is(e))
        {
            await CloseAsync().ConfigureAwait(false);
            throw BrokerFailures.Explain(broker, _user, e);
        }
        finally
        {
            _connecting.Release();
        }
    }

    public async Task<RecordingAnswered?> PublishAsync(RecordingPublished message, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);
        var key = RobotRouting.Recording(message.Robot, message.Dataset);
        try
        {
            var properties = new BasicProperties { MessageId = message.MessageId, UserId = _user, ContentType = ContentType, DeliveryMode = DeliveryModes.Persistent, Type = nameof(RecordingPublished), Headers = TraceHeaders };
            await SendAsync(key, isMandatory: true, properties, RobotJson.Write(message), cancellationToken).ConfigureAwait(false);
            return null;
        }
        catch (PublishException e) when (e.IsReturn)
        {
            throw new RecordingRefusedException(
                $"the broker {Shown} has no queue for '{key}' on the exchange '{prefix}{RobotRouting.Robots}'; is a strata serve with this broker running, and has it the same prefix? It is tried again", needsPerson: false, e);
        }
    }

    public Task BeatAsync(RobotHeartbeat heartbeat, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(heartbeat);
        var properties = new BasicProperties { UserId = _user, ContentType = ContentType, DeliveryMode = DeliveryModes.Transient, Type = nameof(RobotHeartbeat) };
        return SendAsync(RobotRouting.Heartbeat(robot), isMandatory: false, properties, RobotJson.Write(heartbeat), cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await CloseAsync().ConfigureAwait(false);
        _connecting.Dispose();
    }

    /// <summary>So that one trace leads from the robot to the visible property.</summary>
    private static Dictionary<string, object?>? TraceHeaders => StrataTracing.Current is { } trace ? new() { [StrataTracing.TraceParent] = trace } : null;

    private string Shown => BrokerFailures.Shown(broker);

    /// <summary>Whoever may not listen may publish all the same.</summary>
    private async Task ListenAsync(IConnection connection, CancellationToken cancellationToken)
    {
        AnswersRefused = null;
        try
        {
            _answers = await AnswerQueue.ListenAsync(connection, prefix, robot, answered, lost, cancellationToken).ConfigureAwait(false);
        }
        catch (AnswersRefusedException e)
        {
            AnswersRefused = $"answers are not heard: at the broker {Shown} the user '{_user}' lacks the permission to {e.Missing} ({e.Refusal}); docs/publishing.md, Users, has the line that grants it";
        }
    }

    private async Task SendAsync(string key, bool isMandatory, BasicProperties properties, byte[] body, CancellationToken cancellationToken)
    {
        using var confirming = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        confirming.CancelAfter(ConfirmWithin);
        try
        {
            var channel = _channel ?? throw new LinkDownException($"no connection with the broker {Shown}");
            await channel.BasicPublishAsync(prefix + RobotRouting.Robots, key, isMandatory, properties, body, confirming.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested && (e is OperationCanceledException || BrokerFailures.Is(e)))
        {
            await CloseAsync().ConfigureAwait(false);
            throw confirming.IsCancellationRequested
                ? new LinkDownException($"the broker {Shown} did not confirm within {ConfirmWithin.TotalSeconds:N0} s; is its disk or memory alarm on?", e)
                : BrokerFailures.Explain(broker, _user, e);
        }
    }

    private async Task CloseAsync()
    {
        var (connection, channel, answers) = (_connection, _channel, _answers);
        (_connection, _channel, _answers) = (null, null, null);
        try
        {
            if (answers is not null)
            {
                await answers.DisposeAsync().ConfigureAwait(false);
            }

            if (channel is not null)
            {
                await channel.DisposeAsync().ConfigureAwait(false);
            }

            if (connection is not null)
            {
                await connection.DisposeAsync().ConfigureAwait(false);
            }
        }
        catch (Exception e) when (BrokerFailures.Is(e) || e is OperationCanceledException)
        {
            // It was broken before: that is why it is closed.
            _connection = null;
        }
    }
}
