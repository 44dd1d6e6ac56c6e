using Strata.Contracts;
using Strata.Registrar;

namespace Strata.DerivationWorkers.Tests;

/// <summary>What workers derive and register, and of which inputs.</summary>
public sealed class DerivationWorkerTests
{
    private const int Patience = 60_000;

    private static CancellationToken Stopped => TestContext.Current.CancellationToken;

    [Fact(Timeout = Patience)]
    public async Task A_slow_worker_is_refused_when_the_base_was_replaced_meanwhile()
    {
        await using var world = await World.CreateAsync();
        var (computed, resume) = (NewSignal(), NewSignal());
        var slowRecordings = new PausingRecordings(world.Recordings, computed, resume.Task);
        await world.RegisterAsync("s", content: "base of yesterday");
        var slow = world.Start(world.Worker("slow", slowRecordings, claims: new ObservedClaims(world.Log) { Grants = 1 }));
        await computed.Task.WaitAsync(Stopped);

        var today = await world.RegisterAsync("s", content: "base of today");
        world.Start(world.Worker("quick"));
        await world.WaitForEventsAsync(events => events.OfType<DerivationDone>().Any(d => d.Rule == World.TrackingError && d.Inputs[0].Fingerprint == today.Fingerprint));
        resume.SetResult();
        await slow.StopAsync();

        world.Registrar.Answers.Count(a => a.Status == EvaluationStatus.Superseded).ShouldBe(1);
        (await world.FindLayerAsync("s", World.TrackingError))!.Provenance!.Inputs[0].Fingerprint.ShouldBe(today.Fingerprint);
    }

    [Fact(Timeout = Patience)]
    public async Task A_rule_never_overwrites_a_given_layer_and_quality_reads_it()
    {
        await using var world = await World.CreateAsync();
        var given = await world.RegisterAsync("s", World.TrackingError, "somebody's own errors");
        await world.RegisterAsync("s");
        world.Start(world.Worker());

        var events = await world.WaitForDecisionsAsync("s");
        events.OfType<DerivationSkipped>().ShouldHaveSingleItem().Reason.ShouldBe(SkipReasons.Given);
        world.TrackingErrorDeriver.DerivedSegments.ShouldBeEmpty();
        (await world.FindLayerAsync("s", World.TrackingError)).ShouldBe(given);
        events.OfType<DerivationDone>().ShouldHaveSingleItem().Inputs.ShouldBe([new DerivationInput(World.TrackingError, given.Fingerprint)]);
    }

    [Fact(Timeout = Patience)]
    public async Task A_replaced_base_layer_makes_both_layers_anew()
    {
        await using var world = await World.CreateAsync();
        world.Start(world.Worker());
        await world.RegisterAsync("s", content: "one");
        await world.WaitForDecisionsAsync("s");

        var replaced = await world.RegisterAsync("s", content: "two");
        await world.WaitForEventsAsync(events => events.OfType<DerivationDone>().Count() == 4);

        var trackingError = await world.FindLayerAsync("s", World.TrackingError);
        trackingError!.Provenance!.Inputs[0].Fingerprint.ShouldBe(replaced.Fingerprint);
        (await world.FindLayerAsync("s", World.Quality))!.Provenance!.Inputs[0].Fingerprint.ShouldBe(trackingError.Fingerprint);
    }

    [Fact(Timeout = Patience)]
    public async Task A_base_replaced_back_and_forth_is_claimed_again_although_its_work_was_settled_once()
    {
        await using var world = await World.CreateAsync();
        world.Start(world.Worker());
        await world.RegisterAsync("s", content: "one");
        await world.WaitForDecisionsAsync("s");
        await world.RegisterAsync("s", content: "two");
        await world.WaitForEventsAsync(events => events.OfType<DerivationDone>().Count() == 4);
        world.TrackingErrorDeriver.DerivedSegments.Clear();
        var again = NewSignal();
        world.TrackingErrorDeriver.OnDerive = (_, _) => again.TrySetResult();

        await world.RegisterAsync("s", content: "one");

        await again.Task.WaitAsync(Stopped);
    }

    [Fact(Timeout = Patience)]
    public async Task A_schema_that_cannot_match_is_asked_and_recorded_once_for_a_hundred_segments()
    {
        await using var world = await World.CreateAsync();
        var segments = Enumerable.Range(0, 100).Select(i => $"f{i}").ToList();
        foreach (var segment in segments)
        {
            await world.RegisterAsync(segment, schema: "foreign");
        }

        world.Start(world.Worker(options: o => o with { Parallelism = 1 }));

        await world.RegisterAsync("last");
        var events = await world.WaitForDecisionsAsync("last");
        var skipped = events.OfType<DerivationSkipped>().ShouldHaveSingleItem();
        skipped.Reason.ShouldBe(SkipReasons.SchemaMismatch);
        skipped.Detail.ShouldContain("/foreign");
        world.TrackingErrorDeriver.Matched.ShouldBe(2, "once for each schema");
        world.TrackingErrorDeriver.DerivedSegments.ShouldBe(["last"]);
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
