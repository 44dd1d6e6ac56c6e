using Strata.Contracts;

namespace Strata.DerivationWorkers.Tests;

/// <summary>What wakes a worker, and on whose time it works. Source: DESIGN rule 8.</summary>
public sealed class WorkerWakingTests
{
    private const int Patience = 60_000;

    private static readonly string[] Twenty = [.. Enumerable.Range(0, 20).Select(i => $"s{i:00}")];

    private static CancellationToken Stopped => TestContext.Current.CancellationToken;

    [Fact(Timeout = Patience)]
    public async Task When_every_message_is_dropped_all_layers_still_appear()
    {
        await using var world = await World.CreateAsync(silentReadModels: true);
        var look = world.ReadModels.WaitForLookAsync(Stopped);
        world.Start(world.Worker());
        await look;
        foreach (var segment in Twenty)
        {
            await world.RegisterAsync(segment);
        }

        world.TrackingErrorDeriver.DerivedSegments.ShouldBeEmpty("nothing woke the worker yet");
        world.Time.Advance(TimeSpan.FromSeconds(30));

        var events = await world.WaitForDecisionsAsync(Twenty);
        events.OfType<DerivationDone>().Count().ShouldBe(2 * Twenty.Length);
    }

    [Fact(Timeout = Patience)]
    public async Task When_every_message_is_delivered_five_times_to_three_workers_the_log_does_not_change()
    {
        await using var world = await World.CreateAsync();
        var workers = new[] { world.Worker("a"), world.Worker("b"), world.Worker("c") };
        workers.ToList().ForEach(w => world.Start(w));
        foreach (var segment in Twenty)
        {
            await world.RegisterAsync(segment);
        }

        await DeliverFiveTimesAsync(world, workers);
        await world.WaitForDecisionsAsync(Twenty);
        var head = await world.Log.HeadAsync(Stopped);

        foreach (var worker in workers)
        {
            var look = world.ReadModels.WaitForLookAsync(Stopped);
            await DeliverFiveTimesAsync(world, [worker]);
            await look;
        }

        (await world.Log.HeadAsync(Stopped)).ShouldBe(head);
        world.TrackingErrorDeriver.DerivedSegments.Order().ShouldBe(Twenty);
        world.QualityDeriver.DerivedSegments.Order().ShouldBe(Twenty);
    }

    [Fact(Timeout = Patience)]
    public async Task A_derivation_never_runs_on_the_stack_or_in_the_context_of_the_registering_call()
    {
        await using var world = await World.CreateAsync();
        var marker = new AsyncLocal<string?>();
        var seen = new TaskCompletionSource<(string? Marker, string Stack)>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var registered = new ManualResetEventSlim();
        world.TrackingErrorDeriver.OnDerive = (_, token) =>
        {
            // Were this the registering call, it would wait here for itself.
            registered.Wait(token);
            seen.TrySetResult((marker.Value, Environment.StackTrace));
        };
        var worker = world.Worker();
        world.Start(worker);

        marker.Value = "registering";
        await RegisterAsCallerAsync(world, worker);
        registered.Set();

        var (markerSeen, stack) = await seen.Task.WaitAsync(Stopped);
        markerSeen.ShouldBeNull();
        stack.ShouldNotContain(nameof(RegisterAsCallerAsync));
        await world.WaitForDecisionsAsync("s");
    }

    private static async Task RegisterAsCallerAsync(World world, DerivationWorker worker) => await world.RegisterAsync("s", announceTo: worker);

    private static async Task DeliverFiveTimesAsync(World world, DerivationWorker[] workers)
    {
        for (var delivery = 0; delivery < 5; delivery++)
        {
            foreach (var message in world.Messages)
            {
                await workers[delivery % workers.Length].HandleAsync(message, Stopped);
            }
        }
    }
}
