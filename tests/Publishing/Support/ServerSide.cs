using System.Text.Json;
using RabbitMQ.Client;
using Strata.Contracts;

namespace Strata.Publishing.Tests;

/// <summary>What a server has at the broker: the exchanges, a queue of robots' messages, and its answers.</summary>
internal sealed class ServerSide : IAsyncDisposable
{
    private static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web);

    private readonly IConnection _connection;
    private readonly IChannel _channel;
    private readonly string _robot;

    private ServerSide(IConnection connection, IChannel channel, string prefix, string robot) => (_connection, _channel, Prefix, _robot) = (connection, channel, prefix, robot);

    /// <summary>One a test: nothing meets what another one left.</summary>
    public string Prefix { get; }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Queue => Prefix + "robots-in";

    public static async Task<ServerSide> ConnectAsync(Uri broker, string routing = "robot.#", string robot = "guest")
    {
        var connection = await new ConnectionFactory { Uri = broker }.CreateConnectionAsync(Token);
        var channel = await connection.CreateChannelAsync(cancellationToken: Token);
        var server = new ServerSide(connection, channel, $"t{Guid.NewGuid():N}.", robot);
        await channel.ExchangeDeclareAsync(server.Prefix + RobotRouting.Robots, ExchangeType.Topic, durable: true, cancellationToken: Token);
        await channel.ExchangeDeclareAsync(server.Prefix + RobotRouting.Answers, ExchangeType.Topic, durable: true, cancellationToken: Token);
        await channel.QueueDeclareAsync(server.Queue, durable: true, exclusive: false, autoDelete: false, cancellationToken: Token);
        await server.BindAsync(routing);
        return server;
    }

    public Task BindAsync(string routing) => _channel.QueueBindAsync(Queue, Prefix + RobotRouting.Robots, routing, cancellationToken: Token);

    /// <summary>All that is there now.</summary>
    public async Task<List<BasicGetResult>> TakeAllAsync()
    {
        var all = new List<BasicGetResult>();
        while (await _channel.BasicGetAsync(Queue, autoAck: true, Token) is { } one)
        {
            all.Add(one);
        }

        return all;
    }

    /// <summary>Waits for the next one.</summary>
    public async Task<BasicGetResult> TakeAsync()
    {
        while (true)
        {
            if (await _channel.BasicGetAsync(Queue, autoAck: true, Token) is { } one)
            {
                return one;
            }

            await Task.Delay(20, Token);
        }
    }

    public Task AnswerAsync(RecordingAnswered answer) => SendAnswerAsync(answer.Robot, JsonSerializer.SerializeToUtf8Bytes(answer, Web));

    public Task SendAnswerAsync(string robot, byte[] body) =>
        _channel.BasicPublishAsync(Prefix + RobotRouting.Answers, RobotRouting.Answer(robot), mandatory: false, new BasicProperties { DeliveryMode = DeliveryModes.Persistent }, body, Token).AsTask();

    public static RecordingPublished Message(BasicGetResult delivery) => JsonSerializer.Deserialize<RecordingPublished>(delivery.Body.Span, Web)!;

    public async ValueTask DisposeAsync()
    {
        await _channel.QueueDeleteAsync(Queue);
        await _channel.QueueDeleteAsync(Prefix + RobotRouting.Answer(_robot));
        await _channel.ExchangeDeleteAsync(Prefix + RobotRouting.Robots);
        await _channel.ExchangeDeleteAsync(Prefix + RobotRouting.Answers);
        await _connection.DisposeAsync();
    }
}
