using Strata.Contracts;

namespace Strata.DerivationWorkers.Tests;

/// <summary>What a worker claims, how much of it, and what it does where a claim is lost.</summary>
public sealed class WorkerClaimsTests
{
    private const int Patience = 60_000;

    private static readonly string[] Twenty = [.. Enumerable.Range(0, 20).Select(i => $"s{i:00}")];

    private static CancellationToken Stopped => TestContext.Current.CancellationToken;

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
}
