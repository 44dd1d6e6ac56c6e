using Strata.Contracts;
using Strata.Projections;
using Strata.Registrar;
using static Strata.DerivationWorkers.Tests.BackfillWorld;

namespace Strata.DerivationWorkers.Tests;

/// <summary>When a back-fill admits its next page, one step at a time; no worker runs, so what is admitted stays open until a test settles it.</summary>
public sealed class BackfillStepsTests
{
    private const int Patience = 120_000;

    private static CancellationToken Stopped => TestContext.Current.CancellationToken;

    [Fact(Timeout = Patience)]
    public async Task The_next_page_waits_until_the_one_before_is_settled()
    {
        await using var world = await BackfillWorld.CreateAsync(20);
        await world.DeclareAsync();
        var (backfill, steps) = (await world.BeginAsync(revision: 2), world.Steps());
        await StepAsync(world, steps, backfill);
        (await world.RowAsync(backfill)).Progress.Open.ShouldBe(BackfillPace.First);
        await StepAsync(world, steps, backfill);
        (await world.RowAsync(backfill)).Progress.Pages.ShouldBe(1);

        await DoTheWorkAsync(world);
        await StepAsync(world, steps, backfill);
        (await world.RowAsync(backfill)).Progress.ShouldSatisfyAllConditions(p => (p.Pages, p.Admitted).ShouldBe((2, 20L)));
        await DoTheWorkAsync(world);
        await StepAsync(world, steps, backfill);
        (await world.RowAsync(backfill)).State.ShouldBe(BackfillStates.Finished);
    }

    [Fact(Timeout = Patience)]
    public async Task New_recordings_go_first_and_where_they_never_end_it_still_goes_on_in_small_pages()
    {
        var time = new ManualTime();
        await using var world = await BackfillWorld.CreateAsync(20, time);
        await world.DeclareAsync();
        var (backfill, steps) = (await world.BeginAsync(revision: 2), world.Steps());
        await world.Catalog.RegisterAsync(OnDuplicate.Known, world.Catalog.Write("new", 0.1));

        (await StepAsync(world, steps, backfill)).ShouldBe(BackfillSteps.LongestYield);
        time.Advance(BackfillSteps.LongestYield - TimeSpan.FromSeconds(1));
        (await StepAsync(world, steps, backfill)).ShouldBe(TimeSpan.FromSeconds(1));
        (await world.RowAsync(backfill)).Progress.Pages.ShouldBe(0);

        time.Advance(TimeSpan.FromSeconds(1));
        await StepAsync(world, steps, backfill);
        (await world.RowAsync(backfill)).Progress.Admitted.ShouldBe(BackfillPace.Fewest);
    }

    [Fact(Timeout = Patience)]
    public async Task Once_the_new_recordings_are_done_it_goes_on_at_once()
    {
        await using var world = await BackfillWorld.CreateAsync(20);
        await world.DeclareAsync();
        var (backfill, steps) = (await world.BeginAsync(revision: 2), world.Steps());
        await world.Catalog.RegisterAsync(OnDuplicate.Known, world.Catalog.Write("new", 0.1));
        await StepAsync(world, steps, backfill);
        (await world.RowAsync(backfill)).Progress.Pages.ShouldBe(0);
        await DoTheWorkAsync(world);
        await StepAsync(world, steps, backfill);
        (await world.RowAsync(backfill)).Progress.Admitted.ShouldBe(BackfillPace.First);
    }

    [Fact(Timeout = Patience)]
    public async Task A_rate_bounds_a_page_and_the_time_until_the_next_also_for_a_driver_that_comes_after_a_kill()
    {
        var time = new ManualTime();
        await using var world = await BackfillWorld.CreateAsync(12, time);
        await world.DeclareAsync();
        var backfill = await world.BeginAsync(revision: 2, rate: 5);
        await StepAsync(world, world.Steps(), backfill);
        (await world.RowAsync(backfill)).Progress.Admitted.ShouldBe(5);
        await DoTheWorkAsync(world);

        time.Advance(TimeSpan.FromMilliseconds(400));
        var due = await StepAsync(world, world.Steps(), backfill);
        due.ShouldBeInRange(TimeSpan.FromMilliseconds(599), TimeSpan.FromMilliseconds(601));
        (await world.RowAsync(backfill)).Progress.Pages.ShouldBe(1);

        time.Advance(due);
        await StepAsync(world, world.Steps(), backfill);
        (await world.RowAsync(backfill)).Progress.Admitted.ShouldBe(10);
    }

    [Fact(Timeout = Patience)]
    public async Task Only_segments_that_stood_when_it_began_and_for_which_the_condition_holds_are_admitted()
    {
        await using var world = await BackfillWorld.CreateAsync(30);
        await world.DeclareAsync();
        var (backfill, steps) = (await world.BeginAsync(revision: 2, where: "5"), world.Steps());
        await world.Catalog.RegisterAsync(OnDuplicate.Known, world.Catalog.Write("later5", 0.1));
        await DoTheWorkAsync(world);
        await StepAsync(world, steps, backfill);
        (await world.EventsAsync<BackfillAdmitted>()).ShouldHaveSingleItem().Segments.ShouldBe([Segment(5), Segment(15), Segment(25)]);
    }

    [Fact(Timeout = Patience)]
    public async Task It_ends_with_the_reason_when_its_rule_has_another_revision_or_its_deriver_a_newer_version()
    {
        await using var world = await BackfillWorld.CreateAsync(2);
        var backfill = await world.BeginAsync(revision: 1, force: true);
        await world.DeclareAsync();
        await StepAsync(world, world.Steps(), backfill);
        (await world.RowAsync(backfill)).ShouldSatisfyAllConditions(
            row => row.State.ShouldBe(BackfillStates.Cancelled),
            row => row.Reason!.ShouldContain("has revision 2 now"));

        var next = await world.BeginAsync(revision: 2, version: 8);
        await StepAsync(world, world.Steps(version: 7), next);
        (await world.RowAsync(next)).ShouldSatisfyAllConditions(row => (row.State, row.Progress.Pages).ShouldBe((BackfillStates.Running, 0), "an older process leaves it to newer ones"));
        await StepAsync(world, world.Steps(version: 9), next);
        (await world.RowAsync(next)).Reason!.ShouldContain("has version 9 now");
    }

    [Fact]
    public void A_page_is_as_much_as_is_done_in_a_few_seconds()
    {
        var (time, pace) = (new ManualTime(), new BackfillPace());
        foreach (var (seconds, next) in new (double, int)[] { (0.5, 32), (0.5, 64), (2, 64), (0.5, 128), (0.5, 256), (0.5, 256), (5, 128), (5, 64), (5, 32), (5, 16), (5, 8), (5, 4), (5, 4) })
        {
            pace.Admitted(pace.Segments, time.GetTimestamp());
            time.Advance(TimeSpan.FromSeconds(seconds));
            pace.Settled(time);
            pace.Segments.ShouldBe(next);
        }
    }

    private static async Task<TimeSpan> StepAsync(BackfillWorld world, BackfillSteps steps, string backfill) => await steps.StepAsync(await world.RowAsync(backfill), Stopped);

    private static async Task DoTheWorkAsync(BackfillWorld world)
    {
        var worker = world.StartWorker();
        await world.Catalog.WaitUntilSettledAsync();
        await worker.StopAsync();
    }
}
