using System.Text;
using System.Threading.Channels;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Strata.Contracts;
using Strata.EventStore;

namespace Strata.Bus.Tests;

/// <summary>The relay, the transport and the consumer together; the same tests on each transport.</summary>
public abstract class BusTransportTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("strata-bus-");

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Unlike that of any other test, so that tests can share a broker.</summary>
    protected string Prefix { get; } = $"t{Guid.NewGuid():N}-";

    private protected MemoryLog Log { get; } = new();

    private protected WakeUpHandler Handler { get; } = new();

    [Fact]
    public async Task What_is_registered_reaches_the_handler_through_the_bus()
    {
        await using var host = await StartAsync();
        Log.Append(Some.DatasetWithRules);

        var position = Log.Append(Some.Layer("episode_1"));

        (await Handler.Received.ReadAsync(Token)).ShouldBe(new EvaluateSegment(Some.Dataset.Value, "episode_1", position));
    }

    [Fact]
    public async Task A_handler_that_fails_twice_gets_the_message_again()
    {
        Handler.FailNext(2);
        await using var host = await StartAsync();
        Log.Append(Some.DatasetWithRules);

        Log.Append(Some.Layer("episode_1"));

        (await Handler.Received.ReadAsync(Token)).Segment.ShouldBe("episode_1");
        Handler.Calls.ShouldBe(3);
    }

    [Fact]
    public async Task The_json_on_the_wire_is_the_golden_one()
    {
        await using var host = await StartAsync(relay: false);
        var bus = host.Services.GetRequiredService<IBusControl>();
        var wakeUps = await ListenAsync<EvaluateSegment>(bus);
        var feed = await ListenAsync<EventsPublished>(bus);

        await bus.Publish(new EvaluateSegment(Some.Dataset.Value, "episode_1", 7), Token);
        (await wakeUps.ReadAsync(Token)).ShouldBe("""{"dataset":"0190d5a8e7c47cc1a2b3c4d5e6f70819","segment":"episode_1","position":7}""");

        Log.Append(Some.DatasetWithRules);
        var page = await Log.ReadAsync(1, 1, Token);
        await bus.Publish(Feed.Of(page.Events).Single(), Token);
        (await feed.ReadAsync(Token)).ShouldBe(
            """{"events":[{"position":2,"stream":"dataset-0190d5a8e7c47cc1a2b3c4d5e6f70819","version":2,"type":"rule_declared","recordedAtNs":1002,"data":{"dataset":"0190d5a8e7c47cc1a2b3c4d5e6f70819","deriver":"tracking_error","inputs":["base"],"outputLayer":"tracking_error","parameters":{},"revision":1,"rule":"tracking_error"}}]}""");
    }

    public void Dispose()
    {
        _folder.Delete(recursive: true);
        GC.SuppressFinalize(this);
    }

    /// <returns>Null: messages stay in this process.</returns>
    protected abstract Uri? Broker();

    private protected async Task<RunningHost> StartAsync(bool relay = true)
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddSingleton<IEventStore>(Log);
        builder.Services.AddSingleton<IHandle<EvaluateSegment>>(Handler);
        builder.Services.Configure<MassTransitHostOptions>(options => options.WaitUntilStarted = true);
        builder.Services.AddStrataBus(new BusOptions(Broker(), Relay: relay, Consume: true, Path.Combine(_folder.FullName, "relay.position")) { Prefix = Prefix });
        var host = builder.Build();
        await host.StartAsync(Token);
        return new(host);
    }

    private async Task<ChannelReader<string>> ListenAsync<TMessage>(IBusControl bus)
        where TMessage : class
    {
        var bodies = Channel.CreateUnbounded<string>();
        var endpoint = bus.ConnectReceiveEndpoint($"{Prefix}{typeof(TMessage).Name}", listening => listening.Handler<TMessage>(async context =>
            await bodies.Writer.WriteAsync(Encoding.UTF8.GetString(context.ReceiveContext.GetBody()))));
        await endpoint.Ready;
        return bodies.Reader;
    }

    private protected sealed class RunningHost(IHost host) : IAsyncDisposable
    {
        public IServiceProvider Services => host.Services;

        public async ValueTask DisposeAsync()
        {
            await host.StopAsync(CancellationToken.None);
            await ((IAsyncDisposable)host).DisposeAsync();
        }
    }
}

public sealed class InMemoryBusTests : BusTransportTests
{
    protected override Uri? Broker() => null;
}

internal sealed class WakeUpHandler : IHandle<EvaluateSegment>
{
    private readonly Channel<EvaluateSegment> _received = Channel.CreateUnbounded<EvaluateSegment>();
    private int _failures;
    private int _calls;

    public ChannelReader<EvaluateSegment> Received => _received.Reader;

    public int Calls => _calls;

    public void FailNext(int times) => _failures = times;

    public Task HandleAsync(EvaluateSegment message, CancellationToken cancellationToken)
    {
        if (Interlocked.Increment(ref _calls) <= _failures)
        {
            throw new IOException("not yet");
        }

        _received.Writer.TryWrite(message);
        return Task.CompletedTask;
    }
}
