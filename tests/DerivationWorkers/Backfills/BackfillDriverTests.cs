using Strata.Contracts;
using Strata.EventStore;
using Strata.Projections;
using Strata.Registrar;
using static Strata.DerivationWorkers.Tests.BackfillWorld;

namespace Strata.DerivationWorkers.Tests;

/// <summary>Back-fills among the real rooms: driver, workers, read models, log.</summary>
public sealed class BackfillDriverTests
{
    private const int Patience = 120_000;

    private static CancellationToken Stopped => TestContext.Current.CancellationToken;

    [Fact(Timeout = Patience)]
    public async Task A_new_revision_is_applied_to_all_segments_and_what_follows_from_them_in_order()
    {
        await using var world = await BackfillWorld.CreateAsync(40);
        await world.DeclareAsync();
        var backfill = await world.BeginAsync(revision: 2);
        world.Start(world.Driver().RunAsync);
        world.StartWorker();

        var row = await world.FinishedAsync(backfill);
        await world.Catalog.WaitUntilSettledAsync();

        (row.Progress.Admitted, row.Progress.Derived, row.Progress.Open).ShouldBe((40L, 40L, 0L));
        for (var i = 0; i < 40; i++)
        {
            var (error, quality) = (await world.Catalog.FindLayerAsync(Segment(i), Rule), await world.Catalog.FindLayerAsync(Segment(i), "quality"));
            error!.Provenance!.Revision.ShouldBe(2);
            quality!.Provenance!.Inputs.ShouldBe([new DerivationInput(Rule, error.Fingerprint)]);
        }

        var facts = await world.Catalog.WhyAsync(Segment(0), Stopped);
        WhyStory.Tell(facts, Rule).Rows.ShouldHaveSingleItem().Sentence.ShouldContain($"back-fill {backfill} brought it");
    }

    [Fact(Timeout = Patience)]
    public async Task A_new_version_of_the_deriver_makes_its_layers_anew_and_of_what_it_made_nothing_is_made_again()
    {
        await using var world = await BackfillWorld.CreateAsync(20);
        world.Start(world.Driver(derivers: Derivers(9)).RunAsync);
        world.StartWorker(Derivers(9));
        (await world.FinishedAsync(await world.BeginAsync(revision: 1, version: 9))).Progress.Derived.ShouldBe(20);
        (await world.Catalog.FindLayerAsync(Segment(7), Rule))!.Provenance!.DeriverVersion.ShouldBe(9);

        (await world.FinishedAsync(await world.BeginAsync(revision: 1, version: 9))).Progress.Admitted.ShouldBe(0);
        (await world.FinishedAsync(await world.BeginAsync(revision: 1, version: 9, force: true))).Progress.Derived.ShouldBe(20);
    }

    [Fact(Timeout = Patience)]
    public async Task A_driver_that_was_ended_in_the_middle_is_followed_by_another_and_no_segment_is_admitted_twice_or_left_out()
    {
        await using var world = await BackfillWorld.CreateAsync(60);
        await world.DeclareAsync();
        var backfill = await world.BeginAsync(revision: 2);
        var first = world.Start(world.Driver(world.Ports("first")).RunAsync);
        await world.UntilAsync(backfill, row => row.Progress.Pages > 0);
        await first.StopAsync();
        (await world.RowAsync(backfill)).State.ShouldBe(BackfillStates.Running);

        world.StartWorker();
        world.Start(world.Driver(world.Ports("second")).RunAsync);
        await world.FinishedAsync(backfill);
        await AreAdmittedOnceAsync(world, 60);
    }

    [Fact(Timeout = Patience)]
    public async Task Two_drivers_that_both_believe_to_hold_the_lease_admit_each_page_once()
    {
        await using var world = await BackfillWorld.CreateAsync(60);
        await world.DeclareAsync();
        world.StartWorker();
        world.Start(world.Driver(world.Ports("first", new Granting())).RunAsync);
        world.Start(world.Driver(world.Ports("second", new Granting())).RunAsync);
        await world.FinishedAsync(await world.BeginAsync(revision: 2));
        await AreAdmittedOnceAsync(world, 60);
    }

    [Fact(Timeout = Patience)]
    public async Task Of_two_drivers_one_drives()
    {
        await using var world = await BackfillWorld.CreateAsync(20);
        await world.DeclareAsync();
        var asked = new AskedBackfills(world.Catalog.Backfills);
        var held = (await world.Catalog.Leases.AcquireAsync(BackfillDriver.LeaseName, "somebody else", TimeSpan.FromMinutes(1), Stopped))!;
        world.StartWorker();
        var backfill = await world.BeginAsync(revision: 2);
        var leases = new ObservedLeases(world.Catalog.Leases);
        world.Start(world.Driver(world.Ports("first", leases, asked)).RunAsync);
        await leases.Refused.WaitAsync(Stopped);
        asked.Count.ShouldBe(0);
        await world.Catalog.Leases.ReleaseAsync(held, Stopped);
        await world.FinishedAsync(backfill);
        asked.Count.ShouldBeGreaterThan(0);
    }

    [Fact(Timeout = Patience)]
    public async Task Paused_it_admits_nothing_resumed_it_goes_on_and_cancelled_it_leaves_what_was_not_begun()
    {
        await using var world = await BackfillWorld.CreateAsync(60);
        await world.DeclareAsync();
        var backfill = await world.BeginAsync(revision: 2);
        await world.SteerAsync(backfill, BackfillStep.Pause);
        world.Start(world.Driver().RunAsync);
        (await world.RowAsync(backfill)).State.ShouldBe(BackfillStates.Paused);
        (await world.Catalog.ReadModels.Backfills.RunningAsync(Stopped)).ShouldBeEmpty();

        await world.SteerAsync(backfill, BackfillStep.Resume);
        await world.UntilAsync(backfill, row => row.Progress.Open > 0);
        await world.SteerAsync(backfill, BackfillStep.Cancel);
        var cancelled = await world.RowAsync(backfill);
        (cancelled.State, cancelled.Reason, cancelled.Progress.Open).ShouldBe((BackfillStates.Cancelled, "asked", 0L));
        (await world.Catalog.ReadModels.Work.CountOpenAsync(world.Catalog.Dataset, Stopped)).ShouldBe(0);

        world.StartWorker();
        (await world.FinishedAsync(await world.BeginAsync(revision: 2))).Progress.Derived.ShouldBe(60);
    }

    [Fact(Timeout = Patience)]
    public async Task A_suppressed_segment_stays_suppressed_and_a_given_layer_stays()
    {
        await using var world = await BackfillWorld.CreateAsync(3);
        await world.Catalog.Registrar.UnregisterAsync(new(world.Catalog.Dataset, [Segment(0)], [Rule], new("cli", null)), Stopped);
        await world.Catalog.GiveAsync(Rule, world.Catalog.WriteErrors(Segment(1), 0.1, 0.2));
        await world.DeclareAsync();
        world.StartWorker();
        world.Start(world.Driver().RunAsync);

        var row = await world.FinishedAsync(await world.BeginAsync(revision: 2, force: true));

        (row.Progress.Derived, row.Progress.Skipped).ShouldBe((1L, 1L));
        (await world.Catalog.FindLayerAsync(Segment(0), Rule)).ShouldBeNull();
        (await world.Catalog.FindLayerAsync(Segment(1), Rule))!.Origin.ShouldBe(LayerOrigin.Given);
        (await world.EventsAsync<DerivationSkipped>()).ShouldHaveSingleItem().ShouldSatisfyAllConditions(s => (s.Segment, s.Reason).ShouldBe((Segment(1), SkipReasons.Given)));
    }

    [Fact(Timeout = Patience)]
    public async Task A_schema_that_still_does_not_match_is_recorded_once_a_version_for_all_pages_of_it()
    {
        await using var world = await BackfillWorld.CreateAsync(0);
        var worker = world.StartWorker();
        await world.Catalog.RegisterAsync(OnDuplicate.Known, [.. Enumerable.Range(0, 50).Select(i => world.Catalog.WriteErrors(Segment(i), 0.1))]);
        await world.Catalog.WaitUntilSettledAsync();
        await worker.StopAsync();
        (await world.EventsAsync<DerivationSkipped>()).Count.ShouldBe(1);

        var again = world.StartWorker(Derivers(9, matches: false));
        var driver = world.Start(world.Driver(derivers: Derivers(9)).RunAsync);
        var row = await world.FinishedAsync(await world.BeginAsync(revision: 1, version: 9));
        row.Progress.Derived.ShouldBe(0);
        (await world.EventsAsync<DerivationSkipped>()).Count.ShouldBe(2);
        (await world.FinishedAsync(await world.BeginAsync(revision: 1, version: 9))).Progress.Admitted.ShouldBe(0, "this version has looked");
        await world.FinishedAsync(await world.BeginAsync(revision: 1, version: 9, force: true));
        (await world.EventsAsync<DerivationSkipped>()).Count.ShouldBe(3);
        await again.StopAsync();
        await driver.StopAsync();

        world.StartWorker(Derivers(10, matches: true));
        world.Start(world.Driver(derivers: Derivers(10)).RunAsync);
        row = await world.FinishedAsync(await world.BeginAsync(revision: 1, version: 10));
        (row.Progress.Admitted, row.Progress.Open).ShouldBe((50L, 0L), "a newer version looks at each of them");
        (await world.EventsAsync<DerivationSkipped>()).Count(s => s.Segment.Length > 0).ShouldBe(50);
    }

    private static async Task AreAdmittedOnceAsync(BackfillWorld world, int segments)
    {
        var pages = await world.EventsAsync<BackfillAdmitted>();
        pages.Select(p => p.Page).ShouldBe(Enumerable.Range(0, pages.Count));
        pages.SelectMany(p => p.Segments).ShouldBe(Enumerable.Range(0, segments).Select(Segment));
        (await world.EventsAsync<DerivationDone>()).Where(d => d.Backfill is not null).Select(d => d.Segment).ShouldBe(Enumerable.Range(0, segments).Select(Segment), ignoreOrder: true);
        (await world.EventsAsync<BackfillFinished>()).ShouldHaveSingleItem().Segments.ShouldBe(segments);
    }

    /// <summary>As for a driver that was stopped past its lease and does not know it.</summary>
    private sealed class Granting : ILeases
    {
        public Task<Lease?> AcquireAsync(string name, string owner, TimeSpan duration, CancellationToken cancellationToken) => Task.FromResult<Lease?>(new(name, owner, 1));

        public Task<bool> RenewAsync(Lease lease, TimeSpan duration, CancellationToken cancellationToken) => Task.FromResult(true);

        public Task ReleaseAsync(Lease lease, CancellationToken cancellationToken) => Task.CompletedTask;
    }

    private sealed class ObservedLeases(ILeases leases) : ILeases
    {
        private readonly TaskCompletionSource _refused = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Refused => _refused.Task;

        public async Task<Lease?> AcquireAsync(string name, string owner, TimeSpan duration, CancellationToken cancellationToken)
        {
            var lease = await leases.AcquireAsync(name, owner, duration, cancellationToken);
            if (lease is null)
            {
                _refused.TrySetResult();
            }

            return lease;
        }

        public Task<bool> RenewAsync(Lease lease, TimeSpan duration, CancellationToken cancellationToken) => leases.RenewAsync(lease, duration, cancellationToken);

        public Task ReleaseAsync(Lease lease, CancellationToken cancellationToken) => leases.ReleaseAsync(lease, cancellationToken);
    }

    private sealed class AskedBackfills(IBackfills backfills) : IBackfills
    {
        private int _count;

        public int Count => Volatile.Read(ref _count);

        public Task<StartedBackfill> StartBackfillAsync(StartBackfill command, CancellationToken cancellationToken) => backfills.StartBackfillAsync(command, cancellationToken);

        public Task<SteeredBackfill> SteerBackfillAsync(SteerBackfill command, CancellationToken cancellationToken) => backfills.SteerBackfillAsync(command, cancellationToken);

        public Task<long?> AdmitBackfillAsync(AdmitBackfill command, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _count);
            return backfills.AdmitBackfillAsync(command, cancellationToken);
        }
    }
}
