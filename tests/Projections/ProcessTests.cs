using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Strata.Projections.Folding;
using Strata.Projections.Running;
using Strata.Projections.Tests.Support;

namespace Strata.Projections.Tests;

/// <summary>Processes that fold are stopped, resumed and killed: no event is lost, none is folded twice.</summary>
public sealed class ProcessTests
{
    /// <summary>Nobody waits for it to lapse: the process that has it is stopped.</summary>
    private const string ShortLeaseMs = "60";

    private const string LongLeaseMs = "600000";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Who_was_stopped_past_its_lease_is_refused_when_it_wakes_and_another_has_folded_on()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "stopping and resuming a process needs Linux's signals");
        await using var log = await RealLog.CreateAsync();
        var story = Histories.Long();
        await log.AppendAsync(story.Log);
        var head = story.Log.Head;
        await using var first = ProjectorProcess.Start("follow", log.Folder, "first", ShortLeaseMs, Text(head));
        await first.LineAsync($"at {Text(head)}");

        // One event at a time, until the first process has renewed its lease for one of them and stands between that and its write.
        var leased = first.LineAsync("leased");
        while (!leased.IsCompleted)
        {
            head = await log.RenameAsync(story.Dataset, $"arms {Text(head)}");
        }

        await leased;
        await first.SignalAsync("STOP");
        await using var second = ProjectorProcess.Start("follow", log.Folder, "second", LongLeaseMs);
        await second.LineAsync($"at {Text(head)}");

        await first.SignalAsync("CONT");
        await first.GoOnAsync();

        var refusal = await first.LineAsync("log: The read models are left to another process");
        refusal.ShouldContain("token 1 of the lease is refused, a later holder with token 2 writes here");
        head = await log.RenameAsync(story.Dataset, "arms of two processes");
        await second.LineAsync($"at {Text(head)}");
        await first.LineAsync($"at {Text(head)}");
        await ShouldEqualReplayAsync(log, head);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(30)]
    public async Task Killed_between_the_rows_and_the_commit_a_process_loses_and_doubles_nothing(int folded)
    {
        await using var log = await RealLog.CreateAsync();
        var story = Histories.Long();
        await log.AppendAsync(story.Log.UpTo(folded));
        using (await Folded.UpToHead(log.Store, log.Folder))
        {
            await log.AppendAsync(story.Log.From(folded));
        }

        await using (var dying = ProjectorProcess.Start("die-before-commit", log.Folder, Text(story.Log.Head)))
        {
            (await dying.EndAsync()).ShouldBe(137, "it should have been killed");
        }

        using (var models = ReadModels.Open(log.Folder, log.Store, NullLogger<ReadModels>.Instance))
        {
            await models.WaitUntilServingAsync(0, Cancel);
            models.Position.ShouldBe(folded, "nothing of the batch may be there");
        }

        await using (var next = ProjectorProcess.Start("follow", log.Folder, "next", LongLeaseMs))
        {
            await next.LineAsync($"at {Text(story.Log.Head)}");
        }

        await ShouldEqualReplayAsync(log, story.Log.Head);
    }

    [Fact]
    public async Task A_rebuild_that_was_killed_goes_on_from_its_last_commit()
    {
        const int Events = 40_000;
        const int KilledAt = 20_000;
        await using var log = await RealLog.CreateAsync();
        var story = Histories.Long();
        await log.AppendAsync(story.Log);
        await log.AppendManyAsync(story.Dataset, Events);
        var head = await log.Store.HeadAsync(Cancel);
        using var folded = await Folded.UpToHead(log.Store, log.Folder);

        await using (var dying = ProjectorProcess.Start("rebuild", log.Folder, Text(KilledAt)))
        {
            (await dying.EndAsync()).ShouldBe(137, "it should have been killed");
        }

        var control = new TablesControl(folded.Models.CatalogTables, log.Store);
        (await control.ReadStatusAsync(Cancel)).Generations.Select(g => (g.Number, g.Use)).ShouldBe([(1, GenerationUse.Live), (2, GenerationUse.Unfinished)]);
        var report = await new Rebuild(folded.Models, log.Store).RunAsync(verifyOnly: false, null, Cancel);

        report.ResumedFrom.ShouldBeInRange(GenerationWriter.ReplayCommitEvents, KilledAt);
        report.Events.ShouldBe(head - report.ResumedFrom);
        report.Differences.ShouldBeEmpty();
        (await control.ReadStatusAsync(Cancel)).Generations.Select(g => (g.Number, g.Use)).ShouldBe([(1, GenerationUse.Old), (2, GenerationUse.Live)]);
        await ShouldEqualReplayAsync(log, head);
    }

    private static async Task ShouldEqualReplayAsync(RealLog log, long head)
    {
        using var models = ReadModels.Open(log.Folder, log.Store, NullLogger<ReadModels>.Instance);
        await models.WaitForAsync(head, Cancel);
        (await new Rebuild(models, log.Store).RunAsync(verifyOnly: true, null, Cancel)).Differences.ShouldBeEmpty();
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
