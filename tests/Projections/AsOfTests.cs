using FsCheck;
using FsCheck.Fluent;
using Strata.Contracts;
using Strata.Projections.Folding;
using Strata.Projections.Running;
using Strata.Projections.Storage;
using Strata.Projections.Tests.Support;

namespace Strata.Projections.Tests;

public sealed class AsOfTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_tables_as_of_each_position_are_those_of_a_replay_up_to_it() => await EqualsReplays(Histories.Long());

    [Fact]
    public void The_tables_as_of_any_position_of_any_history_are_those_of_a_replay_up_to_it() =>
        Prop.ForAll(AnyHistories.Steps(), steps =>
        {
            EqualsReplays(AnyHistories.Told(steps)).GetAwaiter().GetResult(); // FsCheck calls properties synchronously
            return true;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(25));

    [Fact]
    public void However_a_log_is_cut_into_batches_and_restarts_the_rows_are_the_same() =>
        Prop.ForAll(AnyHistories.Steps(), Gen.Choose(1, 9).ToArbitrary(), (steps, batch) =>
        {
            InAnyBatches(AnyHistories.Told(steps), batch).GetAwaiter().GetResult(); // FsCheck calls properties synchronously
            return true;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(25));

    [Fact]
    public void A_rebuild_of_any_history_finds_no_difference_however_often_the_projections_were_restarted() =>
        Prop.ForAll(AnyHistories.Steps(), Gen.Choose(1, 9).ToArbitrary(), (steps, eventsBetween) =>
        {
            IsRebuilt(AnyHistories.Told(steps), eventsBetween).GetAwaiter().GetResult(); // FsCheck calls properties synchronously
            return true;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(25));

    [Fact]
    public async Task A_position_beyond_the_checkpoint_is_now()
    {
        var story = Histories.Long();
        using var folded = await Folded.UpToHead(story.Log);
        (await Histories.Show(folded.Models, story.Dataset, long.MaxValue - 1)).ShouldBe(await Histories.Show(folded.Models, story.Dataset, null));
    }

    private static async Task EqualsReplays(Story story)
    {
        using var folded = await Folded.UpToHead(story.Log);
        for (var position = 1L; position <= story.Log.Head; position++)
        {
            using var replayed = await Folded.UpToHead(story.Log.UpTo(position));
            (await Histories.Show(folded.Models, story.Dataset, position))
                .ShouldBe(await Histories.Show(replayed.Models, story.Dataset, null), $"as of {position}");
        }
    }

    private static async Task IsRebuilt(Story story, int eventsBetween)
    {
        var folder = Directory.CreateTempSubdirectory("strata-projections-");
        for (var position = (long)eventsBetween; position < story.Log.Head; position += eventsBetween)
        {
            using var stopped = await Folded.UpToHead(story.Log.UpTo(position), folder.FullName);
        }

        using (var folded = await Folded.UpToHead(story.Log, folder.FullName))
        {
            var live = await Histories.Show(folded.Models, story.Dataset, null);
            var rebuild = new Rebuild(folded.Models, story.Log);
            (await rebuild.RunAsync(verifyOnly: false, null, Cancel)).Differences.ShouldBeEmpty();
            (await Histories.Show(folded.Models, story.Dataset, null)).ShouldBe(live);
        }

        folder.Delete(recursive: true);
    }

    private static async Task InAnyBatches(Story story, int batch)
    {
        using var cut = new Folded(story.Log);
        using var whole = await Folded.UpToHead(story.Log);
        var path = Path.Combine(cut.Folder, "readmodels", "generation-1.db");
        for (var position = 0L; position < story.Log.Head;)
        {
            using var writer = Folding.GenerationWriter.OpenLive(CatalogProjection.Definition, path, token: 1);
            for (var i = 0; i < 3 && position < story.Log.Head; i++)
            {
                var page = await story.Log.ReadAsync(position, batch, CancellationToken.None);
                var hashes = page.Events.Select(e => FoldedBlob.Of(e.Event)).OfType<Sha256Digest>().ToHashSet();
                writer.Apply(new(position, page.Events, page.NextPosition, await story.Log.ReadBlobsAsync(hashes, CancellationToken.None)));
                position = page.NextPosition;
            }
        }

        using var left = SqliteDatabase.OpenReadWrite(path);
        using var right = SqliteDatabase.OpenReadWrite(Histories.LivePath(whole));
        GenerationComparison.Compare(CatalogProjection.Definition, left, right, CancellationToken.None).ShouldBeEmpty();
    }
}
