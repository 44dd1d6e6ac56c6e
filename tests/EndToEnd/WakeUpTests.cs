using System.Collections.Immutable;
using Microsoft.Extensions.DependencyInjection;
using Strata.Bus;
using Strata.Contracts;
using Strata.DerivationWorkers;
using Strata.EventStore;
using Strata.UnreliableBus;

namespace Strata.EndToEnd.Tests;

/// <summary>The bus only wakes workers, and workers alone derive, in the whole composition. Source: DESIGN §4.5, rule 8.</summary>
public sealed class WakeUpTests
{
    private const int Patience = 60_000;
    private const string Dataset = "sample_5";
    private const int Times = 5;

    private static readonly (string, string) ShortSweep = ("Strata:Workers:SweepEvery", "00:00:00.050");

    private static readonly IEnumerable<string> Complete = Enumerable.Repeat("base, tracking_error, quality", 5);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Over one transport only, which is worse than any other: it loses everything.</summary>
    [Fact(Timeout = Patience)]
    public async Task When_the_bus_drops_every_message_all_layers_still_appear_by_the_sweep()
    {
        var delivered = new Watched<int>(0);
        UnreliablePublisher? bus = null;
        ObservedReadModels? seen = null;
        await using var strata = await StrataInProcess.StartAsync(
            services =>
            {
                services.Decorate<IPublishMessages>(real => bus = new UnreliablePublisher(real, Faults.LosingAll, seed: 0));
                services.Decorate<IHandle<EvaluateSegment>>(worker => new CountingHandler(worker, delivered));
                services.Decorate<WorkerPorts>(ports => ports with { ReadModels = seen = new ObservedReadModels(ports.ReadModels) { TellsNothing = true } });
            },
            ShortSweep);
        await seen!.WaitForLookAsync(Token);

        await strata.RegisterAsync(Dataset, Samples.Files, wait: true);

        (await strata.LayersAsync(Dataset)).ShouldBe(Complete);
        await bus!.WakeUps.UntilAsync(all => all.Lost.Count >= Samples.Files.Length, Token);
        delivered.Value.ShouldBe(0);
    }

    [Theory(Timeout = Patience)]
    [InlineData(Transport.Reliable)]
    [InlineData(Transport.Unreliable)]
    public async Task Whatever_the_bus_does_to_its_messages_all_layers_appear_and_late_ones_change_nothing(Transport transport)
    {
        var delivered = new Watched<int>(0);
        UnreliablePublisher? bus = null;
        ObservedReadModels? seen = null;
        await using var strata = await StrataInProcess.StartAsync(
            services =>
            {
                services.Decorate<IPublishMessages>(real => bus = new UnreliablePublisher(real, transport));
                services.Decorate<IHandle<EvaluateSegment>>(worker => new CountingHandler(worker, delivered));
                services.Decorate<WorkerPorts>(ports => ports with { ReadModels = seen = new ObservedReadModels(ports.ReadModels) { TellsNothing = true } });
            },
            ShortSweep);

        foreach (var file in Samples.Files)
        {
            await strata.RegisterAsync(Dataset, [file], wait: false);
        }

        await strata.RegisterAsync(Dataset, Samples.Files, wait: true);

        (await strata.LayersAsync(Dataset)).ShouldBe(Complete);
        var settled = await strata.EventsAsync();
        await bus!.WakeUps.UntilAsync(all => Announced(settled).All(a => all.Given.Any(m => m.Segment == a.Key && m.Position >= a.Value)), Token);
        await bus.ReleaseAsync(Token);
        await delivered.UntilAsync(n => n == bus.WakeUps.Value.Sent.Count, Token);
        await seen!.WaitForLookAsync(Token);
        (await strata.EventsAsync()).Select(e => e.EventId).ShouldBe(settled.Select(e => e.EventId));
    }

    [Theory(Timeout = Patience)]
    [InlineData(Transport.Reliable)]
    [InlineData(Transport.Unreliable)]
    public async Task When_the_bus_delivers_every_message_five_times_the_log_does_not_change_after_the_first(Transport transport)
    {
        var given = new Watched<ImmutableList<EvaluateSegment>>([]);
        var delivered = new Watched<int>(0);
        UnreliablePublisher? bus = null;
        ObservedReadModels? seen = null;
        await using var strata = await StrataInProcess.StartAsync(
            services =>
            {
                services.Decorate<IPublishMessages>(real => new RepeatingPublisher(bus = new UnreliablePublisher(real, transport), Times, given));
                services.Decorate<IHandle<EvaluateSegment>>(worker => new CountingHandler(worker, delivered));
                services.Decorate<WorkerPorts>(ports => ports with { ReadModels = seen = new ObservedReadModels(ports.ReadModels) });
            },
            ShortSweep);

        await strata.RegisterAsync(Dataset, Samples.Files, wait: true);

        var first = await strata.EventsAsync();
        var (layers, decisions) = (first.Select(e => e.Event).OfType<LayerRegistered>().ToList(), first.Select(e => e.Event).OfType<DerivationDone>().ToList());
        layers.Select(l => (l.Segment, l.Layer)).ShouldBe(Samples.Segments.SelectMany(s => new[] { (s, "base"), (s, "tracking_error"), (s, "quality") }), ignoreOrder: true);
        decisions.Select(d => (d.Segment, d.Rule)).ShouldBe(Samples.Segments.SelectMany(s => new[] { (s, "tracking_error"), (s, "quality") }), ignoreOrder: true);

        // The relay may be a step behind the workers, who follow the tables too.
        var messages = await given.UntilAsync(all => Announced(first).All(a => all.Any(m => m.Segment == a.Key && m.Position >= a.Value)), Token);
        await strata.Services.GetRequiredService<IPublishMessages>().PublishAsync(messages, Token);
        await bus!.ReleaseAsync(Token);
        bus.WakeUps.Value.Given.Count.ShouldBe(2 * Times * messages.Count);
        await delivered.UntilAsync(n => n == bus.WakeUps.Value.Sent.Count, Token);
        await seen!.WaitForLookAsync(Token);

        (await strata.EventsAsync()).Select(e => e.EventId).ShouldBe(first.Select(e => e.EventId));
    }

    [Theory(Timeout = Patience)]
    [InlineData(Transport.Reliable)]
    [InlineData(Transport.Unreliable)]
    public async Task A_derivation_never_runs_on_the_stack_or_in_the_context_of_the_registering_call(Transport transport)
    {
        var context = new AsyncLocal<string?>();
        using var deriver = new BlockedDeriver(new TrackingErrorDeriver(), context);
        await using var strata = await StrataInProcess.StartAsync(
            services =>
            {
                services.Decorate<IPublishMessages>(real => new UnreliablePublisher(real, transport));
                services.AddSingleton(new DeriverRegistry([deriver, new QualityDeriver()]));
            },
            ShortSweep);

        // Were it derived in this call, or were it waited for, the call would wait here for itself.
        context.Value = "registering";
        var answer = await RegisterAsCallerAsync(strata);
        context.Value = null;
        deriver.Called.Value?.Context.ShouldBeNull();
        (await strata.LayersAsync(Dataset)).ShouldAllBe(layers => layers == "base");
        deriver.LetGo();

        answer.Recordings.ShouldAllBe(r => r.Status == "registered");
        var called = (await deriver.Called.UntilAsync(c => c is not null, Token))!.Value;
        called.Context.ShouldBeNull();
        called.Stack.ShouldNotContain(nameof(RegisterAsCallerAsync));
        called.Stack.ShouldNotContain("CatalogRegistrar");
        await strata.RegisterAsync(Dataset, Samples.Files, wait: true);
        (await strata.LayersAsync(Dataset)).ShouldBe(Complete);
    }

    /// <summary>The last position of each segment that gives a rule work.</summary>
    private static Dictionary<string, long> Announced(IEnumerable<RecordedEvent> events) =>
        events.Where(e => e.Event is LayerRegistered { Layer: "tracking_error" }).ToDictionary(e => ((LayerRegistered)e.Event).Segment, e => e.Position);

    private static async Task<Web.RegisterResponse> RegisterAsCallerAsync(StrataInProcess strata) => await strata.RegisterAsync(Dataset, Samples.Files, wait: false);
}
