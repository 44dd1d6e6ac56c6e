using Strata.Contracts;
using Strata.Recordings;

namespace Strata.Registrar.Tests;

/// <summary>Rule 15 for what was uploaded: gc takes what nobody registers, and never what somebody is about to.</summary>
public sealed class UploadCollectionTests
{
    private static readonly TimeSpan AlmostADay = TimeSpan.FromHours(23.9);

    private static readonly TimeSpan MoreThanADay = TimeSpan.FromHours(24.1);

    [Fact]
    public async Task What_was_uploaded_and_half_uploaded_is_collected_after_24_hours_without_a_registration_and_not_before()
    {
        await using var world = await World.OpenAsync();
        var (hash, path) = await UploadAsync(world, "run");
        var uploads = new RecordingUploads(world.Store, new());
        var half = Sha256Digest.Of([1, 2, 3]);
        await uploads.ReceiveAsync(half, new(0, 2, 3), new MemoryStream([1, 2]), World.Token);

        (await Collector(world, AlmostADay).CollectAsync(World.Someone, null, World.Token)).Files.ShouldBeEmpty();
        uploads.ReceivedOf(half).ShouldBe(2);
        (await Collector(world, MoreThanADay).CollectAsync(World.Someone, null, World.Token)).Files.Select(f => f.Reason).ShouldBe([CollectionReason.Orphan, CollectionReason.Orphan]);

        uploads.ReceivedOf(half).ShouldBe(0);
        File.Exists(path).ShouldBeFalse();
        (await uploads.FindAsync(hash, World.Token)).ShouldBeNull("it is to be uploaded again");
    }

    [Fact]
    public async Task A_receipt_that_was_found_keeps_its_bytes_although_gc_has_them_on_its_list()
    {
        await using var world = await World.OpenAsync();
        var (hash, path) = await UploadAsync(world, "run");
        File.SetLastWriteTimeUtc(path, DateTime.UtcNow - MoreThanADay);
        KeptFile? found = null;
        var collector = new ContentCollector(world.Events, new BeforeLettingGo(world.Store, async () => found = await new RecordingUploads(world.Store, new()).FindAsync(hash, World.Token)), NowNs(TimeSpan.Zero));

        (await collector.CollectAsync(World.Someone, null, World.Token)).Files.ShouldBeEmpty();

        (await RegisterAsync(world, found!)).Status.ShouldBe(RegistrationStatus.Registered);
        File.SetLastWriteTimeUtc(path, DateTime.UtcNow - MoreThanADay);
        (await Collector(world, TimeSpan.Zero).CollectAsync(World.Someone, null, World.Token)).Files.ShouldBeEmpty();
    }

    [Fact]
    public async Task Bytes_that_gc_took_before_their_receipt_was_used_fail_that_registration_and_no_event_names_them()
    {
        await using var world = await World.OpenAsync();
        var (hash, path) = await UploadAsync(world, "run");
        var found = await new RecordingUploads(world.Store, new()).FindAsync(hash, World.Token);
        var registrar = world.NewRegistrar(store: new BeforeHold(world.Store, async _ =>
        {
            // As if more than a day had gone by between the two.
            File.SetLastWriteTimeUtc(path, DateTime.UtcNow - MoreThanADay);
            (await Collector(world, TimeSpan.Zero).CollectAsync(World.Someone, null, World.Token)).Files.Length.ShouldBe(1);
        }));

        var answer = (await registrar.RegisterAsync(Command(found!), null, World.Token)).Recordings.Single();

        answer.Status.ShouldBe(RegistrationStatus.Failed);
        answer.Reason.ShouldNotBeNull().ShouldContain("send it again");
        (await world.EventsAsync<LayerRegistered>()).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_stands_and_is_uploaded_again_is_known_and_stays_as_it_is()
    {
        await using var world = await World.OpenAsync();
        var (hash, _) = await UploadAsync(world, "run");
        var uploads = new RecordingUploads(world.Store, new());
        (await RegisterAsync(world, (await uploads.FindAsync(hash, World.Token))!)).Status.ShouldBe(RegistrationStatus.Registered);

        (await uploads.ReceiveAsync(hash, UploadPart.Whole(null), Stream.Null, World.Token)).Outcome.ShouldBe(UploadOutcome.Known);

        (await RegisterAsync(world, (await uploads.FindAsync(hash, World.Token))!)).Status.ShouldBe(RegistrationStatus.Known);
    }

    private static async Task<(Sha256Digest Hash, string Path)> UploadAsync(World world, string segment)
    {
        var bytes = TestSupport.Recordings.Scalars(segment);
        var hash = Sha256Digest.Of(bytes);
        await new RecordingUploads(world.Store, new()).ReceiveAsync(hash, UploadPart.Whole(bytes.Length), new MemoryStream(bytes), World.Token);
        return (hash, world.Folder.Path($"data/recordings/{hash.Value[..2]}/{hash}.rrd"));
    }

    private static RegisterRecordings Command(KeptFile file) => World.Command(OnDuplicate.Known, new RecordingRequest(file.Kept.Location, "") { Kept = file });

    private static async Task<RegisteredRecording> RegisterAsync(World world, KeptFile file) => (await world.Registrar.RegisterAsync(Command(file), null, World.Token)).Recordings.Single();

    private static ContentCollector Collector(World world, TimeSpan later) => new(world.Events, world.Store, NowNs(later));

    private static Func<long> NowNs(TimeSpan later) => () => (DateTime.UtcNow + later - DateTime.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick;

    private sealed class BeforeLettingGo(IRecordingStore store, Func<Task> before) : StoreDecorator(store)
    {
        private readonly IRecordingStore _store = store;

        public override async Task<ILettingGo> LetGoAsync(CancellationToken cancellationToken)
        {
            await before();
            return await _store.LetGoAsync(cancellationToken);
        }
    }
}
