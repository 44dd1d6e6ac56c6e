using Strata.Projections.Running;
using Strata.Projections.Tests.Support;

namespace Strata.Projections.Tests;

/// <summary>A program whose folds give other results than those that made the tables.</summary>
public sealed class OlderFoldsTests
{
    private const string NameOfOlderFolds = "as older folds named it";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Tables_of_older_folds_serve_until_new_ones_beside_them_have_caught_up()
    {
        var story = Histories.Long();
        using var folded = await Folded.UpToHead(story.Log);
        var before = await Histories.Show(folded.Models, story.Dataset, null);
        Histories.Sql(folded, $"UPDATE generation SET fold_version = fold_version - 1; UPDATE datasets SET name = '{NameOfOlderFolds}'");
        folded.Reopen();
        var control = new TablesControl(folded.Models.CatalogTables, story.Log);
        await folded.Models.WaitUntilServingAsync(story.Log.Head, Cancel);
        story.Log.Unreadable = story.Log.Head; // holds the replay up
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var running = folded.Runner(TimeProvider.System).KeepRunningAsync(stop.Token);

        await Should.ThrowAsync<ProjectionParkedException>(folded.Models.WaitForAsync(story.Log.Head, Cancel));

        (await folded.Models.Entries.FindAsync(NameOfOlderFolds, Cancel)).ShouldNotBeNull("the old tables serve");
        (await control.ReadStatusAsync(Cancel)).Position.ShouldBe(story.Log.Head, "as of their checkpoint");
        story.Log.Unreadable = null;
        (await control.ResumeAsync(Cancel)).Generation.ShouldBe(2);
        (await folded.Models.Entries.FindAsync(NameOfOlderFolds, Cancel)).ShouldBeNull();
        (await Histories.Show(folded.Models, story.Dataset, null)).ShouldBe(before);
        (await control.ReadStatusAsync(Cancel)).Generations.Select(g => (g.Number, g.Use)).ShouldBe([(1, GenerationUse.Old), (2, GenerationUse.Live)]);
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(running);
    }

    [Fact]
    public async Task Who_waits_for_an_event_waits_for_the_new_tables()
    {
        var story = Histories.Long();
        using var folded = await Folded.UpToHead(story.Log);
        Histories.Sql(folded, "UPDATE generation SET fold_version = fold_version - 1");
        folded.Reopen();
        var waiting = folded.Models.WaitForAsync(1, Cancel);
        (await folded.Models.Entries.ListAsync([DatasetKindOfRecordings], Cancel)).ShouldNotBeEmpty();
        waiting.IsCompleted.ShouldBeFalse();

        await folded.CatchUp();

        await waiting;
        (await new TablesControl(folded.Models.CatalogTables, story.Log).ReadStatusAsync(Cancel)).Generation.ShouldBe(2);
    }

    private const Contracts.DatasetKind DatasetKindOfRecordings = Contracts.DatasetKind.Recording;
}
