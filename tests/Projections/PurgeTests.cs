using Strata.Contracts;
using Strata.EventStore;
using Strata.Projections.Folding;
using Strata.Projections.Running;
using Strata.Projections.Storage;
using Strata.Projections.Tests.Support;

namespace Strata.Projections.Tests;

/// <summary>No tables come to serve that hold what was purged, however the purge meets the replay that made them. Source: DESIGN §5, rule 9.</summary>
public sealed class PurgeTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_replay_that_was_cut_before_the_purge_goes_on_without_what_was_purged()
    {
        var story = Recorded();
        using var folded = await Folded.UpToHead(story.Log);
        var replay = new Replay(folded.Models.CatalogTables, story.Log, new EventFeed(story.Log));
        var (number, cut) = await replay.BeginAsync(long.MaxValue, Cancel);
        using (cut)
        {
            await replay.ToAsync(cut, story.Log.Head, null, null, Cancel);
            cut.Database.ReadInt64(Held).ShouldBe(1);
        }

        Purge(story);
        var (again, writer) = await replay.BeginAsync(long.MaxValue, Cancel);
        using (writer)
        {
            (again, writer.Position).ShouldBe((number, story.Log.Head - 2), "or it is not the one that was cut");
            await replay.ToAsync(writer, story.Log.Head, null, null, Cancel);

            (writer.Database.ReadInt64(Held), writer.Position).ShouldBe((0, story.Log.Head));
        }
    }

    [Fact]
    public async Task A_purge_that_erases_a_blob_under_the_eyes_of_a_replay_stops_nothing()
    {
        var story = Recorded();
        using var folded = new Folded(story.Log);
        var log = new ErasedWhileRead(story.Log, () => Purge(story));
        var replay = new Replay(folded.Models.CatalogTables, log, new EventFeed(log));
        var (_, writer) = await replay.BeginAsync(long.MaxValue, Cancel);
        using (writer)
        {
            await replay.ToAsync(writer, story.Log.Head, null, null, Cancel);
            await replay.ToAsync(writer, story.Log.Head, null, null, Cancel);

            (writer.Database.ReadInt64(Held), writer.Position).ShouldBe((0, story.Log.Head));
        }
    }

    [Fact]
    public async Task Tables_that_nobody_folded_on_during_a_purge_are_gone_before_anybody_reads_them()
    {
        var story = Recorded();
        using var folded = await Folded.UpToHead(story.Log);
        var held = folded.Models.CatalogTables.Files.PathOf(folded.Models.CatalogTables.LiveNumber);
        Purge(story);
        folded.Reopen();

        // Nobody folds: whoever asks gets what is there.
        (await folded.Models.Entries.FindAsync(story.Dataset, Cancel)).ShouldBeNull("tables are made anew");
        File.Exists(held).ShouldBeFalse();

        await folded.CatchUp();
        using var scope = folded.Models.CatalogTables.Read();
        (scope.Database.ReadInt64(Held), scope.Position).ShouldBe((0, story.Log.Head));
    }

    [Fact]
    public async Task Tables_that_hold_nothing_of_what_was_purged_since_go_on_where_they_were()
    {
        var story = new Story(new FakeLog());
        story.Create();
        story.Register("a", "base", "what was seen");
        using var folded = await Folded.UpToHead(story.Log);
        var live = folded.Models.CatalogTables.LiveNumber;
        Purge(story);
        folded.Reopen();

        await folded.CatchUp();

        folded.Models.CatalogTables.LiveNumber.ShouldBe(live);
    }

    [Fact]
    public async Task Tables_that_hold_tags_of_what_was_purged_since_are_made_anew_without_them()
    {
        var story = new Story(new FakeLog());
        story.Create();
        story.Register("a", "base", "what was seen");
        var tagged = story.SetProperties("a", 1, Schemas.Properties(("tags:by", "somebody")));
        using var folded = await Folded.UpToHead(story.Log);
        var held = folded.Models.CatalogTables.Files.PathOf(folded.Models.CatalogTables.LiveNumber);
        Purge(story);
        story.Log.RemoveBlob(((SegmentPropertiesSet)story.Log.Events.Single(e => e.Position == tagged).Event).PropertiesBlob);
        folded.Reopen();

        await folded.CatchUp();

        File.Exists(held).ShouldBeFalse();
        using var scope = folded.Models.CatalogTables.Read();
        (scope.Database.ReadInt64("SELECT count(*) FROM segment_properties WHERE properties IS NOT NULL"), scope.Position).ShouldBe((0, story.Log.Head));
        (await folded.Models.Segments.ReadSchemaAsync(story.Dataset, tagged, Cancel)).GetFieldIndex("property:tags:by").ShouldBeLessThan(0);
    }

    [Fact]
    public async Task Where_nothing_was_purged_old_tables_of_another_layout_stay()
    {
        var story = Recorded();
        using var folded = await Folded.UpToHead(story.Log);
        await new Rebuild(folded.Models, story.Log).RunAsync(verifyOnly: false, null, Cancel);
        using (var old = SqliteDatabase.OpenReadWrite(folded.Models.CatalogTables.Files.PathOf(1)))
        {
            old.Execute("ALTER TABLE generation DROP COLUMN last_event_position");
        }

        await folded.CatchUp();

        folded.Models.CatalogTables.Files.Numbers().ShouldBe([1, 2], ignoreOrder: true);
    }

    [Fact]
    public async Task What_comes_and_is_purged_in_one_batch_that_was_read_before_the_purge_was_known_is_not_folded()
    {
        var story = Recorded();
        var layer = (LayerRegistered)story.Log.Events[^1].Event;
        var blobs = await story.Log.ReadBlobsAsync([layer.PropertiesBlob!.Value], Cancel);
        Purge(story);
        using var folded = new Folded(story.Log);
        await folded.Models.CatalogTables.StartFollowingAsync(Cancel);
        var batch = new FoldBatch(0, [.. story.Log.Events], story.Log.Head, blobs);

        (await folded.Models.CatalogTables.FoldAsync(batch, token: 1, Cancel)).ShouldBeFalse();
        await folded.Models.CatalogTables.StopFollowingAsync();
        await folded.CatchUp();

        using var scope = folded.Models.CatalogTables.Read();
        (scope.Database.ReadInt64(Held), scope.Position).ShouldBe((0, story.Log.Head));
    }

    private const string Held = "SELECT count(*) FROM layers WHERE properties IS NOT NULL";

    private static Story Recorded()
    {
        var story = new Story(new FakeLog());
        story.Create();
        story.Register("a", "base", "what was seen", properties: Schemas.Properties(("episode:operator", "somebody")));
        return story;
    }

    private static void Purge(Story story)
    {
        var layer = story.Layer("a", "base");
        story.Unregister("a", "base", "purged");
        story.Log.Append(new RecordingPurged(story.Dataset, "a", "asked", [new("base", layer.Fingerprint, layer.Kept.Location)], Story.Person));
        if (layer.PropertiesBlob is { } properties)
        {
            story.Log.RemoveBlob(properties);
        }
    }

    /// <summary>Before the first blobs are read somebody purges and erases them.</summary>
    private sealed class ErasedWhileRead(FakeLog log, Action erase) : IEventStore
    {
        private bool _isErased;

        public Task<AppendResult> AppendAsync(Append append, CancellationToken cancellationToken) => log.AppendAsync(append, cancellationToken);

        public Task<EventPage> ReadAsync(long afterPosition, int maxEvents, CancellationToken cancellationToken) => log.ReadAsync(afterPosition, maxEvents, cancellationToken);

        public Task<IReadOnlyList<StreamState>> ReadStreamsAsync(IReadOnlyList<string> streamIds, CancellationToken cancellationToken) => log.ReadStreamsAsync(streamIds, cancellationToken);

        public Task<long> HeadAsync(CancellationToken cancellationToken) => log.HeadAsync(cancellationToken);

        public Task WaitForEventsAsync(long afterPosition, CancellationToken cancellationToken) => log.WaitForEventsAsync(afterPosition, cancellationToken);

        public Task<IReadOnlyDictionary<Sha256Digest, ReadOnlyMemory<byte>>> ReadBlobsAsync(IReadOnlyCollection<Sha256Digest> hashes, CancellationToken cancellationToken)
        {
            if (!_isErased)
            {
                _isErased = true;
                erase();
            }

            return log.ReadBlobsAsync(hashes, cancellationToken);
        }

        public Task<IReadOnlyList<GuardRow>> ReadGuardsAsync(string scope, CancellationToken cancellationToken) => log.ReadGuardsAsync(scope, cancellationToken);
    }
}
