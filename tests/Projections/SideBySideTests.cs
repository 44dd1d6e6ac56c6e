using Strata.Contracts;
using Strata.Projections.Tests.Support;

namespace Strata.Projections.Tests;

/// <summary>Projections follow the log side by side: what stops one stops no other.</summary>
public sealed class SideBySideTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_event_that_stops_the_catalog_leaves_robots_and_quarantine_following()
    {
        var story = new Story(new FakeLog());
        story.Create();
        var poison = story.Log.Append(new LayerUnregistered(story.Dataset, "a", "labels", Story.Hash("x"), "asked", Story.Person));
        story.Sender = Story.Robot("r1");
        story.Quarantine("broken");
        using var folded = new Folded(story.Log);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var running = folded.Runner(TimeProvider.System).KeepRunningAsync(stop.Token);

        await folded.Models.Fleet.WaitForAsync(story.Log.Head, Cancel);

        (await folded.Models.Fleet.ReadAsync(asOf: null, Cancel)).ShouldHaveSingleItem().Quarantined.ShouldBe(1);
        (await Should.ThrowAsync<ProjectionParkedException>(folded.Models.WaitForAsync(story.Log.Head, Cancel))).Message
            .ShouldStartWith($"the read models stand still before position {poison}: ");
        await ShouldBeAsync(folded, ("catalog", ProjectionState.Parked, poison - 1), ("fleet", ProjectionState.Current, story.Log.Head));
        await EndAsync(stop, running);
    }

    [Fact]
    public async Task An_event_that_stops_the_fleet_is_told_to_who_asks_for_it_and_to_nobody_who_registers()
    {
        var story = new Story(new FakeLog());
        story.Create();
        var poison = story.Log.Append(new RecordingReleased(Story.Hash("nobody put it there"), story.Dataset, false, Story.Person));
        using var folded = new Folded(story.Log);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var running = folded.Runner(TimeProvider.System).KeepRunningAsync(stop.Token);

        await folded.Models.WaitForAsync(story.Register("a", "base", "one"), Cancel);

        (await Should.ThrowAsync<ProjectionParkedException>(folded.Models.Quarantine.WaitForAsync(story.Log.Head, Cancel))).Message
            .ShouldStartWith($"the tables of robots and quarantine stand still before position {poison}: ");
        folded.Models.Standstill.ShouldBeNull("the catalog serves");
        folded.Models.FleetStandstill.ShouldNotBeNull().ShouldContain("robots and quarantine");
        await ShouldBeAsync(folded, ("catalog", ProjectionState.Current, story.Log.Head), ("fleet", ProjectionState.Parked, poison - 1));
        (await Should.ThrowAsync<ProjectionParkedException>(new ProjectionControl(folded.Models, story.Log).ResumeAsync(Cancel))).Position.ShouldBe(poison, "nothing was mended");
        await folded.Models.WaitForAsync(story.Register("b", "base", "two"), Cancel);
        await EndAsync(stop, running);
    }

    [Fact]
    public async Task A_rebuild_makes_each_projection_anew_though_another_one_cannot_be_made()
    {
        var story = new Story(new FakeLog());
        story.Create();
        story.Register("a", "base", "one");
        using var folded = await Folded.UpToHead(story.Log);
        story.Log.Append(new RecordingReleased(Story.Hash("nobody put it there"), story.Dataset, false, Story.Person));

        (await Should.ThrowAsync<ProjectionParkedException>(new Rebuild(folded.Models, story.Log).RunAsync(verifyOnly: false, null, Cancel))).Message.ShouldContain("robots and quarantine");

        folded.Models.Projections.Select(tables => (tables.Projection.Name, tables.LiveNumber)).ShouldBe([("catalog", 2), ("fleet", 1)]);
    }

    [Fact]
    public async Task A_purged_verdict_is_in_no_table_of_robots_any_more()
    {
        var story = new Story(new FakeLog()) { Sender = Story.Robot("r1") };
        story.Create();
        story.Register("a", "base", "one");
        story.Register("a", "verdict", "declared", Schemas.Error, Schemas.Declared(true));
        var judged = story.Log.Head;
        using var folded = await Folded.UpToHead(story.Log);
        var blob = story.Layer("a", "verdict").PropertiesBlob!.Value;
        foreach (var layer in (string[])["verdict", "base"])
        {
            story.Unregister("a", layer, "purged");
        }

        story.Log.Append(new RecordingPurged(story.Dataset, "a", "asked", [new("base", Story.Hash("one"), null)], Story.Person));
        story.Log.RemoveBlob(blob);

        await folded.CatchUp();

        (await folded.Models.Fleet.ReadAsync(judged, Cancel)).ShouldHaveSingleItem().ShouldSatisfyAllConditions(r => r.Segments.ShouldBe(1), r => r.Good.ShouldBe(0, "it was among the properties"));
        (await new Rebuild(folded.Models, story.Log).RunAsync(verifyOnly: true, null, Cancel)).Differences.ShouldBeEmpty();
    }

    private static async Task ShouldBeAsync(Folded folded, params (string Name, ProjectionState State, long Position)[] expected) =>
        (await new ProjectionControl(folded.Models, folded.Log).ReadStatusAsync(Cancel)).Select(s => (s.Name, s.State, s.Position)).ShouldBe(expected);

    private static async Task EndAsync(CancellationTokenSource stop, Task running)
    {
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(running);
    }
}
