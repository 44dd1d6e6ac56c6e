using Strata.Contracts;

namespace Strata.DerivationWorkers.Tests;

/// <summary>Faults that pass: what they postpone, and what they cost. Source: DESIGN rule 8.</summary>
public sealed class PassingFaultTests
{
    private const int Patience = 60_000;

    private static CancellationToken Stopped => TestContext.Current.CancellationToken;

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
}
