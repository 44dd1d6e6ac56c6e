using Strata.Contracts;
using Strata.EventStore;

namespace Strata.Registrar.Tests;

/// <summary>Rule 15 while somebody lets go: no event names a file that is not there, in whatever order the two meet.</summary>
public sealed class LettingGoTests
{
    private static readonly DateTime LongAgo = DateTime.UtcNow.AddDays(-2);

    [Fact]
    public async Task Rule_15_who_registers_first_keeps_the_bytes_and_who_lets_go_waits_and_sees_it()
    {
        await using var world = await World.OpenAsync();
        var (file, path) = await SupersededAsync(world);
        var (atAppend, go) = (new TaskCompletionSource(), new TaskCompletionSource());
        var registrar = world.NewRegistrar(new LogDecorator(world.Events, async _ =>
        {
            atAppend.TrySetResult();
            await go.Task;
        }));
        var registering = registrar.RegisterAsync(World.Command(OnDuplicate.Known, file) with { Layer = "again" }, null, World.Token);
        await atAppend.Task;
        System.IO.File.SetLastWriteTimeUtc(path, LongAgo);

        var asked = new TaskCompletionSource<bool>();
        var collecting = new ContentCollector(world.Events, new AskedToLetGo(world.Store, asked), NowNs).CollectAsync(World.Someone, null, World.Token);
        (await asked.Task).ShouldBeFalse("its bytes are kept, and no event names them yet");
        go.SetResult();

        (await registering).Recordings.Single().Status.ShouldBe("registered");
        (await collecting).Files.ShouldBeEmpty();
        (await world.EventsAsync<BytesReleased>()).ShouldBeEmpty();
        System.IO.File.Exists(path).ShouldBeTrue();
        await EveryNamedFileIsThereAsync(world);
    }

    [Fact]
    public async Task Rule_15_who_lets_go_first_removes_the_bytes_and_who_registers_them_waits_and_keeps_them_anew()
    {
        await using var world = await World.OpenAsync();
        var (file, path) = await SupersededAsync(world);
        var (atAppend, go) = (new TaskCompletionSource(), new TaskCompletionSource());
        var collecting = Collector(world, new LogDecorator(world.Events, async _ =>
        {
            atAppend.TrySetResult();
            await go.Task;
        })).CollectAsync(World.Someone, null, World.Token);
        await atAppend.Task;

        var registering = world.Registrar.RegisterAsync(World.Command(OnDuplicate.Known, file) with { Layer = "again" }, null, World.Token);
        go.SetResult();

        (await collecting).Files.Single().Reason.ShouldBe(CollectionReason.Superseded);
        (await registering).Recordings.Single().Status.ShouldBe("registered");
        System.IO.File.ReadAllBytes(path).ShouldBe(System.IO.File.ReadAllBytes(file.Path));
        (await world.LogAsync()).Select(e => e.Type).TakeLast(2).ShouldBe(["bytes_released", "layer_registered"]);
        await EveryNamedFileIsThereAsync(world);
    }

    [Fact]
    public async Task Rule_15_what_an_attempt_kept_and_was_let_go_of_before_the_next_attempt_is_kept_anew()
    {
        await using var world = await World.OpenAsync();
        var (file, path) = await SupersededAsync(world);
        var tries = 0;
        var registrar = world.NewRegistrar(new LogDecorator(world.Events, async append =>
        {
            if (tries++ == 0)
            {
                // Somebody else is faster on the segment's stream.
                await world.Events.AppendAsync(new("faster", [new(append.Streams[0].StreamId, StreamAppend.AnyVersion, [new SegmentPropertiesRemoved(Events.Dataset, "a", 1, World.Someone)])], [], []), World.Token);
                System.IO.File.SetLastWriteTimeUtc(path, LongAgo);
            }
        }), new BeforeHold(world.Store, async hold =>
        {
            if (hold == 2)
            {
                (await Collector(world).CollectAsync(World.Someone, null, World.Token)).Files.Length.ShouldBe(1);
                System.IO.File.Exists(path).ShouldBeFalse();
            }
        }));

        (await registrar.RegisterAsync(World.Command(OnDuplicate.Known, file) with { Layer = "again" }, null, World.Token)).Recordings.Single().Status.ShouldBe("registered");

        tries.ShouldBe(2);
        await EveryNamedFileIsThereAsync(world);
    }

    [Fact]
    public async Task Rule_15_a_broken_file_that_was_set_aside_and_let_go_of_before_its_event_is_set_aside_anew()
    {
        await using var world = await World.OpenAsync();
        var whole = TestSupport.Recordings.Scalars("a");
        var broken = world.File("broken.rrd", whole[..(whole.Length / 2)]);
        await world.RegisterAsync(broken);
        var entry = (await world.EventsAsync<RecordingQuarantined>()).Single();
        await RetainNothingAsync(world, entry.Dataset);
        await world.Registrar.DiscardAsync(entry.QuarantineId, World.Someone, World.Token);
        var path = PathOf(world, entry.Kept!);
        var registrar = world.NewRegistrar(store: new BeforeHold(world.Store, async _ =>
        {
            System.IO.File.SetLastWriteTimeUtc(path, LongAgo);
            (await Collector(world).CollectAsync(World.Someone, null, World.Token)).Files.Length.ShouldBe(1);
        }));

        (await registrar.RegisterAsync(World.Command(OnDuplicate.Known, broken), null, World.Token)).Recordings.Single().Status.ShouldBe("quarantined");

        System.IO.File.ReadAllBytes(path).ShouldBe(System.IO.File.ReadAllBytes(broken.Path));
        await EveryNamedFileIsThereAsync(world);
    }

    [Fact]
    public async Task What_is_pinned_between_the_decision_and_its_event_stays()
    {
        await using var world = await World.OpenAsync();
        var (_, path) = await SupersededAsync(world);
        var registered = (await world.LogAsync()).First(e => e.Event is LayerRegistered);
        var collector = Collector(world, new LogDecorator(world.Events, _ =>
            world.Registrar.PinDatasetAsync(new(((LayerRegistered)registered.Event).Dataset, registered.Position, "v1", World.Someone), World.Token)));

        (await collector.CollectAsync(World.Someone, null, World.Token)).Files.ShouldBeEmpty();

        System.IO.File.Exists(path).ShouldBeTrue();
        (await Collector(world).PlanAsync(null, World.Token)).Files.ShouldBeEmpty();
    }

    [Fact]
    public async Task Killed_between_the_event_and_the_removal_the_next_sweep_finishes_it_without_a_second_event()
    {
        await using var world = await World.OpenAsync();
        var (_, path) = await SupersededAsync(world);
        await Should.ThrowAsync<InvalidOperationException>(() => DyingCollector(world).CollectAsync(World.Someone, null, World.Token));
        System.IO.File.Exists(path).ShouldBeTrue();

        var swept = await Collector(world).SweepAsync(World.Token);

        swept.Files.Single().Reason.ShouldBe(CollectionReason.Unfinished);
        System.IO.File.Exists(path).ShouldBeFalse();
        (await world.EventsAsync<BytesReleased>()).Count.ShouldBe(1);
        (await world.Store.WasCutWhileLettingGoAsync(TestContext.Current.CancellationToken)).ShouldBeFalse();
    }

    [Fact]
    public async Task Killed_between_the_event_and_the_removal_and_registered_again_the_bytes_stay()
    {
        await using var world = await World.OpenAsync();
        var (file, path) = await SupersededAsync(world);
        await Should.ThrowAsync<InvalidOperationException>(() => DyingCollector(world).CollectAsync(World.Someone, null, World.Token));
        await world.Registrar.RegisterAsync(World.Command(OnDuplicate.Known, file) with { Layer = "again" }, null, World.Token);

        (await Collector(world).CollectAsync(World.Someone, null, World.Token)).Files.ShouldBeEmpty();

        System.IO.File.Exists(path).ShouldBeTrue();
        var registered = (await world.LogAsync()).Where(e => e.Event is LayerRegistered).ToList();
        var location = ((LayerRegistered)registered[0].Event).Kept.Location;
        (await ReleasedContent.FindAsync(world.Events, location, registered[0].Position, World.Token)).ShouldNotBeNull();
        (await ReleasedContent.FindAsync(world.Events, location, registered[1].Position, World.Token)).ShouldBeNull("it came back");
        await EveryNamedFileIsThereAsync(world);
    }

    /// <returns>A file whose only layer was unregistered in a dataset that keeps nothing, and the path of its copy.</returns>
    private static async Task<(RecordingRequest File, string Path)> SupersededAsync(World world)
    {
        var file = world.File("a.rrd", TestSupport.Recordings.Scalars("a"));
        var dataset = (await world.RegisterAsync(file)).Dataset!.Value;
        await RetainNothingAsync(world, dataset);
        await world.Registrar.UnregisterAsync(new UnregisterLayers(dataset, [], ["base"], World.Someone), World.Token);
        return (file, PathOf(world, (await world.EventsAsync<LayerRegistered>()).Single().Kept));
    }

    private static Task<long> RetainNothingAsync(World world, DatasetId dataset) => world.Registrar.RetainDatasetAsync(new(dataset, 0, World.Someone), World.Token);

    private static string PathOf(World world, KeptBytes kept) => Path.Combine(world.Folder.Path("data"), kept.Location);

    private static ContentCollector Collector(World world, IEventStore? events = null) => new(events ?? world.Events, world.Store, NowNs);

    private static ContentCollector DyingCollector(World world) => new(world.Events, new Dying(world.Store), NowNs);

    private static long NowNs() => (DateTimeOffset.UtcNow - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick;

    /// <summary>Of layers that stand, and of what is in quarantine.</summary>
    private static async Task EveryNamedFileIsThereAsync(World world)
    {
        var holds = new ContentHolds();
        foreach (var recorded in await world.LogAsync())
        {
            holds.Apply(recorded);
        }

        var named = (await world.LogAsync()).Select(e => (e.Event as LayerRegistered)?.Kept ?? (e.Event as RecordingQuarantined)?.Kept).OfType<KeptBytes>().ToList();
        named.ShouldNotBeEmpty();
        named.Where(k => holds.StateOf(k.Location, NowNs()) is ContentState.Standing or ContentState.Quarantined).ShouldAllBe(k => System.IO.File.Exists(PathOf(world, k)));
    }
}
