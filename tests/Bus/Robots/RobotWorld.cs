using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using RabbitMQ.Client;
using Strata.Contracts;
using Strata.EventStore;
using Strata.EventStore.Sqlite;
using Strata.Recordings;
using Strata.Registrar;
using Strata.TestSupport;

namespace Strata.Bus.Tests;

/// <summary>A server with the robots' endpoints on a real broker, over a log and a store of one test; a robot speaks to it as another program does.</summary>
internal sealed class RobotWorld : IAsyncDisposable
{
    private readonly TestFolder _folder = new();
    private readonly SqliteEventStore _events;
    private readonly IConnection _robot;
    private readonly IChannel _channel;
    private IHost? _host;

    private RobotWorld(SqliteEventStore events, Uri broker, string prefix, IConnection robot, IChannel channel)
    {
        (_events, Broker, Prefix, _robot, _channel) = (events, broker, prefix, robot, channel);
        Store = new LocalRecordingStore(new(_folder.Path("data"), [], null));
        Registrar = new CatalogRegistrar(events, Store, new RecordingInspector(), NullLogger<CatalogRegistrar>.Instance, new RecordingUploads(Store, new()));
    }

    public static CancellationToken Token => TestContext.Current.CancellationToken;

    public Uri Broker { get; }

    public string Prefix { get; }

    public LocalRecordingStore Store { get; }

    public CatalogRegistrar Registrar { get; }

    public TestFolder Folder => _folder;

    public string Queue => Prefix + BusNames.RobotsQueue;

    /// <summary>How the endpoint of recordings is.</summary>
    public EndpointStanding Standing => _host!.Services.GetRequiredService<RobotStanding>().Endpoints.Single(e => e.Queue == Queue);

    /// <param name="prefix">Null: one unlike any other test's.</param>
    public static async Task<RobotWorld> OpenAsync(Uri broker, string? prefix = null)
    {
        var connection = await new ConnectionFactory { Uri = broker }.CreateConnectionAsync(Token);
        var channel = await connection.CreateChannelAsync(new CreateChannelOptions(true, true, null), Token);
        var log = Directory.CreateTempSubdirectory("strata-log-").FullName;
        return new(await SqliteEventStore.OpenAsync(log, TimeProvider.System, NullLogger.Instance, Token), broker, prefix ?? $"t{Guid.NewGuid():N}-", connection, channel);
    }

    /// <summary>Starts the server and waits until its queue is there.</summary>
    public async Task StartAsync(IPublishRecordings? registrar = null, IHandle<RobotHeartbeat>? heartbeats = null, Func<RobotEndpointOptions, RobotEndpointOptions>? options = null)
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Logging.SetMinimumLevel(LogLevel.None);
        builder.Services.AddSingleton(registrar ?? Registrar);
        if (heartbeats is not null)
        {
            builder.Services.AddSingleton(heartbeats);
        }

        var usual = new RobotEndpointOptions(Broker, Prefix, []) { LongestPause = TimeSpan.FromMilliseconds(20) };
        builder.Services.AddRobotEndpoints(options?.Invoke(usual) ?? usual);
        _host = builder.Build();
        await _host.StartAsync(Token);
        await UntilBoundAsync(Queue);
        if (heartbeats is not null)
        {
            await UntilBoundAsync(Prefix + BusNames.HeartbeatsQueue);
        }
    }

    public async Task StopAsync()
    {
        if (_host is not null)
        {
            await _host.StopAsync(CancellationToken.None);
            await ((IAsyncDisposable)_host).DisposeAsync();
            _host = null;
        }
    }

    public async Task<RecordingPublished> UploadAsync(string messageId, byte[] file)
    {
        await Store.WriteAllAsync([file], Token);
        return new(messageId, Robot, "arms", "base", null, null, Sha256Digest.Of(file), file.Length, null, null, null);
    }

    /// <summary>The robot's name, which is its user at the broker of the tests.</summary>
    public string Robot => Broker.UserInfo.Split(':')[0];

    public Task PublishAsync(RecordingPublished message) => PublishAsync(RobotMessageJson.Serialize(message), Robot);

    /// <param name="userId">Null: the robot does not say.</param>
    public async Task PublishAsync(ReadOnlyMemory<byte> body, string? userId, string? key = null) => await _channel.BasicPublishAsync(
        Prefix + RobotRouting.Robots, key ?? RobotRouting.Recording("any", "any"), mandatory: true, new BasicProperties { UserId = userId, Persistent = true }, body, Token);

    /// <summary>A queue of the robot's own, bound to its answers before it publishes.</summary>
    public async Task<string> ListenAsync(string? robot = null)
    {
        await _channel.ExchangeDeclareAsync(Prefix + RobotRouting.Answers, ExchangeType.Topic, durable: true, cancellationToken: Token);
        var queue = await _channel.QueueDeclareAsync(cancellationToken: Token);
        await _channel.QueueBindAsync(queue.QueueName, Prefix + RobotRouting.Answers, RobotRouting.Answer(robot ?? Robot), cancellationToken: Token);
        return queue.QueueName;
    }

    public async Task<RecordingAnswered> AnswerAsync(string queue)
    {
        var body = (await TakeAsync(queue)).Body;
        return RobotMessageReader.ReadAnswered(body.ToArray()).Message ?? throw new InvalidOperationException(Encoding.UTF8.GetString(body.Span));
    }

    public async Task<IReadOnlyList<RecordingAnswered>> AnswersAsync(string queue, int count)
    {
        var answers = new List<RecordingAnswered>();
        while (answers.Count < count)
        {
            answers.Add(await AnswerAsync(queue));
        }

        return answers;
    }

    /// <summary>The next message of a queue, when there is one.</summary>
    public async Task<BasicGetResult> TakeAsync(string queue)
    {
        while (true)
        {
            await using var channel = await _robot.CreateChannelAsync(cancellationToken: Token);
            if (await channel.BasicGetAsync(queue, autoAck: true, Token) is { } got)
            {
                return got;
            }

            await Task.Delay(5, Token);
        }
    }

    public async Task<uint> CountAsync(string queue)
    {
        await using var channel = await _robot.CreateChannelAsync(cancellationToken: Token);
        return (await channel.QueueDeclarePassiveAsync(queue, Token)).MessageCount;
    }

    public Task<DeadLetterBox> DeadLettersAsync() => DeadLetterBox.OpenAsync(Broker, Prefix, Token);

    public async Task<IReadOnlyList<T>> EventsAsync<T>()
        where T : StrataEvent => [.. (await _events.ReadAsync(0, 100_000, Token)).Events.Select(e => e.Event).OfType<T>()];

    /// <summary>Ends when the log holds so many of these.</summary>
    public async Task<IReadOnlyList<T>> UntilAsync<T>(int count)
        where T : StrataEvent
    {
        while (true)
        {
            var head = await ((IEventStore)_events).HeadAsync(Token);
            if (await EventsAsync<T>() is var found && found.Count >= count)
            {
                return found;
            }

            await _events.WaitForEventsAsync(head, Token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await _robot.DisposeAsync();
        await _events.DisposeAsync();
        Directory.Delete(Path.GetDirectoryName(_events.Path)!, recursive: true);
        _folder.Dispose();
    }

    private async Task UntilBoundAsync(string queue)
    {
        while (true)
        {
            try
            {
                await using var channel = await _robot.CreateChannelAsync(cancellationToken: Token);
                // The dead letters are declared first, the queue after them, its binding last: one that consumes is bound.
                if ((await channel.QueueDeclarePassiveAsync(queue, Token)).ConsumerCount > 0)
                {
                    return;
                }
            }
            catch (RabbitMQ.Client.Exceptions.OperationInterruptedException)
            {
                // Not declared yet.
            }

            await Task.Delay(10, Token);
        }
    }
}
