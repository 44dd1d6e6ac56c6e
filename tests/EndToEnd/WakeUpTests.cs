using System.Collections.Immutable;
using Microsoft.Extensions.DependencyInjection;
using Strata.Bus;
using Strata.Contracts;
using Strata.DerivationWorkers;

namespace Strata.EndToEnd.Tests;

/// <summary>The bus only wakes workers, and workers alone derive, in the whole composition. Source: DESIGN §4.5, rule 8.</summary>
public sealed class WakeUpTests
{
    private const int Patience = 60_000;
    private const string Dataset = "sample_5";
    private const int Times = 5;

    private static readonly IEnumerable<string> Complete = Enumerable.Repeat("base, tracking_error, quality", 5);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Timeout = Patience)]
    public async Task When_the_bus_drops_every_message_all_layers_still_appear_by_the_sweep()
    {
        var (dropped, delivered) = (new Watched<int>(0), new Watched<int>(0));
        ObservedReadModels? seen = null;
        await using var strata = await StrataInProcess.StartAsync(
            services =>
            {
                services.Decorate<IPublishMessages>(_ => new DroppingPublisher(dropped));
                services.Decorate<IHandle<EvaluateSegment>>(worker => new CountingHandler(worker, delivered));
                services.Decorate<WorkerPorts>(ports => ports with { ReadModels = seen = new ObservedReadModels(ports.ReadModels) { TellsNothing = true } });
            },
            ("Strata:Workers:SweepEvery", "00:00:00.050"));
        await seen!.WaitForLookAsync(Token);

        await strata.RegisterAsync(Dataset, Samples.Files, wait: true);

        (await strata.LayersAsync(Dataset)).ShouldBe(Complete);
        await dropped.UntilAsync(n => n >= Samples.Files.Length, Token);
        delivered.Value.ShouldBe(0);
    }

    [Fact(Timeout = Patience)]
    public async Task When_the_bus_delivers_every_message_five_times_the_log_does_not_change_after_the_first()
    {
        var given = new Watched<ImmutableList<EvaluateSegment>>([]);
        var delivered = new Watched<int>(0);
        ObservedReadModels? seen = null;
        await using var strata = await StrataInProcess.StartAsync(services =>
        {
            services.Decorate<IPublishMessages>(bus => new RepeatingPublisher(bus, Times, given));
            services.Decorate<IHandle<EvaluateSegment>>(worker => new CountingHandler(worker, delivered));
            services.Decorate<WorkerPorts>(ports => ports with { ReadModels = seen = new ObservedReadModels(ports.ReadModels) });
        });

        await strata.RegisterAsync(Dataset, Samples.Files, wait: true);

        var first = await strata.EventsAsync();
        var (layers, decisions) = (first.Select(e => e.Event).OfType<LayerRegistered>().ToList(), first.Select(e => e.Event).OfType<DerivationDone>().ToList());
        layers.Select(l => (l.Segment, l.Layer)).ShouldBe(Samples.Segments.SelectMany(s => new[] { (s, "base"), (s, "tracking_error"), (s, "quality") }), ignoreOrder: true);
        decisions.Select(d => (d.Segment, d.Rule)).ShouldBe(Samples.Segments.SelectMany(s => new[] { (s, "tracking_error"), (s, "quality") }), ignoreOrder: true);

        // The relay may be a step behind the workers, who follow the tables too.
        var announced = first.Where(e => e.Event is LayerRegistered { Layer: "tracking_error" }).ToDictionary(e => ((LayerRegistered)e.Event).Segment, e => e.Position);
        var messages = await given.UntilAsync(all => announced.All(a => all.Any(m => m.Segment == a.Key && m.Position >= a.Value)), Token);
        await strata.Services.GetRequiredService<IPublishMessages>().PublishAsync(messages, Token);
        await delivered.UntilAsync(n => n >= 2 * Times * messages.Count, Token);
        await seen!.WaitForLookAsync(Token);

        (await strata.EventsAsync()).Select(e => e.EventId).ShouldBe(first.Select(e => e.EventId));
    }

    [Fact(Timeout = Patience)]
    public async Task A_derivation_never_runs_on_the_stack_or_in_the_context_of_the_registering_call()
    {
        var context = new AsyncLocal<string?>();
        using var deriver = new BlockedDeriver(new TrackingErrorDeriver(), context);
        await using var strata = await StrataInProcess.StartAsync(
            services => services.AddSingleton(new DeriverRegistry([deriver, new QualityDeriver()])));

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

    private static async Task<Web.RegisterResponse> RegisterAsCallerAsync(StrataInProcess strata) => await strata.RegisterAsync(Dataset, Samples.Files, wait: false);
}
