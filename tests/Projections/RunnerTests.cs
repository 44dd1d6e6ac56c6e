using Microsoft.Extensions.Logging.Abstractions;
using Strata.Contracts;
using Strata.Projections.Folding;
using Strata.Projections.Storage;
using Strata.Projections.Tests.Support;

namespace Strata.Projections.Tests;

public sealed class RunnerTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Who_waits_for_a_position_is_woken_when_the_event_is_in_the_tables()
    {
        var story = new Story(new FakeLog());
        using var folded = new Folded(story.Log);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var running = folded.Run(stop.Token);
        for (var i = 0; i < 20; i++)
        {
            var change = folded.Models.WaitForChangeAsync(folded.Models.Position, Cancel);
            var position = i == 0 ? story.Create() : story.Register($"s{i}", "base", "x");
            await folded.Models.WaitForAsync(position, Cancel);
            await change;
            folded.Models.Position.ShouldBe(position);
            (await folded.Models.Segments.ReadAsync(story.Dataset, new TableQuery(), Cancel)).Length.ShouldBe(i);
        }

        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(running);
    }

    [Fact]
    public async Task A_restart_goes_on_from_the_checkpoint()
    {
        var story = new Story(new FakeLog());
        story.Create();
        story.Register("a", "base", "one");
        using var folded = await Folded.UpToHead(story.Log);
        folded.Reopen();
        await folded.Models.WaitForAsync(2, Cancel);
        folded.Models.Position.ShouldBe(2);
        story.Register("b", "base", "two");
        await folded.CatchUp();
        (await folded.Models.Segments.ReadAsync(story.Dataset, new TableQuery(), Cancel)).Length.ShouldBe(2);
    }

    [Fact]
    public async Task A_process_that_dies_between_writing_rows_and_committing_loses_and_doubles_nothing()
    {
        var story = Histories.Long();
        using var folded = new Folded(story.Log);
        var path = Path.Combine(folded.Folder, "readmodels", "generation-1.db");
        foreach (var step in (int[])[7, 1, 13])
        {
            // Rows and checkpoint are written, the connection goes away without a commit: all that a killed process leaves.
            using (var dying = GenerationWriter.OpenLive(CatalogProjection.Definition, path, token: 1))
            {
                dying.Stage(await Batch(story.Log, dying.Position, step));
            }

            using var next = GenerationWriter.OpenLive(CatalogProjection.Definition, path, token: 1);
            next.Apply(await Batch(story.Log, next.Position, step));
        }

        folded.Reopen();
        await folded.CatchUp();
        var rebuild = new Rebuild(folded.Models, story.Log);
        (await rebuild.RunAsync(verifyOnly: true, null, Cancel)).Differences.ShouldBeEmpty();
    }

    [Fact]
    public async Task An_event_that_does_not_fit_parks_the_projections_and_every_waiter_is_told_where_and_why()
    {
        var story = new Story(new FakeLog());
        story.Create();
        story.Register("a", "base", "one");
        var poison = story.Log.Append(new LayerUnregistered(story.Dataset, "a", "labels", Story.Hash("x"), "asked", Story.Person));
        var after = story.Register("b", "base", "two");
        using var folded = new Folded(story.Log);

        var parked = await Should.ThrowAsync<ProjectionParkedException>(folded.Run(Cancel));

        parked.Position.ShouldBe(poison);
        parked.Message.ShouldContain("layer_unregistered");
        parked.Message.ShouldContain("'labels' is unregistered, but it does not stand");
        (await Should.ThrowAsync<ProjectionParkedException>(folded.Models.WaitForAsync(after, Cancel))).Position.ShouldBe(poison);
        (await Should.ThrowAsync<ProjectionParkedException>(folded.Models.WaitForChangeAsync(poison - 1, Cancel))).Reason.ShouldBe(parked.Reason);
        await folded.Models.WaitForAsync(poison - 1, Cancel);
        (await folded.Models.Segments.ReadAsync(story.Dataset, new TableQuery(), Cancel)).Length.ShouldBe(1);
    }

    [Fact]
    public async Task Who_waits_already_is_told_too_when_the_projections_park()
    {
        var story = new Story(new FakeLog());
        story.Create();
        using var folded = new Folded(story.Log);
        var waiting = folded.Models.WaitForAsync(5, Cancel);
        story.Log.Append(new LayerUnregistered(story.Dataset, "a", "never", Story.Hash("x"), "asked", Story.Person));
        await Should.ThrowAsync<ProjectionParkedException>(folded.Run(Cancel));
        (await Should.ThrowAsync<ProjectionParkedException>(waiting)).Position.ShouldBe(2);
    }

    [Fact]
    public async Task An_event_type_that_the_folds_do_not_know_parks_them_and_is_not_skipped()
    {
        var story = new Story(new FakeLog());
        story.Create();
        story.Log.AppendUnlisted();
        using var folded = new Folded(story.Log);
        var parked = await Should.ThrowAsync<ProjectionParkedException>(folded.Run(Cancel));
        parked.Position.ShouldBe(2);
        parked.Reason.ShouldContain("event_of_tomorrow");
        parked.Reason.ShouldContain("needs a newer version");
        folded.Models.Position.ShouldBe(1);
    }

    [Fact]
    public async Task An_event_that_the_log_cannot_decode_parks_exactly_before_it()
    {
        var story = Histories.Long();
        story.Log.Unreadable = 17;
        using var folded = new Folded(story.Log);
        var parked = await Should.ThrowAsync<ProjectionParkedException>(folded.Run(Cancel));
        parked.Position.ShouldBe(17);
        parked.Reason.ShouldContain("event_of_tomorrow");
        folded.Models.Position.ShouldBe(16);

        story.Log.Unreadable = null;
        await folded.CatchUp();
        folded.Models.Position.ShouldBe(story.Log.Head);
    }

    [Fact]
    public async Task A_property_blob_that_is_absent_parks_and_is_named()
    {
        var story = new Story(new FakeLog());
        story.Create();
        story.Register("a", "base", "one", properties: Schemas.Properties(("episode:note", "n")));
        var hash = story.Layer("a", "base").PropertiesBlob!.Value;
        story.Log.RemoveBlob(hash);
        using var folded = new Folded(story.Log);
        (await Should.ThrowAsync<ProjectionParkedException>(folded.Run(Cancel))).Reason.ShouldContain(hash.Value);
    }

    [Fact]
    public async Task A_property_blob_that_is_damaged_parks_exactly_before_its_event_and_is_named()
    {
        var story = new Story(new FakeLog());
        story.Create();
        story.Register("a", "base", "one", properties: Schemas.Properties(("episode:note", "n")));
        story.Register("b", "base", "two", properties: Schemas.Properties(("episode:note", "red cup")));
        story.Register("c", "base", "three");
        var hash = story.Layer("b", "base").PropertiesBlob!.Value;
        story.Log.Damaged = hash;
        using var folded = new Folded(story.Log);

        var parked = await Should.ThrowAsync<ProjectionParkedException>(folded.Run(Cancel));

        parked.Position.ShouldBe(3);
        parked.LogIsDamaged.ShouldBeTrue();
        parked.Reason.ShouldStartWith($"/data/log.db is damaged: blob {hash}");
        parked.Reason.ShouldContain("restore log.db from a backup");
        (await Should.ThrowAsync<ProjectionParkedException>(folded.Models.WaitForAsync(4, Cancel))).LogIsDamaged.ShouldBeTrue();
        (await folded.Models.Segments.ReadAsync(story.Dataset, new TableQuery(), Cancel)).Length.ShouldBe(1);
    }

    [Fact]
    public async Task A_generation_of_another_fold_version_is_rebuilt_by_replay_at_start()
    {
        var story = Histories.Long();
        using var folded = await Folded.UpToHead(story.Log);
        var before = await Histories.Show(folded.Models, story.Dataset, null);
        Histories.Sql(folded, "UPDATE generation SET fold_version = fold_version + 1");
        folded.Reopen();
        folded.Models.Position.ShouldBe(0);
        await folded.CatchUp();
        (await Histories.Show(folded.Models, story.Dataset, null)).ShouldBe(before);
        File.ReadAllText(Path.Combine(folded.Folder, "readmodels", "current")).ShouldBe("2");
    }

    /// <summary>As fold version 2 had them: the properties' schema and the timelines in each layer's row, no shapes.</summary>
    [Fact]
    public async Task A_generation_of_another_layout_is_not_shown_and_is_rebuilt_by_itself()
    {
        var story = Histories.Long();
        using var folded = await Folded.UpToHead(story.Log);
        var before = await Histories.Show(folded.Models, story.Dataset, null);
        Histories.Sql(
            folded,
            """
            DROP TABLE layer_shapes; DROP TABLE dataset_shapes;
            ALTER TABLE layers RENAME COLUMN shape TO property_schema; ALTER TABLE layers RENAME COLUMN times TO index_ranges;
            ALTER TABLE generation DROP COLUMN layout_version; DROP TABLE fence;
            UPDATE generation SET fold_version = 2
            """);
        folded.Reopen();
        (await folded.Models.Entries.ListAsync([DatasetKind.Recording], Cancel)).ShouldBeEmpty("this program cannot read those tables");
        await folded.CatchUp();
        (await Histories.Show(folded.Models, story.Dataset, null)).ShouldBe(before);
    }

    [Fact]
    public async Task A_file_that_is_no_read_model_is_replaced_by_a_replay()
    {
        var story = Histories.Long();
        using var folded = await Folded.UpToHead(story.Log);
        var before = await Histories.Show(folded.Models, story.Dataset, null);
        folded.Models.Dispose();
        await File.WriteAllTextAsync(Path.Combine(folded.Folder, "readmodels", "generation-1.db"), new string('x', 9_000), Cancel);
        folded.Reopen();
        await folded.CatchUp();
        (await Histories.Show(folded.Models, story.Dataset, null)).ShouldBe(before);
    }

    [Fact]
    public async Task A_query_that_fails_halfway_leaves_no_old_view_behind()
    {
        var story = Histories.Long();
        using var folded = await Folded.UpToHead(story.Log);
        using (var scope = folded.Models.CatalogTables.Read())
        {
            scope.Database.Prepare("SELECT segment FROM layers").Step().ShouldBeTrue();
        }

        story.Register("z", "base", "late");
        await folded.CatchUp();
        (await folded.Models.Segments.ReadAsync(story.Dataset, new TableQuery(["z"]), Cancel)).Length.ShouldBe(1);
    }

    [Fact]
    public async Task A_query_after_the_end_is_refused()
    {
        var story = Histories.Long();
        using var folded = await Folded.UpToHead(story.Log);
        folded.Models.Dispose();
        await Should.ThrowAsync<ObjectDisposedException>(folded.Models.Entries.ListAsync([], Cancel));
        folded.Reopen();
    }

    [Fact]
    public void A_broken_pointer_is_an_error_that_says_what_to_do()
    {
        var log = new FakeLog();
        using var folded = new Folded(log);
        folded.Models.Dispose();
        File.WriteAllText(Path.Combine(folded.Folder, "readmodels", "current"), "one\ntwo\n" + new string('x', 1_000));
        var message = Should.Throw<ReadModelStorageException>(() => ReadModels.Open(folded.Folder, log, NullLogger<ReadModels>.Instance)).Message;
        message.ShouldContain("found 'one�two�xxx");
        message.ShouldContain("rebuilt from the log");
        message.Length.ShouldBeLessThan(500);
        File.Delete(Path.Combine(folded.Folder, "readmodels", "current"));
    }

    [Fact]
    public async Task A_pointer_that_somebody_wrote_with_an_editor_is_read()
    {
        var story = Histories.Long();
        using var folded = await Folded.UpToHead(story.Log);
        folded.Models.Dispose();
        await File.AppendAllTextAsync(Path.Combine(folded.Folder, "readmodels", "current"), "\n", Cancel);
        folded.Reopen();
        (await folded.Models.Segments.ReadAsync(story.Dataset, new TableQuery(), Cancel)).Length.ShouldBePositive();
    }

    private static async Task<FoldBatch> Batch(FakeLog log, long after, int count)
    {
        var page = await log.ReadAsync(after, count, Cancel);
        var hashes = page.Events.Select(e => FoldedBlob.Of(e.Event)).OfType<Sha256Digest>().ToHashSet();
        return new FoldBatch(after, page.Events, page.NextPosition, await log.ReadBlobsAsync(hashes, Cancel));
    }
}
