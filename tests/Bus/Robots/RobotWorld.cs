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
using Strata.UnreliableBus;

namespace Strata.Bus.Tests;

/// <summary>
/// A server with the robots' endpoints on a real broker, over a log and a store of one test; a robot speaks to it as another program does. Over an unreliable transport the
/// robot's messages arrive late and twice, and the link between broker and endpoint breaks before and behind what is handled.
/// </summary>
internal sealed class RobotWorld : IAsyncDisposable
{
    private readonly TestFolder _folder = new();
    private readonly SqliteEventStore _events;
    private readonly IConnection _robot;
    private readonly IChannel _channel;
    private readonly UnreliableSender<Sending> _sender;
    private readonly HashSet<RecordingAnswered> _answered = [];
    private IHost? _host;

    private RobotWorld(SqliteEventStore events, Uri broker, string prefix, Transport transport, IConnection robot, IChannel channel)
    {
        var seed = Seeds.Of(transport);
        (Link, _sender) = (new(Faults.Of(transport), seed), new(SendAsync, Faults.Of(transport), ~seed));
        (_events, Broker, Prefix, _robot, _channel) = (events, broker, prefix, robot, channel);
        Store = new LocalRecordingStore(new(_folder.Path("data"), [], null));
        Registrar = Link.To(new CatalogRegistrar(events, Store, new RecordingInspector(), NullLogger<CatalogRegistrar>.Instance, new RecordingUploads(Store, new())));
    }

    public static CancellationToken Token => TestContext.Current.CancellationToken;

    public Uri Broker { get; }

    public string Prefix { get; }

    public LocalRecordingStore Store { get; }

    /// <summary>Between the broker and the endpoints.</summary>
    public UnreliableLink Link { get; }

    /// <summary>Behind the <see cref="Link"/>.</summary>
    public IPublishRecordings Registrar { get; }

    /// <summary>Messages that the broker has been given, those that a robot sent twice counted twice.</summary>
    public int Arrived => _sender.Arrived;

    public TestFolder Folder => _folder;

    public string Queue => Prefix + BusNames.RobotsQueue;

    /// <summary>How the endpoint of recordings is.</summary>
    public EndpointStanding Standing => _host!.Services.GetRequiredService<RobotStanding>().Endpoints.Single(e => e.Queue == Queue);

    /// <param name="prefix">Null: one unlike any other test's.</param>
    public static async Task<RobotWorld> OpenAsync(Uri broker, Transport transport, string? prefix = null)
    {
        var connection = await new ConnectionFactory { Uri = broker }.CreateConnectionAsync(Token);
        var channel = await connection.CreateChannelAsync(new CreateChannelOptions(true, true, null), Token);
        var log = Directory.CreateTempSubdirectory("strata-log-").FullName;
        return new(await SqliteEventStore.OpenAsync(log, TimeProvider.System, NullLogger.Instance, Token), broker, prefix ?? $"t{Guid.NewGuid():N}-", transport, connection, channel);
    }

    /// <summary>Starts the server and waits until its queue is there.</summary>
    public async Task StartAsync(IPublishRecordings? registrar = null, IHandle<RobotHeartbeat>? heartbeats = null, Func<RobotEndpointOptions, RobotEndpointOptions>? options = null)
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Logging.SetMinimumLevel(LogLevel.None);
        builder.Services.AddSingleton(registrar ?? Registrar);
        if (heartbeats is not null)
        {
            builder.Services.AddSingleton(Link.To(heartbeats));
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
    public Task PublishAsync(ReadOnlyMemory<byte> body, string? userId, string? key = null) => _sender.SendAsync(new(body, userId, key));

    /// <summary>Past the unreliable network, for what is counted as one message.</summary>
    public Task PublishOnceAsync(RecordingPublished message) => SendAsync(new(RobotMessageJson.Serialize(message), Robot, null));

    /// <summary>As no honest robot does it, once: the properties are the test's.</summary>
    public async Task PublishForeignAsync(ReadOnlyMemory<byte> body, BasicProperties properties, string? key = null) =>
        await _channel.BasicPublishAsync(Prefix + RobotRouting.Robots, key ?? RobotRouting.Recording("any", "any"), mandatory: true, properties, body, Token);

    /// <summary>What is on its way arrives: nothing comes later than that.</summary>
    public Task ReleaseAsync() => _sender.ReleaseAsync();

    /// <summary>A queue of the robot's own, bound to its answers before it publishes.</summary>
    public async Task<string> ListenAsync(string? robot = null)
    {
        await _channel.ExchangeDeclareAsync(Prefix + RobotRouting.Answers, ExchangeType.Topic, durable: true, cancellationToken: Token);
        var queue = await _channel.QueueDeclareAsync(cancellationToken: Token);
        await _channel.QueueBindAsync(queue.QueueName, Prefix + RobotRouting.Answers, RobotRouting.Answer(robot ?? Robot), cancellationToken: Token);
        return queue.QueueName;
    }

    /// <summary>The next answer that was not there yet.</summary>
    public async Task<RecordingAnswered> AnswerAsync(string queue)
    {
        await ReleaseAsync();
        while (true)
        {
            if (await TakeAnswerAsync(queue) is var answer && _answered.Add(answer))
            {
                return answer;
            }
        }
    }

    /// <summary>So many answers that were not there yet. A message that came twice is answered alike twice, which is one answer.</summary>
    public async Task<IReadOnlyList<RecordingAnswered>> AnswersAsync(string queue, int count)
    {
        var answers = new List<RecordingAnswered>();
        while (answers.Count < count)
        {
            answers.Add(await AnswerAsync(queue));
        }

        return answers;
    }

    /// <summary>To each message that arrived its answer, whether it was there already or not.</summary>
    public async Task<IReadOnlyList<RecordingAnswered>> AllAnswersAsync(string queue)
    {
        await ReleaseAsync();
        var answers = new List<RecordingAnswered>();
        while (answers.Count < Arrived)
        {
            answers.Add(await TakeAnswerAsync(queue));
        }

        return answers;
    }

    /// <summary>The next message of a queue, when there is one.</summary>
    private async Task<BasicGetResult> TakeAsync(string queue)
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

    /// <summary>What lies among the dead letters now, of a message that came twice once.</summary>
    public async Task<IReadOnlyList<DeadLetter>> DeadAsync()
    {
        await using var box = await DeadLettersAsync();
        return [.. (await box.ListAsync(100, Token)).Letters.DistinctBy(l => l.Id)];
    }

    /// <summary>As soon as so many lie there.</summary>
    public async Task<IReadOnlyList<DeadLetter>> UntilDeadAsync(int count)
    {
        await ReleaseAsync();
        while (true)
        {
            if (await DeadAsync() is var letters && letters.Count >= count)
            {
                return letters;
            }
        }
    }

    public async Task<IReadOnlyList<T>> EventsAsync<T>()
        where T : StrataEvent => [.. (await _events.ReadAsync(0, 100_000, Token)).Events.Select(e => e.Event).OfType<T>()];

    /// <summary>Ends when the log holds so many of these.</summary>
    public async Task<IReadOnlyList<T>> UntilAsync<T>(int count)
        where T : StrataEvent
    {
        await ReleaseAsync();
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

    private async Task SendAsync(Sending message) => await _channel.BasicPublishAsync(
        Prefix + RobotRouting.Robots, message.Key ?? RobotRouting.Recording("any", "any"), mandatory: true, new BasicProperties { UserId = message.UserId, Persistent = true }, message.Body, Token);

    private async Task<RecordingAnswered> TakeAnswerAsync(string queue)
    {
        var body = (await TakeAsync(queue)).Body;
        return RobotMessageReader.ReadAnswered(body.ToArray()).Message ?? throw new InvalidOperationException(Encoding.UTF8.GetString(body.Span));
    }

    private sealed record Sending(ReadOnlyMemory<byte> Body, string? UserId, string? Key);
}
