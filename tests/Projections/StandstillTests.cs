using Strata.Contracts;
using Strata.Projections.Running;
using Strata.Projections.Tests.Support;

namespace Strata.Projections.Tests;

/// <summary>What an on-call engineer sees of projections that stand still, and what helps.</summary>
public sealed class StandstillTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Parked_projections_go_on_from_their_event_when_somebody_resumes_them()
    {
        var story = Histories.Long();
        story.Log.Unreadable = 17;
        using var folded = new Folded(story.Log);
        var control = new TablesControl(folded.Models.CatalogTables, story.Log);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var running = folded.Runner(TimeProvider.System).KeepRunningAsync(stop.Token);
        await Should.ThrowAsync<ProjectionParkedException>(folded.Models.WaitForAsync(story.Log.Head, Cancel));

        var parked = await control.ReadStatusAsync(Cancel);

        parked.State.ShouldBe(ProjectionState.Parked);
        (parked.Position, parked.Head, parked.Lag).ShouldBe((16, story.Log.Head, story.Log.Head - 16));
        parked.Event.ShouldBe(new ParkedEvent(17, "event_of_tomorrow", null));
        parked.Reason.ShouldNotBeNull().ShouldContain("needs a newer version");
        folded.Models.Standstill.ShouldNotBeNull().ShouldContain("'strata projections resume'");
        (await Should.ThrowAsync<ProjectionParkedException>(control.ResumeAsync(Cancel))).Position.ShouldBe(17, "nothing was mended");

        story.Log.Unreadable = null;
        var resumed = await control.ResumeAsync(Cancel);

        (resumed.State, resumed.Position, resumed.Lag, resumed.Reason).ShouldBe((ProjectionState.Current, story.Log.Head, 0, null));
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(running);
        (await control.ReadStatusAsync(Cancel)).State.ShouldBe(ProjectionState.Stopped);
    }

    [Fact]
    public async Task An_event_that_does_not_fit_is_told_with_its_position_type_and_stream()
    {
        var story = new Story(new FakeLog());
        story.Create();
        var poison = story.Log.Append(new LayerUnregistered(story.Dataset, "a", "labels", Story.Hash("x"), "asked", Story.Person));
        using var folded = new Folded(story.Log);
        await Should.ThrowAsync<ProjectionParkedException>(folded.Run(Cancel));

        var status = await new TablesControl(folded.Models.CatalogTables, story.Log).ReadStatusAsync(Cancel);

        status.Event.ShouldBe(new ParkedEvent(poison, "layer_unregistered", StreamIds.Segment(story.Dataset, "a")));
    }
}
