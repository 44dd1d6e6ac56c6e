using Strata.Projections.Folding;
using Strata.Projections.Storage;
using Strata.Projections.Tests.Support;

namespace Strata.Projections.Tests;

/// <summary>Only who holds the lease folds, and the tables themselves refuse who held it before.</summary>
public sealed class LeaseTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Who_lost_the_lease_steps_down_folds_nothing_and_folds_on_when_it_is_free_again()
    {
        var story = Histories.Long();
        using var folded = await Folded.UpToHead(story.Log);
        var time = new SteppedTime();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var running = folded.Run(time, stop.Token);
        await folded.Models.WaitForAsync(story.Register("x", "base", "mine"), Cancel);
        var before = folded.Models.Position;

        var other = story.Log.TakeLease(folded.Models.CatalogTables.LeaseName, "another");
        using (GenerationWriter.OpenLive(CatalogProjection.Definition, Histories.LivePath(folded), other.Token))
        {
            var next = story.Register("y", "base", "not mine");
            var pause = await time.NextPauseAsync(Cancel);
            folded.Models.CatalogTables.IsStandby.ShouldBeTrue();
            folded.Models.Position.ShouldBe(before);
            await story.Log.ReleaseAsync(other, Cancel);
            pause.End();
            await folded.Models.WaitForAsync(next, Cancel);
        }

        (await new Rebuild(folded.Models, story.Log).RunAsync(verifyOnly: true, null, Cancel)).Differences.ShouldBeEmpty();
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(running);
    }

    [Fact]
    public async Task Who_stands_by_and_cannot_read_which_tables_are_live_stands_still_and_says_why()
    {
        var story = Histories.Long();
        using var folded = await Folded.UpToHead(story.Log);
        var (time, tables) = (new SteppedTime(), folded.Models.CatalogTables);
        var running = folded.Run(time, Cancel);
        await folded.Models.WaitForAsync(story.Register("x", "base", "mine"), Cancel);

        var other = story.Log.TakeLease(tables.LeaseName, "another");
        using (GenerationWriter.OpenLive(CatalogProjection.Definition, Histories.LivePath(folded), other.Token))
        {
            story.Register("y", "base", "not mine");
            var pause = await time.NextPauseAsync(Cancel);
            await File.WriteAllTextAsync(Path.Combine(tables.Files.Folder, "current"), "garbled", Cancel);
            pause.End();

            (await Should.ThrowAsync<ProjectionParkedException>(running)).Reason.ShouldContain("expected the number of a generation, found 'garbled'");
        }
    }

    [Fact]
    public async Task A_lower_token_is_refused_in_the_transaction_of_its_write_and_a_swap_carries_the_fence_on()
    {
        var story = Histories.Long();
        using var folded = await Folded.UpToHead(story.Log);
        var path = Histories.LivePath(folded);
        using (var slow = GenerationWriter.OpenLive(CatalogProjection.Definition, path, token: 2))
        {
            GenerationWriter.OpenLive(CatalogProjection.Definition, path, token: 3).Dispose();
            var batch = new FoldBatch(story.Log.Head, [], story.Log.Head + 1, new Dictionary<Contracts.Sha256Digest, ReadOnlyMemory<byte>>());
            Should.Throw<FencedOffException>(() => slow.Apply(batch)).Message.ShouldContain("token 2 of the lease is refused, a later holder with token 3");
        }

        await new Rebuild(folded.Models, story.Log).RunAsync(verifyOnly: false, null, Cancel);

        Histories.LivePath(folded).ShouldNotBe(path);
        Should.Throw<FencedOffException>(() => GenerationWriter.OpenLive(CatalogProjection.Definition, Histories.LivePath(folded), token: 2));
    }

    [Fact]
    public async Task Who_has_nothing_to_fold_writes_no_lease()
    {
        var story = Histories.Long();
        using var folded = await Folded.UpToHead(story.Log);
        var writes = story.Log.LeaseWrites;
        folded.Reopen();

        await folded.CatchUp();

        story.Log.LeaseWrites.ShouldBe(writes);
        story.Register("z", "base", "late");
        await folded.CatchUp();
        story.Log.LeaseWrites.ShouldBe(writes + folded.Models.Projections.Count);
    }
}
