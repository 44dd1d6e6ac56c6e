using FsCheck;
using FsCheck.Fluent;
using Strata.Contracts;
using Strata.Projections.Folding;
using Strata.Projections.Running;
using Strata.Projections.Storage;
using Strata.Projections.Tests.Support;

namespace Strata.Projections.Tests;

/// <summary>Stretches of the log that come to the folds twice, late, too early or not at all, between restarts and rebuilds.</summary>
public sealed class DeliveryScheduleTests
{
    private const long Token = 1;
    private const int Farthest = 6;
    private const int Longest = 5;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private enum Kind
    {
        Deliver,
        Restart,
        Rebuild,
    }

    /// <param name="Offset">Where the stretch begins, seen from where the tables stand: before them it comes again, behind them something is missing.</param>
    /// <param name="Length">In events.</param>
    private sealed record Step(Kind Kind, int Offset, int Length);

    [Fact]
    public void Whatever_comes_twice_late_early_or_not_at_all_the_tables_are_the_fold_of_the_log_then_and_as_of_each_position() =>
        Prop.ForAll(AnyHistories.Steps(), Schedules(), (steps, schedule) =>
        {
            CheckAsync(AnyHistories.Told(steps), schedule).GetAwaiter().GetResult(); // FsCheck calls properties synchronously
            return true;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(25));

    [Fact]
    public async Task What_does_not_follow_is_refused_says_what_is_missing_and_changes_nothing()
    {
        var story = Histories.Long();
        using var folded = new Folded(story.Log);
        await folded.Models.CatalogTables.StartFollowingAsync(Cancel);
        await folded.Models.CatalogTables.FoldAsync(await StretchAsync(story.Log, 0, 3), Token, Cancel);
        var early = await StretchAsync(story.Log, 5, 2);

        (await Should.ThrowAsync<FoldException>(folded.Models.CatalogTables.FoldAsync(early, Token, Cancel))).Message
            .ShouldBe("expected what follows position 3 of the log, found what follows 5: what lies between would be missing. Nothing of it was folded; go on from position 3");

        folded.Models.Position.ShouldBe(3);
        await folded.Models.CatalogTables.FoldAsync(await StretchAsync(story.Log, 3, 2), Token, Cancel);
        await folded.Models.CatalogTables.FoldAsync(early, Token, Cancel);
        folded.Models.Position.ShouldBe(7);
    }

    private static Arbitrary<Step[]> Schedules() =>
        (from kind in Gen.Frequency((8, Gen.Constant(Kind.Deliver)), (1, Gen.Constant(Kind.Restart)), (1, Gen.Constant(Kind.Rebuild)))
         from offset in Gen.Choose(-Farthest, Farthest)
         from length in Gen.Choose(1, Longest)
         select new Step(kind, offset, length)).ArrayOf(20).ToArbitrary();

    private static async Task CheckAsync(Story story, Step[] schedule)
    {
        using var folded = new Folded(story.Log);
        await folded.Models.CatalogTables.StartFollowingAsync(Cancel);
        foreach (var step in schedule)
        {
            await TakeAsync(folded, story.Log, step);
        }

        // What was lost comes in the end: the feed reads on from where the tables stand.
        await folded.Models.CatalogTables.StopFollowingAsync();
        await folded.CatchUp();
        using var whole = await Folded.UpToHead(story.Log);
        ShouldBeEqual(folded, whole);
        (await new Rebuild(folded.Models, story.Log).RunAsync(verifyOnly: true, null, Cancel)).Differences.ShouldBeEmpty();
        foreach (var position in schedule.Select(s => (((s.Offset + Farthest) * story.Log.Head) / (2 * Farthest)) + 1).Where(p => p <= story.Log.Head).Distinct().Take(3))
        {
            using var first = await Folded.UpToHead(story.Log.UpTo(position));
            (await Histories.Show(folded.Models, story.Dataset, position)).ShouldBe(await Histories.Show(first.Models, story.Dataset, null), $"as of {position}");
        }
    }

    private static async Task TakeAsync(Folded folded, FakeLog log, Step step)
    {
        switch (step.Kind)
        {
            case Kind.Deliver:
                var stands = folded.Models.Position;
                var stretch = await StretchAsync(log, Math.Clamp(stands + step.Offset, 0, log.Head), step.Length);
                if (stretch.FromPosition > stands)
                {
                    await Should.ThrowAsync<FoldException>(folded.Models.CatalogTables.FoldAsync(stretch, Token, Cancel));
                    folded.Models.Position.ShouldBe(stands);
                }
                else
                {
                    await folded.Models.CatalogTables.FoldAsync(stretch, Token, Cancel);
                    folded.Models.Position.ShouldBe(Math.Max(stands, stretch.NextPosition));
                }

                break;
            case Kind.Restart:
                folded.Reopen();
                await folded.Models.CatalogTables.StartFollowingAsync(Cancel);
                break;
            default:
                (await new Rebuild(folded.Models, log).RunAsync(verifyOnly: false, null, Cancel)).Differences.ShouldBeEmpty();
                break;
        }
    }

    private static async Task<FoldBatch> StretchAsync(FakeLog log, long after, int count)
    {
        var page = await log.ReadAsync(after, count, Cancel);
        var hashes = page.Events.Select(e => FoldedBlob.Of(e.Event)).OfType<Sha256Digest>().ToHashSet();
        return new FoldBatch(after, page.Events, page.NextPosition, await log.ReadBlobsAsync(hashes, Cancel));
    }

    private static void ShouldBeEqual(Folded one, Folded other)
    {
        foreach (var (mine, whole) in one.Models.Projections.Zip(other.Models.Projections))
        {
            using var left = SqliteDatabase.OpenReadWrite(Histories.LivePath(mine));
            using var right = SqliteDatabase.OpenReadWrite(Histories.LivePath(whole));
            GenerationComparison.Compare(mine.Projection, left, right, Cancel).ShouldBeEmpty();
        }
    }
}
