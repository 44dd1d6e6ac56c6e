using System.Text;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using Strata.Bus;
using Strata.Bus.Tests;
using Strata.Contracts;
using Strata.DerivationWorkers;
using Strata.UnreliableBus;

namespace Strata.EndToEnd.Tests;

/// <summary>The main job with a real broker between the log and the workers. What a command says of its broker does not depend on what becomes of messages.</summary>
public sealed class RabbitMqTests(RabbitMqBroker broker) : IClassFixture<RabbitMqBroker>, IDisposable
{
    private const string Dataset = "sample_5";
    private const int Patience = 60_000;

    private readonly string _data = Directory.CreateTempSubdirectory("strata-rabbit-e2e-").FullName;
    private readonly string _prefix = $"e{Guid.NewGuid():N}-";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_data, recursive: true);

    [Fact]
    public async Task Layers_appear_over_rabbitmq_and_the_feed_can_be_subscribed_to()
    {
        Assert.SkipWhen(broker.Address is null, broker.Absence);
        await using var server = await StartAsync(broker.Address!);
        await using var connection = await new ConnectionFactory { Uri = broker.Address! }.CreateConnectionAsync(Token);
        await using var channel = await connection.CreateChannelAsync(cancellationToken: Token);
        var queue = await channel.QueueDeclareAsync(cancellationToken: Token);
        await channel.ExchangeDeclareAsync(_prefix + "events", ExchangeType.Fanout, durable: true, cancellationToken: Token);
        await channel.QueueBindAsync(queue.QueueName, _prefix + "events", "", cancellationToken: Token);
        var delivered = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += (_, delivery) => Task.FromResult(delivered.TrySetResult(Encoding.UTF8.GetString(delivery.Body.Span)));
        await channel.BasicConsumeAsync(queue.QueueName, autoAck: true, consumer, Token);

        await StrataProgram.JsonAsync(_data, 0, "register", Samples.Folder, "--dataset", Dataset, "--wait");

        var table = await StrataProgram.JsonAsync(_data, 0, "segments", Dataset);
        table.EnumerateArray().Select(StrataProgram.Layers).ShouldBe(Enumerable.Repeat("base, tracking_error, quality", 5));
        (await delivered.Task.WaitAsync(Token)).ShouldStartWith("""{"events":[{"position":1,""");
        (await server.TerminateAsync()).ShouldBe(0);
    }

    [Fact(Timeout = Patience)]
    public async Task Layers_appear_over_a_rabbitmq_that_loses_doubles_and_reorders_and_what_comes_late_changes_nothing()
    {
        Assert.SkipWhen(broker.Address is null, broker.Absence);
        var delivered = new Watched<int>(0);
        UnreliablePublisher? bus = null;
        ObservedReadModels? seen = null;
        await using var strata = await StrataInProcess.StartAsync(
            services =>
            {
                // An exchange without a queue loses messages too, uncounted: at the first start until the worker's queue is bound.
                services.Configure<MassTransitHostOptions>(options => options.WaitUntilStarted = true);
                services.Decorate<IPublishMessages>(real => bus = new UnreliablePublisher(real, Transport.Unreliable));
                services.Decorate<IHandle<EvaluateSegment>>(worker => new CountingHandler(worker, delivered));
                services.Decorate<WorkerPorts>(ports => ports with { ReadModels = seen = new ObservedReadModels(ports.ReadModels) { TellsNothing = true } });
            },
            ("Strata:Bus:RabbitMq", broker.Address!.ToString()),
            ("Strata:Bus:Prefix", _prefix),
            ("Strata:Workers:SweepEvery", "00:00:00.050"));

        foreach (var file in Samples.Files)
        {
            await strata.RegisterAsync(Dataset, [file], wait: true);
        }

        (await strata.LayersAsync(Dataset)).ShouldBe(Enumerable.Repeat("base, tracking_error, quality", 5));
        var settled = await strata.EventsAsync();
        await bus!.Feed.UntilAsync(all => all.Given.Any(m => m.Events[^1].Position == settled[^1].Position), Token);
        await bus.ReleaseAsync(Token);
        await delivered.UntilAsync(n => n == bus.WakeUps.Value.Sent.Count, Token);
        await seen!.WaitForLookAsync(Token);
        (await strata.EventsAsync()).Select(e => e.EventId).ShouldBe(settled.Select(e => e.EventId));
    }

    /// <summary>A transport that loses everything: there is nothing to double or to reorder.</summary>
    [Fact]
    public async Task A_broker_that_is_away_keeps_no_layer_from_appearing()
    {
        await using var server = await StartAsync(new Uri("amqp://guest:guest@127.0.0.1:1"));

        await StrataProgram.JsonAsync(_data, 0, "register", Samples.Folder, "--dataset", Dataset, "--wait");

        var table = await StrataProgram.JsonAsync(_data, 0, "segments", Dataset);
        table.EnumerateArray().Select(StrataProgram.Layers).ShouldBe(Enumerable.Repeat("base, tracking_error, quality", 5));
    }

    [Fact]
    public async Task A_command_whose_broker_does_not_answer_says_so_in_one_line()
    {
        var registered = await RegisterAsync("amqp://robot:secret@127.0.0.1:1");

        registered.Code.ShouldBe(0, registered.Error);
        registered.Error.Split('\n').Where(l => l.Contains("warn:", StringComparison.Ordinal)).ShouldHaveSingleItem().ShouldContain("bus: the broker at 127.0.0.1:1 does not answer");
        registered.Error.ShouldNotContain("   at ");
        registered.Error.ShouldNotContain("secret");
    }

    [Fact]
    public async Task An_address_that_is_no_brokers_is_refused_in_one_line()
    {
        var refused = await RegisterAsync("foo");

        refused.Code.ShouldBe(1);
        refused.Error.TrimEnd().ShouldStartWith("strata: Strata:Bus:RabbitMq: expected amqp://USER:PASSWORD@HOST:PORT/VHOST, found 'foo'. Next: set Strata__Bus__RabbitMq");
        refused.Error.TrimEnd().ShouldNotContain('\n');
    }

    // A process of its own: what is logged goes to its console.
    private Task<ProgramResult> RegisterAsync(string broker) => StrataProgram.RunAsync(StrataProgram.StartInfo(
        _data, new Dictionary<string, string>(StringComparer.Ordinal) { ["Strata__Bus__RabbitMq"] = broker }, "register", Samples.Files[0], "--dataset", Dataset));

    private Task<StrataServerProcess> StartAsync(Uri address) => StrataServerProcess.StartAsync(
        _data,
        new Dictionary<string, string>(StringComparer.Ordinal) { ["Strata__Bus__RabbitMq"] = address.ToString(), ["Strata__Bus__Prefix"] = _prefix });
}
