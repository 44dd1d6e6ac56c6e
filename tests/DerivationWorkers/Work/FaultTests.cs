using Strata.Contracts;
using Strata.Recordings;

namespace Strata.DerivationWorkers.Tests;

public sealed class FaultTests
{
    private const int Patience = 60_000;

    [Theory(Timeout = Patience)]
    [InlineData("broken bytes", FailureReasons.RecordingBroken, "At byte 17")]
    [InlineData("gone", FailureReasons.RecordingMissing, "is missing")]
    [InlineData("altered", FailureReasons.RecordingChanged, "was changed after it was registered")]
    public async Task An_input_that_cannot_be_read_fails_with_its_reason_and_names_the_layer(string content, string reason, string words)
    {
        await using var world = await World.CreateAsync();
        world.Recordings.BeforeOpen = text => throw text switch
        {
            "gone" => new RecordingMissingException("/robots/gone.rrd", "no such file"),
            "altered" => new RecordingChangedException("/robots/altered.rrd", "its size is 3, not 4"),
            _ => new OperationCanceledException(),
        };
        if (content == "broken bytes")
        {
            world.Recordings.BeforeOpen = _ => { };
        }

        world.Start(world.Worker());
        var registered = await world.RegisterAsync("s", content: content);

        var events = await world.WaitForEventsAsync(e => e.OfType<DerivationFailed>().Any());
        var failed = events.OfType<DerivationFailed>().Single();
        failed.Reason.ShouldBe(reason);
        failed.Detail.ShouldContain("'base'");
        failed.Detail.ShouldContain(registered.Fingerprint.Value);
        failed.Detail.ShouldContain(words);
    }

    [Fact(Timeout = Patience)]
    public async Task A_changed_reference_is_noted_for_the_layer_that_it_belongs_to()
    {
        await using var world = await World.CreateAsync();
        world.Recordings.BeforeOpen = _ => throw new RecordingChangedException("/robots/a.rrd", "its size is 3, not 4");
        var worker = world.Start(world.Worker());
        var registered = await world.RegisterAsync("s");
        await world.WaitForEventsAsync(e => e.OfType<DerivationFailed>().Any());
        await worker.StopAsync();

        var changed = world.Registrar.Changed.ShouldHaveSingleItem();
        changed.Layer.ShouldBe("base");
        changed.Fingerprint.ShouldBe(registered.Fingerprint);
        changed.Detail.ShouldContain("/robots/a.rrd");
    }

    [Fact(Timeout = Patience)]
    public async Task A_damaged_blob_of_the_log_holds_up_who_needs_it_and_nobody_else()
    {
        await using var world = await World.CreateAsync();
        string[] whole = ["a", "c"];
        await world.RegisterAsync("a");
        await world.RegisterAsync("b", schema: "leg");
        await world.RegisterAsync("c");
        world.FlipBlob("leg");
        world.Start(world.Worker());

        await world.WaitForDecisionsAsync(whole);

        var waits = await world.WaitForAttemptsAsync("b", a => a.LastReason is not null);
        waits.LastReason.ShouldNotBeNull().ShouldContain("log.db is damaged: blob");
    }

    [Fact(Timeout = Patience)]
    public async Task A_deriver_that_throws_fails_its_segment_and_no_other()
    {
        await using var world = await World.CreateAsync();
        world.TrackingErrorDeriver.OnDerive = (request, _) =>
        {
            if (request.Segment == "bad")
            {
                throw new DivideByZeroException("zero joints");
            }
        };
        world.Start(world.Worker());
        await world.RegisterAsync("good");
        await world.RegisterAsync("bad");
        await world.RegisterAsync("fine");

        await world.WaitForDecisionsAsync("good", "fine");
        var events = await world.WaitForEventsAsync(e => e.OfType<DerivationFailed>().Any());
        var failed = events.OfType<DerivationFailed>().Single();
        failed.Segment.ShouldBe("bad");
        failed.Reason.ShouldBe(FailureReasons.Unexpected);
        failed.Detail.ShouldContain("DivideByZeroException: zero joints");
    }

    [Fact(Timeout = Patience)]
    public async Task A_store_that_refuses_one_evaluation_keeps_none_of_the_others_from_being_recorded()
    {
        await using var world = await World.CreateAsync();
        world.Registrar.BeforeRecord = evaluations =>
        {
            if (evaluations.Any(e => e.Segment == "poison"))
            {
                throw new InvalidOperationException("cannot be encoded");
            }
        };
        foreach (var segment in (string[])["a", "poison", "b"])
        {
            await world.RegisterAsync(segment);
        }

        world.Start(world.Worker(options: o => o with { Parallelism = 1, Linger = TimeSpan.FromSeconds(1) }));

        await world.WaitForDecisionsAsync("a", "b");
        var waiting = await world.WaitForAttemptsAsync("poison", a => a.DueAtNs > 0);
        waiting.LastReason!.ShouldContain("cannot be encoded");
    }

    [Fact(Timeout = Patience)]
    public async Task A_store_that_is_away_postpones_and_the_worker_outlives_it()
    {
        await using var world = await World.CreateAsync();
        world.Registrar.BeforeRecord = _ => throw new IOException("the log is held by another process");
        world.Start(world.Worker());
        await world.RegisterAsync("s");
        (await world.WaitForAttemptsAsync("s", a => a.DueAtNs > 0)).LastReason!.ShouldContain("held by another process");

        world.Registrar.BeforeRecord = _ => { };
        world.Time.Advance(TimeSpan.FromSeconds(30));

        await world.WaitForDecisionsAsync("s");
    }

    [Fact(Timeout = Patience)]
    public async Task A_rule_with_a_deriver_that_this_program_lacks_fails_and_says_which_there_are()
    {
        await using var world = await World.CreateAsync();
        await world.AppendAsync(
            StreamIds.Dataset(world.Dataset),
            [new RuleDeclared(world.Dataset, "wheel", 1, "wheel_slip", ["base"], "wheel", CanonicalJson.EmptyObject)]);
        world.Start(world.Worker());
        await world.RegisterAsync("s");

        var events = await world.WaitForEventsAsync(e => e.OfType<DerivationFailed>().Any());
        events.OfType<DerivationFailed>().Single().Detail.ShouldBe("rule 'wheel' asks for deriver 'wheel_slip', which this program does not have; it has quality, tracking_error");
    }
}
