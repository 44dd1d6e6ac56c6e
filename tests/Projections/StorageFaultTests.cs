using Strata.Contracts;
using Strata.Projections.Storage;
using Strata.Projections.Tests.Support;

namespace Strata.Projections.Tests;

/// <summary>What the disk refuses is tried again; only an event that cannot be folded parks.</summary>
public sealed class StorageFaultTests
{
    private const int Segments = 2_000;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_full_disk_is_tried_again_until_there_is_room_and_waiters_are_told_meanwhile()
    {
        var story = Filled();
        using var folded = new Folded(story.Log);
        var pages = 0L;
        folded.Models.CatalogTables.WriterOpened = database => database.Execute($"PRAGMA max_page_count = {pages}");
        pages = 1; // SQLite takes it for the size that the file has.
        var time = new SteppedTime();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var waiting = folded.Models.WaitForAsync(story.Log.Head, Cancel);
        var running = folded.Run(time, stop.Token);

        var lengths = new List<TimeSpan>();
        for (var i = 0; i < 3; i++)
        {
            var pause = await time.NextPauseAsync(Cancel);
            lengths.Add(pause.Length);
            if (i < 2)
            {
                folded.Models.Standstill.ShouldBeNull("a short fault is nobody's concern");
                pause.End();
                continue;
            }

            var lag = await Should.ThrowAsync<ProjectionLagException>(waiting);
            lag.Reason.ShouldContain("the disk is full");
            (await Should.ThrowAsync<ProjectionLagException>(folded.Models.WaitForChangeAsync(folded.Models.Position, Cancel))).Reason.ShouldBe(lag.Reason);
            folded.Models.Standstill.ShouldNotBeNull().ShouldContain("the disk is full");
            var change = FirstChangeAsync(folded.Models);
            pages = int.MaxValue;
            pause.End();
            await change;
        }

        lengths.ShouldBe(lengths.Order());
        lengths[2].ShouldBeGreaterThan(lengths[0]);
        await folded.Models.WaitForAsync(story.Log.Head, Cancel);
        folded.Models.Standstill.ShouldBeNull();
        (await folded.Models.Segments.ReadAsync(story.Dataset, new TableQuery(), Cancel)).Length.ShouldBe(Segments);
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(running);
    }

    [Fact]
    public async Task Who_waits_after_the_disk_has_room_again_is_not_told_of_before_and_need_not_wait_out_the_pause()
    {
        var story = Filled();
        using var folded = new Folded(story.Log);
        var isFull = true;
        folded.Models.CatalogTables.WriterOpened = _ =>
        {
            if (isFull)
            {
                throw new ReadModelStorageException("the disk is full", isTransient: true);
            }
        };
        var time = new SteppedTime();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var running = folded.Run(time, stop.Token);
        for (var i = 0; i < 7; i++)
        {
            (await time.NextPauseAsync(Cancel)).End();
        }

        var longer = await time.NextPauseAsync(Cancel);
        var told = folded.Models.WaitForAsync(story.Log.Head, Cancel);
        var shorter = await time.NextPauseAsync(Cancel);
        shorter.Length.ShouldBeLessThan(longer.Length);
        told.IsCompleted.ShouldBeFalse("another attempt is what it is told of");
        shorter.End();
        (await Should.ThrowAsync<ProjectionLagException>(told)).Reason.ShouldContain("the disk is full");

        await time.NextPauseAsync(Cancel);
        isFull = false;
        var waiting = folded.Models.WaitForAsync(story.Log.Head, Cancel);
        (await time.NextPauseAsync(Cancel)).End();
        await waiting;
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(running);
    }

    [Fact]
    public async Task The_pause_between_attempts_is_bounded()
    {
        var story = Filled();
        using var folded = new Folded(story.Log);
        folded.Models.CatalogTables.WriterOpened = _ => throw new ReadModelStorageException("the disk is full", isTransient: true);
        var time = new SteppedTime();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var running = folded.Run(time, stop.Token);
        for (var i = 0; i < 40; i++)
        {
            var pause = await time.NextPauseAsync(Cancel);
            pause.Length.ShouldBeLessThanOrEqualTo(TimeSpan.FromSeconds(15));
            pause.End();
        }

        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(running);
    }

    [Fact]
    public async Task A_generation_that_cannot_be_opened_for_the_moment_is_not_thrown_away()
    {
        var story = Filled();
        using var folded = await Folded.UpToHead(story.Log);
        var path = Path.Combine(folded.Folder, "readmodels", "generation-1.db");
        folded.Models.Dispose();
        Directory.CreateDirectory(path + "-wal");

        Should.Throw<ReadModelStorageException>(folded.Reopen).IsTransient.ShouldBeTrue();

        Directory.Delete(path + "-wal");
        folded.Reopen();
        // The checkpoint counts once a question was asked: until then it might be of another log. No runner is there to fold anything anew.
        (await folded.Models.Entries.ListAsync([DatasetKind.Recording], TestContext.Current.CancellationToken)).ShouldHaveSingleItem();
        folded.Models.Position.ShouldBe(story.Log.Head);
    }

    private static Story Filled()
    {
        var story = new Story(new FakeLog());
        story.Create();
        for (var i = 0; i < Segments; i++)
        {
            story.Register($"s{i}", "base", $"content {i}");
        }

        return story;
    }

    /// <summary>During a lag every wait ends at once with its reason; the position is what changes first.</summary>
    private static async Task FirstChangeAsync(ReadModels models)
    {
        var before = models.Position;
        while (models.Position == before)
        {
            await Task.Yield();
        }
    }
}
