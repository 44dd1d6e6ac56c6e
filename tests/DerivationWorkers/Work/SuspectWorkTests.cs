using System.Collections.Concurrent;
using Strata.Contracts;

namespace Strata.DerivationWorkers.Tests;

/// <summary>Work that a process left without an answer: it may have died of it. Source: DESIGN rule 8.</summary>
public sealed class SuspectWorkTests
{
    private const int Patience = 60_000;

    private static readonly string[] Twenty = [.. Enumerable.Range(0, 20).Select(i => $"s{i:00}")];

    private static CancellationToken Stopped => TestContext.Current.CancellationToken;

    [Fact(Timeout = Patience)]
    public async Task Work_that_kills_its_process_every_time_is_failed_without_being_run_again()
    {
        await using var world = await World.CreateAsync();
        await world.RegisterAsync("s");
        var item = (await world.ReadModels.OpenAsync(world.Dataset, ["s"], asOf: null, Stopped)).ShouldHaveSingleItem();
        for (var death = 1; death <= 5; death++)
        {
            var claim = (await world.Claims.ClaimAsync([ClaimKeys.Of(item)], $"dead {death}", TimeSpan.FromSeconds(60), Stopped)).ShouldHaveSingleItem();
            claim.Attempt.ShouldBe(death);
            await world.Claims.BeginAsync([claim], Stopped);
            world.Time.Advance(TimeSpan.FromSeconds(61));
        }

        world.Start(world.Worker());

        var events = await world.WaitForEventsAsync(e => e.OfType<DerivationFailed>().Any());
        var failed = events.OfType<DerivationFailed>().ShouldHaveSingleItem();
        failed.Reason.ShouldBe(FailureReasons.TooManyAttempts);
        failed.Attempt.ShouldBe(6);
        world.TrackingErrorDeriver.DerivedSegments.ShouldBeEmpty();
    }

    [Fact(Timeout = Patience)]
    public async Task Rule_8_what_an_earlier_attempt_left_without_an_answer_is_tried_last_and_alone()
    {
        await using var world = await World.CreateAsync();
        string[] left = ["a", "b", "c"];
        foreach (var segment in left)
        {
            await world.RegisterAsync(segment);
        }

        var items = await world.ReadModels.OpenAsync(world.Dataset, left, asOf: null, Stopped);
        var dead = await world.Claims.ClaimAsync([.. items.Select(ClaimKeys.Of)], "dead", TimeSpan.FromSeconds(60), Stopped);
        (await world.Claims.BeginAsync(dead, Stopped)).Count.ShouldBe(3);
        world.Time.Advance(TimeSpan.FromSeconds(61));
        foreach (var segment in Twenty)
        {
            await world.RegisterAsync(segment);
        }

        var (running, company) = (0, new ConcurrentBag<string>());
        Action<DerivationRequest, CancellationToken> derive = (request, _) =>
        {
            var beside = Interlocked.Increment(ref running) - 1;
            if (beside > 0 && request.Rule == World.TrackingError && left.Contains(request.Segment))
            {
                company.Add(request.Segment);
            }

            Thread.SpinWait(10_000);
            Interlocked.Decrement(ref running);
        };
        (world.TrackingErrorDeriver.OnDerive, world.QualityDeriver.OnDerive) = (derive, derive);
        var heard = new HeardWarnings();
        world.Start(world.Worker(logger: heard));

        var events = await world.WaitForDecisionsAsync([.. left, .. Twenty]);

        company.ShouldBeEmpty();
        heard.ShouldHaveSingleItem().ShouldStartWith("3 evaluations were left without an answer by a process that ended; each is tried alone");
        events.OfType<DerivationDone>().Where(d => d.Rule == World.TrackingError).TakeLast(left.Length).Select(d => d.Segment).ShouldBe(left);
    }

    [Fact(Timeout = Patience)]
    public async Task Rule_8_of_a_page_that_a_worker_holds_only_what_it_evaluates_counts_as_tried()
    {
        await using var world = await World.CreateAsync();
        foreach (var segment in Twenty)
        {
            await world.RegisterAsync(segment);
        }

        var (evaluated, both) = (0, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        world.TrackingErrorDeriver.OnDerive = (_, token) =>
        {
            if (Interlocked.Increment(ref evaluated) == 2)
            {
                both.SetResult();
            }

            token.WaitHandle.WaitOne();
        };
        world.Start(world.Worker(options: o => o with { Parallelism = 2 }));
        await both.Task.WaitAsync(Stopped);

        var open = await world.ReadModels.OpenAsync(world.Dataset, Twenty, asOf: null, Stopped);
        var attempts = await world.Claims.ReadAsync([.. open.Select(ClaimKeys.Of)], Stopped);
        attempts.Select(a => a.Owner).ShouldBe(Enumerable.Repeat("worker", Twenty.Length));
        attempts.Sum(a => a.Attempts).ShouldBe(2);
    }

    [Fact(Timeout = Patience)]
    public async Task What_a_killed_worker_had_claimed_and_not_begun_is_suspected_of_nothing()
    {
        await using var world = await World.CreateAsync();
        foreach (var segment in Twenty)
        {
            await world.RegisterAsync(segment);
        }

        var items = await world.ReadModels.OpenAsync(world.Dataset, Twenty, asOf: null, Stopped);
        await world.Claims.ClaimAsync([.. items.Select(ClaimKeys.Of)], "dead", TimeSpan.FromSeconds(60), Stopped);
        world.Time.Advance(TimeSpan.FromSeconds(61));
        var heard = new HeardWarnings();
        world.Start(world.Worker(logger: heard));

        await world.WaitForDecisionsAsync(Twenty);

        heard.ShouldBeEmpty();
    }
}
