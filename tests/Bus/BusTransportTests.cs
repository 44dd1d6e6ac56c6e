using System.Collections.Concurrent;
using System.Text;
using System.Threading.Channels;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Strata.Contracts;
using Strata.EventStore;
using Strata.UnreliableBus;

namespace Strata.Bus.Tests;

/// <summary>The relay, the transport and the consumer together; the same tests on each transport.</summary>
public abstract class BusTransportTests : IDisposable
{
    /// <summary>A message that never comes is a failure, in milliseconds.</summary>
    protected const int Patience = 30_000;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("strata-bus-");

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Unlike that of any other test, so that tests can share a broker.</summary>
    protected string Prefix { get; } = $"t{Guid.NewGuid():N}-";

    private protected MemoryLog Log { get; } = new();

    private protected WakeUpHandler Handler { get; } = new();

    private protected static IReadOnlyList<string> Segments { get; } = [.. Enumerable.Range(0, 100).Select(i => $"episode_{i}")];

    [Fact(Timeout = Patience)]
    public async Task What_is_registered_reaches_the_handler_as_often_as_the_transport_hands_it_on()
    {
        await using var host = await StartAsync();

        var wakeUps = await RegisterAsync(host);

        (await HandledAsync(wakeUps.Sent.Count)).ShouldBe(wakeUps.Sent, ignoreOrder: true);
        wakeUps.Sent.Distinct().ShouldBe(wakeUps.Given.Except(wakeUps.Lost), ignoreOrder: true);
        wakeUps.Given.ShouldBe(Segments.Index().Select(s => new EvaluateSegment(Some.Dataset.Value, s.Item, Some.DatasetWithRules.Length + s.Index + 1)));
    }

    [Fact(Timeout = Patience)]
    public async Task A_handler_that_fails_twice_gets_each_message_again()
    {
        Handler.FailsPerSegment = 2;
        await using var host = await StartAsync();

        var wakeUps = await RegisterAsync(host);

        (await HandledAsync(wakeUps.Sent.Count)).ShouldBe(wakeUps.Sent, ignoreOrder: true);
        Handler.Calls.ShouldBe(wakeUps.Sent.Count + (2 * wakeUps.Sent.Select(w => w.Segment).Distinct().Count()));
    }

    /// <summary>Of the bytes of a message, whatever becomes of it: nothing passes the relay and the transport below it.</summary>
    [Fact(Timeout = Patience)]
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
            """{"events":[{"position":2,"stream":"dataset-0190d5a8e7c47cc1a2b3c4d5e6f70819","version":2,"type":"rule_declared","recordedAtNs":1002,"data":{"dataset":"0190d5a8e7c47cc1a2b3c4d5e6f70819","rule":"tracking_error","revision":1,"deriver":"tracking_error","inputs":["base"],"outputLayer":"tracking_error","parameters":{}}}]}""");
    }

    public void Dispose()
    {
        _folder.Delete(recursive: true);
        GC.SuppressFinalize(this);
    }

    /// <returns>Null: messages stay in this process.</returns>
    protected abstract Uri? Broker();

    protected Transport Transport => OverAttribute.Of(this);

    private protected async Task<RunningHost> StartAsync(bool relay = true)
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddSingleton<IEventStore>(Log);
        builder.Services.AddSingleton<IHandle<EvaluateSegment>>(Handler);
        builder.Services.Configure<MassTransitHostOptions>(options => options.WaitUntilStarted = true);
        builder.Services.AddStrataBus(new BusOptions(Broker(), Relay: relay, Consume: true, Path.Combine(_folder.FullName, "relay.position")) { Prefix = Prefix });
        if (relay)
        {
            builder.Services.RemoveAll<IPublishMessages>();
            builder.Services.AddSingleton<IPublishMessages>(services => new UnreliablePublisher(new MassTransitPublisher(services.GetRequiredService<IBus>()), Transport));
        }

        var host = builder.Build();
        await host.StartAsync(Token);
        return new(host);
    }

    /// <summary>Registers all <see cref="Segments"/>, one after another.</summary>
    /// <returns>What became of their wake-ups; none is held back any more.</returns>
    private protected async Task<Deliveries<EvaluateSegment>> RegisterAsync(RunningHost host)
    {
        Log.Append(Some.DatasetWithRules);
        foreach (var segment in Segments)
        {
            Log.Append(Some.Layer(segment));
        }

        await host.Transport.WakeUps.UntilAsync(all => all.Given.Count == Segments.Count, Token);
        await host.Transport.ReleaseAsync(Token);
        return host.Transport.WakeUps.Value;
    }

    private async Task<IReadOnlyList<EvaluateSegment>> HandledAsync(int count)
    {
        var handled = new List<EvaluateSegment>();
        while (handled.Count < count)
        {
            handled.Add(await Handler.Received.ReadAsync(Token));
        }

        return handled;
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

        public UnreliablePublisher Transport => (UnreliablePublisher)Services.GetRequiredService<IPublishMessages>();

        public async ValueTask DisposeAsync()
        {
            await host.StopAsync(CancellationToken.None);
            await ((IAsyncDisposable)host).DisposeAsync();
        }
    }
}

[Over(Transport.Reliable)]
public sealed class InMemoryBusTests : BusTransportTests
{
    protected override Uri? Broker() => null;
}

[Over(Transport.Unreliable)]
public sealed class InMemoryUnreliableBusTests : BusTransportTests
{
    protected override Uri? Broker() => null;
}

internal sealed class WakeUpHandler : IHandle<EvaluateSegment>
{
    private readonly Channel<EvaluateSegment> _received = Channel.CreateUnbounded<EvaluateSegment>();
    private readonly ConcurrentDictionary<string, int> _calls = new(StringComparer.Ordinal);

    public ChannelReader<EvaluateSegment> Received => _received.Reader;

    public int Calls => _calls.Values.Sum();

    /// <summary>So many calls fail before one succeeds.</summary>
    public int FailsPerSegment { get; set; }

    public Task HandleAsync(EvaluateSegment message, CancellationToken cancellationToken)
    {
        if (_calls.AddOrUpdate(message.Segment, 1, (_, calls) => calls + 1) <= FailsPerSegment)
        {
            throw new IOException("not yet");
        }

        _received.Writer.TryWrite(message);
        return Task.CompletedTask;
    }
}
