using Strata.Contracts;
using Strata.EventStore;
using Strata.Recordings;
using Strata.TestSupport;

namespace Strata.Registrar.Tests;

/// <summary>The intent to erase, and what of it is erased. Source: DESIGN §5, rule 15.</summary>
public sealed class PurgeTests
{
    /// <summary>Into the footer: all chunks are whole.</summary>
    private const int CutBytes = 100;

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    public async Task Without_a_reason_nothing_is_purged(string reason)
    {
        await using var world = await World.OpenAsync();
        var dataset = await RegisterAsync(world, "robots");

        (await Should.ThrowAsync<CommandRefusedException>(world.Registrar.PurgeAsync(new(dataset, "a", reason, World.Someone), World.Token))).Message.ShouldContain("expected a reason");
    }

    [Fact]
    public async Task A_purged_segment_s_layers_are_unregistered_in_the_same_append_and_a_second_purge_appends_nothing()
    {
        await using var world = await World.OpenAsync();
        var dataset = await RegisterAsync(world, "robots");
        var segment = await SegmentAsync(world, dataset);

        var first = await world.Registrar.PurgeAsync(new(dataset, segment, "asked", World.Someone), World.Token);
        var second = await world.Registrar.PurgeAsync(new(dataset, segment, "asked again", World.Someone), World.Token);

        (first.IsNew, second.IsNew, second.Position).ShouldBe((true, false, first.Position));
        var stream = (await world.Events.ReadStreamsAsync([StreamIds.Segment(dataset, segment)], World.Token))[0].Events;
        stream.Select(e => e.Type).ShouldBe(["layer_registered", "layer_unregistered", "recording_purged"]);
        stream[1].CommandId.ShouldBe(stream[2].CommandId);
        stream[1].Event.ShouldBeOfType<LayerUnregistered>().Reason.ShouldBe("purged");
    }

    [Fact]
    public async Task After_a_purge_that_erased_the_last_layer_of_a_schema_others_and_that_one_again_are_registered()
    {
        await using var world = await World.OpenAsync();
        var first = await world.RegisterAsync(world.File("a.rrd", TestSupport.Recordings.Numbers("a")));
        await world.Registrar.PurgeAsync(new(first.Dataset!.Value, "a", "asked", World.Someone), World.Token);
        (await Erasure(world).EraseAsync(null, World.Token)).Blobs.ShouldBeGreaterThan(0);

        (await world.RegisterAsync(World.At(TestData.Crafted("rich-rerun-0.33-saved.rrd")))).Recordings.Single().Status.ShouldBe("registered");
        (await world.RegisterAsync(world.File("b.rrd", TestSupport.Recordings.Numbers("b")))).Recordings.Single().Status.ShouldBe("registered");
        var texts = (await world.RegisterAsync(world.File("c.rrd", TestSupport.Recordings.Texts("c")))).Recordings.Single();
        texts.Status.ShouldBe("failed", "the schema that came again counts again");
        texts.Reason.ShouldNotBeNull().ShouldStartWith("schema incompatibility on segment 'c'");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task After_such_a_purge_one_call_can_bring_the_erased_schema_and_a_new_one_in_any_order(bool newFirst)
    {
        await using var world = await World.OpenAsync();
        var first = await world.RegisterAsync(world.File("a.rrd", TestSupport.Recordings.Numbers("a")));
        await world.Registrar.PurgeAsync(new(first.Dataset!.Value, "a", "asked", World.Someone), World.Token);
        await Erasure(world).EraseAsync(null, World.Token);
        RecordingRequest[] call = [world.File("b.rrd", TestSupport.Recordings.Numbers("b")), world.File("c.rrd", TestSupport.Recordings.Texts("c", "/other"))];

        var both = await world.RegisterAsync(newFirst ? [.. call.Reverse()] : call);

        both.Recordings.Select(r => r.Status).ShouldBe(["registered", "registered"]);
        (await world.RegisterAsync(world.File("d.rrd", TestSupport.Recordings.Texts("d")))).Recordings.Single().Status.ShouldBe("failed", "both count again");
    }

    [Fact]
    public async Task A_segment_of_a_deleted_dataset_can_be_purged_too()
    {
        await using var world = await World.OpenAsync();
        var dataset = await RegisterAsync(world, "robots");
        var segment = await SegmentAsync(world, dataset);
        await world.Registrar.DeleteDatasetAsync(new(dataset, World.Someone), World.Token);

        await world.Registrar.PurgeAsync(new(dataset, segment, "asked", World.Someone), World.Token);

        (await Erasure(world).EraseAsync(null, World.Token)).Files.ShouldBe(1);
        (await Erasure(world).EraseAsync(null, World.Token)).ShouldBe(new ErasureReport(0, 0, 0, 0, []));
    }

    [Fact]
    public async Task A_copy_that_was_discarded_from_quarantine_is_erased_by_the_next_purge_and_held_by_no_retention()
    {
        await using var world = await World.OpenAsync();
        var whole = TestSupport.Recordings.Numbers("a");
        var dataset = (await world.RegisterAsync(world.File("a.rrd", whole))).Dataset!.Value;
        var cut = (await world.RegisterAsync(world.File("cut.rrd", whole[..^CutBytes]))).Recordings.Single();
        var entry = (await world.LogAsync()).Single(e => e.Event is RecordingQuarantined);
        var kept = ((RecordingQuarantined)entry.Event).Kept!;
        (await new KeptRecordings(world.Store, new RecordingInspector()).SegmentsAsync(kept, DatasetKind.Recording, World.Token)).ShouldBe(["a"]);
        await world.Registrar.PurgeAsync(new(dataset, "a", "asked", World.Someone), World.Token);
        (await Erasure(world).EraseAsync(null, World.Token)).Files.ShouldBe(1);
        await world.Registrar.DiscardAsync(cut.QuarantineId!.Value, World.Someone, World.Token);
        (await StateAsync(world, kept.Location)).ShouldBe(ContentState.Retained);
        var command = new PurgeSegment(dataset, "a", "asked", World.Someone) { Discarded = [new(kept.Location, entry.Position)] };

        var purged = await world.Registrar.PurgeAsync(command, World.Token);

        purged.IsNew.ShouldBeTrue("what was discarded since is to be erased too");
        (await StateAsync(world, kept.Location)).ShouldBe(ContentState.Unnamed);
        (await Erasure(world).EraseAsync(null, World.Token)).Files.ShouldBe(1);
        (await world.Store.IsThereAsync(kept, World.Token)).ShouldBeFalse();
        (await new KeptRecordings(world.Store, new RecordingInspector()).SegmentsAsync(kept, DatasetKind.Recording, World.Token)).ShouldBeNull();
        (await world.Registrar.PurgeAsync(command, World.Token)).IsNew.ShouldBeFalse();
    }

    [Fact]
    public async Task A_discarded_copy_whose_bytes_lie_in_quarantine_for_another_dataset_stays_until_that_is_settled()
    {
        await using var world = await World.OpenAsync();
        var whole = TestSupport.Recordings.Numbers("a");
        var dataset = (await world.RegisterAsync(world.File("a.rrd", whole))).Dataset!.Value;
        var cut = (await world.RegisterAsync(world.File("cut.rrd", whole[..^CutBytes]))).Recordings.Single();
        await world.Registrar.RegisterAsync(World.Command(OnDuplicate.Known, world.File("cut.rrd", whole[..^CutBytes])) with { Dataset = "others" }, null, World.Token);
        await world.Registrar.DiscardAsync(cut.QuarantineId!.Value, World.Someone, World.Token);
        var entry = (await world.LogAsync()).First(e => e.Event is RecordingQuarantined);
        var kept = ((RecordingQuarantined)entry.Event).Kept!;

        await world.Registrar.PurgeAsync(new(dataset, "a", "asked", World.Someone) { Discarded = [new(kept.Location, entry.Position)] }, World.Token);

        var report = await Erasure(world).EraseAsync(null, World.Token);
        (report.Files, report.SharedFiles).ShouldBe((1, 1));
        (await world.Store.IsThereAsync(kept, World.Token)).ShouldBeTrue();
    }

    [Fact]
    public async Task A_purge_that_is_asked_for_while_an_earlier_one_is_finished_is_not_taken_for_done()
    {
        await using var world = await World.OpenAsync();
        var dataset = await RegisterAsync(world, "robots");
        var segment = await SegmentAsync(world, dataset);
        await world.Registrar.PurgeAsync(new(dataset, segment, "asked", World.Someone), World.Token);
        var again = new Guard.Put(PurgedSegments.Scope, PurgedSegments.KeyOf(dataset, segment), "another command");

        await new PurgedErasure(world.Events, new Meanwhile(world.Events, () => world.Events.AppendAsync(new("again", [], [again], []), World.Token)), world.Store).EraseAsync(null, World.Token);

        (await PurgedSegments.ReadAsync(world.Events, World.Token)).Unfinished.ShouldHaveSingleItem().Command.ShouldBe("another command");
        (await Erasure(world).EraseAsync(null, World.Token)).Segments.ShouldBe(1);
        (await PurgedSegments.ReadAsync(world.Events, World.Token)).Unfinished.ShouldBeEmpty();
    }

    [Fact]
    public async Task While_the_properties_that_a_client_gives_are_appended_nothing_can_be_erased()
    {
        await using var world = await World.OpenAsync();
        var dataset = await world.CreateAsync();
        var triedToErase = new List<Task>();
        var registrar = world.NewRegistrar(new LogDecorator(world.Events, async _ =>
        {
            var erasing = LetGoNowOrNeverAsync(world);
            triedToErase.Add(erasing);
            await erasing.ContinueWith(_ => { }, TaskScheduler.Default);
        }));

        await registrar.SetSegmentPropertiesAsync(new(dataset, "s", SegmentPropertiesTests.Verdict("good"), null, World.Someone), World.Token);

        triedToErase.ShouldHaveSingleItem().IsCanceled.ShouldBeTrue("or an erasure could begin in the midst of it");
        await LetGoNowOrNeverAsync(world);
    }

    private static async Task LetGoNowOrNeverAsync(World world)
    {
        await using var alone = await world.Store.LetGoAsync(new CancellationToken(canceled: true));
    }

    private sealed class Meanwhile(IBlobErasure inner, Func<Task> happens) : IBlobErasure
    {
        public Task<string?> ReadLeftoverAsync(CancellationToken cancellationToken) => inner.ReadLeftoverAsync(cancellationToken);

        public async Task<int> EraseBlobsAsync(IReadOnlyCollection<Sha256Digest> hashes, CancellationToken cancellationToken)
        {
            await happens();
            return await inner.EraseBlobsAsync(hashes, cancellationToken);
        }
    }

    private static async Task<ContentState> StateAsync(World world, string location)
    {
        var holds = new ContentHolds();
        foreach (var recorded in await world.LogAsync())
        {
            holds.Apply(recorded);
        }

        return holds.StateOf(location, long.MaxValue);
    }

    private static PurgedErasure Erasure(World world) => new(world.Events, world.Events, world.Store);

    private static async Task<DatasetId> RegisterAsync(World world, string dataset)
    {
        await world.RegisterAsync(World.At(TestData.Crafted("rich-rerun-0.33-saved.rrd")));
        return (await world.EventsAsync<DatasetCreated>()).Single(d => d.Name == dataset).Dataset;
    }

    private static async Task<string> SegmentAsync(World world, DatasetId dataset) =>
        (await world.Events.ReadAsync(0, 100, World.Token)).Events.Select(e => e.Event).OfType<LayerRegistered>().Single(l => l.Dataset == dataset).Segment;
}
