using System.Collections.Concurrent;
using Strata.Contracts;
using Strata.Registrar;

namespace Strata.DerivationWorkers.Tests;

public sealed class DerivationWorkerTests
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

    [Fact(Timeout = Patience)]
    public async Task A_claim_that_was_lost_before_its_work_began_is_given_up()
    {
        await using var world = await World.CreateAsync();
        await world.RegisterAsync("s");
        var losing = new ObservedClaims(world.Log) { LosesBeforeItBegins = true };
        var first = world.Start(world.Worker("first", claims: losing));
        await losing.Lost.WaitAsync(Stopped);
        await first.StopAsync();

        world.TrackingErrorDeriver.DerivedSegments.ShouldBeEmpty();
    }

    [Fact(Timeout = Patience)]
    public async Task A_claim_of_work_that_is_not_on_the_list_any_more_is_forgotten_after_a_while_and_one_of_open_work_is_not()
    {
        await using var world = await World.CreateAsync();
        await world.RegisterAsync("s");
        var open = ClaimKeys.Of((await world.ReadModels.OpenAsync(world.Dataset, ["s"], asOf: null, Stopped)).ShouldHaveSingleItem());
        var recorded = Sha256Digest.Of("recorded by a worker that died before it settled"u8);
        await world.Claims.ClaimAsync([open, recorded], "dead", TimeSpan.FromSeconds(60), Stopped);
        var seeing = new ObservedClaims(world.Log) { Grants = 0 };
        world.Start(world.Worker(claims: seeing));
        await seeing.Refused.WaitAsync(Stopped);

        world.Time.Advance(TimeSpan.FromMinutes(70));

        while (true)
        {
            var changed = seeing.Changed;
            if ((await seeing.ReadAsync([recorded, open], Stopped)).Select(a => a.WorkId).SequenceEqual([open]))
            {
                break;
            }

            await changed.WaitAsync(Stopped);
        }
    }

    [Fact(Timeout = Patience)]
    public async Task A_transient_fault_postpones_the_item_and_it_is_claimed_again_when_due()
    {
        await using var world = await World.CreateAsync();
        world.Recordings.BeforeOpen = _ => throw new IOException("The process cannot access the file because it is being used by another process.");
        world.Start(world.Worker());
        await world.RegisterAsync("s");

        var waiting = await world.WaitForAttemptsAsync("s", a => a.DueAtNs > 0 && a.Owner is null);
        waiting.Attempts.ShouldBe(1);
        waiting.LastReason!.ShouldContain("used by another process");
        world.Recordings.BeforeOpen = _ => { };
        world.Time.Advance(TimeSpan.FromSeconds(5));

        var events = await world.WaitForDecisionsAsync("s");
        events.OfType<DerivationDone>().Single(d => d.Rule == World.TrackingError).Attempt.ShouldBe(2);
    }

    [Fact(Timeout = Patience)]
    public async Task A_short_fault_is_retried_in_place_and_costs_no_attempt()
    {
        await using var world = await World.CreateAsync();
        var faults = 3;
        world.Recordings.BeforeOpen = _ =>
        {
            if (Interlocked.Decrement(ref faults) >= 0)
            {
                throw new IOException("busy");
            }
        };
        world.Start(world.Worker());
        await world.RegisterAsync("s");

        var events = await world.WaitForDecisionsAsync("s");
        events.OfType<DerivationDone>().ShouldAllBe(d => d.Attempt == 1);
    }

    [Fact(Timeout = Patience)]
    public async Task A_full_disk_registers_nothing_and_the_layer_appears_once_there_is_space_however_late()
    {
        const int Attempts = 8;
        await using var world = await World.CreateAsync();
        world.Recordings.BeforeWrite = _ => throw new IOException("No space left on device", 28);
        world.Start(world.Worker());
        await world.RegisterAsync("s");
        var head = await world.Log.HeadAsync(Stopped);
        for (var attempt = 1; attempt <= Attempts; attempt++)
        {
            var waiting = await world.WaitForAttemptsAsync("s", a => a.Attempts == attempt && a.DueAtNs > 0 && a.Owner is null);
            waiting.LastReason!.ShouldStartWith(FailureReasons.StorageFull);
            if (attempt < Attempts)
            {
                world.Time.Advance(TimeSpan.FromMinutes(10));
            }
        }

        (await world.Log.HeadAsync(Stopped)).ShouldBe(head);
        world.Recordings.FileCount.ShouldBe(1, "only the base");
        world.Recordings.BeforeWrite = _ => Task.CompletedTask;
        world.Time.Advance(TimeSpan.FromMinutes(10));

        var events = await world.WaitForDecisionsAsync("s");
        events.OfType<DerivationDone>().Count().ShouldBe(2);
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

    [Fact(Timeout = Patience)]
    public async Task Stopping_in_the_middle_of_a_batch_loses_nothing_and_counts_no_attempt()
    {
        await using var world = await World.CreateAsync();
        foreach (var segment in Twenty)
        {
            await world.RegisterAsync(segment);
        }

        var (inTheMiddle, started) = (NewSignal(), 0);
        world.TrackingErrorDeriver.OnDerive = (_, token) =>
        {
            if (Interlocked.Increment(ref started) > 5)
            {
                inTheMiddle.TrySetResult();
                token.WaitHandle.WaitOne();
                token.ThrowIfCancellationRequested();
            }
        };
        var first = world.Start(world.Worker("first"));
        await inTheMiddle.Task.WaitAsync(Stopped);
        await first.StopAsync();

        var open = await world.ReadModels.OpenAsync(world.Dataset, Twenty, asOf: null, Stopped);
        var attempts = await world.Claims.ReadAsync([.. open.Select(ClaimKeys.Of)], Stopped);
        attempts.ShouldAllBe(a => a.Owner == null && a.Attempts == 0);

        world.TrackingErrorDeriver.OnDerive = (_, _) => { };
        world.Start(world.Worker("second"));
        var events = await world.WaitForDecisionsAsync(Twenty);
        events.OfType<DerivationDone>().Count().ShouldBe(2 * Twenty.Length);
        events.OfType<DerivationDone>().ShouldAllBe(d => d.Attempt == 1);
    }

    [Fact(Timeout = Patience)]
    public async Task Eight_workers_over_one_store_derive_each_item_once()
    {
        await using var world = await World.CreateAsync();
        for (var w = 0; w < 8; w++)
        {
            world.Start(world.Worker($"worker {w}", options: o => o with { BatchItems = 16 }));
        }

        var segments = Enumerable.Range(0, 200).Select(i => $"s{i:000}").ToList();
        foreach (var segment in segments)
        {
            await world.RegisterAsync(segment);
        }

        await world.WaitForDecisionsAsync(segments);
        world.TrackingErrorDeriver.DerivedSegments.Order().ShouldBe(segments);
        world.QualityDeriver.DerivedSegments.Order().ShouldBe(segments);
    }

    [Fact(Timeout = Patience)]
    public async Task Rule_14_a_worker_never_holds_more_than_two_pages_of_claims()
    {
        const int Page = 4;
        await using var world = await World.CreateAsync();
        var segments = Enumerable.Range(0, 25 * Page).Select(i => $"s{i:000}").ToList();
        foreach (var segment in segments)
        {
            await world.RegisterAsync(segment);
        }

        // Derives only while the worker has taken as much as it may, or all that there is.
        world.TrackingErrorDeriver.OnDerive = (_, token) => SpinWait.SpinUntil(() => token.IsCancellationRequested || world.Claims.Held.Most >= 2 * Page);
        world.Start(world.Worker(options: o => o with { BatchItems = Page }));
        await world.WaitForDecisionsAsync(segments);

        world.Claims.Held.Most.ShouldBe(2 * Page);
    }

    [Fact(Timeout = Patience)]
    public async Task A_worker_among_several_begins_with_little_and_takes_more_as_it_gets_it_done()
    {
        const int First = 4;
        const int Page = 32;
        await using var world = await World.CreateAsync();
        var segments = Enumerable.Range(0, 10 * Page).Select(i => $"s{i:000}").ToList();
        foreach (var segment in segments)
        {
            await world.RegisterAsync(segment);
        }

        var atFirst = 0;
        world.TrackingErrorDeriver.OnDerive = (_, token) =>
        {
            // Nothing is done yet: the worker takes what it takes at first, and no more however long this lasts.
            if (Volatile.Read(ref atFirst) == 0)
            {
                SpinWait.SpinUntil(() => token.IsCancellationRequested || world.Claims.Held.Most >= 2 * First);
                Interlocked.CompareExchange(ref atFirst, world.Claims.Held.Most, 0);
            }
        };
        world.Start(world.Worker(options: o => o with { BatchItems = Page, FirstBatchItems = First, Parallelism = 1 }));
        await world.WaitForDecisionsAsync(segments);

        atFirst.ShouldBe(2 * First);
        world.Claims.Held.Most.ShouldBeGreaterThan(Page);
        world.Claims.Held.Most.ShouldBeLessThanOrEqualTo(2 * Page);
    }

    [Theory]
    [InlineData(0.1, 64)]
    [InlineData(2, 8)]
    [InlineData(10, 4)]
    public void As_much_is_claimed_at_once_as_gets_done_in_a_second(double seconds, int expected)
    {
        var pace = new BatchPace(new WorkerOptions("w") { BatchItems = 64, FirstBatchItems = 8, Parallelism = 2 });
        for (var i = 0; i < 100; i++)
        {
            pace.Done(TimeSpan.FromSeconds(seconds));
        }

        pace.Items.ShouldBe(expected);
    }

    [Fact(Timeout = Patience)]
    public async Task A_lost_claim_is_not_acted_upon()
    {
        await using var world = await World.CreateAsync();
        var losing = new ObservedClaims(world.Log) { LosesRenewals = true };
        var (started, stopped) = (NewSignal(), NewSignal());
        world.TrackingErrorDeriver.OnDerive = (_, token) =>
        {
            started.TrySetResult();
            token.WaitHandle.WaitOne();
            stopped.TrySetResult();
        };
        var worker = world.Start(world.Worker("loser", claims: losing));
        await world.RegisterAsync("s");
        await started.Task.WaitAsync(Stopped);
        world.TrackingErrorDeriver.OnDerive = (_, _) => { };
        var head = await world.Log.HeadAsync(Stopped);

        world.Time.Advance(TimeSpan.FromSeconds(21));
        await stopped.Task.WaitAsync(Stopped);
        await worker.StopAsync();

        (await world.Log.HeadAsync(Stopped)).ShouldBe(head);
        world.Recordings.FileCount.ShouldBe(1, "only the base");
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

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
