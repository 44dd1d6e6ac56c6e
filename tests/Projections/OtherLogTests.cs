using Microsoft.Extensions.Logging;
using Strata.Contracts;
using Strata.Projections.Tests.Support;

namespace Strata.Projections.Tests;

/// <summary>Read models that lie beside a log which they were not folded from: log.db restored alone, or a checkpoint that was changed.</summary>
public sealed class OtherLogTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Read_models_ahead_of_a_restored_log_are_made_anew_and_see_what_is_registered_next()
    {
        var story = Histories.Long();
        using var folded = await Folded.UpToHead(story.Log);
        var restored = story.Log.UpTo(6);

        await ShouldBeMadeAnew(folded.Folder, restored, story.Dataset, "the log ends at 6", projections: 2);
    }

    [Fact]
    public async Task Read_models_of_another_log_of_the_same_length_are_made_anew()
    {
        using var folded = await Folded.UpToHead(Histories.Long().Log);
        var other = Histories.Long();
        other.Log.Head.ShouldBe(folded.Models.Position);

        await ShouldBeMadeAnew(folded.Folder, other.Log, other.Dataset, "they belong to another log", projections: 2);
    }

    [Theory]
    [InlineData("position = position + 1000", "the log ends at")]
    [InlineData("position = position - 1", "contradicts itself")]
    [InlineData("position = 5", "contradicts itself")]
    [InlineData("last_event_position = 5", "the last event they hold is")]
    [InlineData("fold_version = 99", "version 99 of the folds")]
    [InlineData("layout_version = 99", "layout version 99")]
    public async Task A_changed_checkpoint_is_a_difference_and_a_start_or_a_rebuild_mends_it(string change, string words)
    {
        var story = Histories.Long();
        using var folded = await Folded.UpToHead(story.Log);
        folded.Models.Dispose();
        Histories.Sql(folded, $"UPDATE generation SET {change}");

        using (var models = ReadModels.Open(folded.Folder, story.Log, new Warnings()))
        {
            var rebuild = new Rebuild(models, story.Log);
            (await rebuild.RunAsync(verifyOnly: true, null, Cancel)).Differences.ShouldContain(d => d.Table == "generation");
            (await rebuild.RunAsync(verifyOnly: true, null, Cancel)).Differences.ShouldContain(d => d.Table == "generation");
            (await rebuild.RunAsync(verifyOnly: false, null, Cancel)).Events.ShouldBe(story.Log.Head);
            (await rebuild.RunAsync(verifyOnly: true, null, Cancel)).Differences.ShouldBeEmpty();
            models.Position.ShouldBe(story.Log.Head);
        }

        Histories.Sql(folded, $"UPDATE generation SET {change}");
        await ShouldBeMadeAnew(folded.Folder, story.Log, story.Dataset, words, projections: 1);
    }

    /// <param name="projections">How many of them are wrong.</param>
    private static async Task ShouldBeMadeAnew(string folder, FakeLog log, DatasetId dataset, string words, int projections)
    {
        var warnings = new Warnings();
        using var whole = await Folded.UpToHead(log);
        using var models = ReadModels.Open(folder, log, warnings);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var runner = new ProjectionRunner(
            models, log, log, new RunnerOptions("test"), TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger<ProjectionRunner>.Instance);
        var running = runner.RunAsync(stop.Token);
        await models.WaitForAsync(log.Head, Cancel);
        await models.Fleet.WaitForAsync(log.Head, Cancel);
        (await Histories.Show(models, dataset, null)).ShouldBe(await Histories.Show(whole.Models, dataset, null));
        var next = log.Append(new DatasetCreated(new DatasetId(Guid.NewGuid().ToString("D")), "next", KeepMode.Copy));
        await models.WaitForAsync(next, Cancel);
        (await models.Entries.FindAsync("next", Cancel)).ShouldNotBeNull();
        warnings.Messages.Select(m => m.Contains(words, StringComparison.Ordinal)).ShouldBe(Enumerable.Repeat(true, projections));
        var rebuild = new Rebuild(models, log);
        (await rebuild.RunAsync(verifyOnly: true, null, Cancel)).Differences.ShouldBeEmpty();
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(running);
    }

    private sealed class Warnings : ILogger<ReadModels>
    {
        public List<string> Messages { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Messages.Add(formatter(state, exception));
    }
}
