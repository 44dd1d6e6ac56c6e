using Strata.Contracts;

namespace Strata.Registrar.Tests;

public sealed class BackfillTests
{
    [Fact]
    public async Task Of_a_rule_one_is_under_way_at_a_time_until_it_is_cancelled_or_finished()
    {
        await using var world = await World.OpenAsync();
        var dataset = await RuledAsync(world);
        var first = await world.Registrar.StartBackfillAsync(Start(dataset), World.Token);
        (await Should.ThrowAsync<CommandRefusedException>(() => world.Registrar.StartBackfillAsync(Start(dataset), World.Token))).Message.ShouldContain(first.BackfillId);

        await world.Registrar.SteerBackfillAsync(new(first.BackfillId, BackfillStep.Cancel, "asked", World.Someone), World.Token);
        var second = await world.Registrar.StartBackfillAsync(Start(dataset), World.Token);
        (await world.Registrar.AdmitBackfillAsync(Page(second, dataset, version: 1), World.Token)).ShouldNotBeNull();
        (await world.EventsAsync<BackfillFinished>()).ShouldHaveSingleItem();
        (await world.Registrar.StartBackfillAsync(Start(dataset), World.Token)).BackfillId.ShouldNotBe(second.BackfillId);
    }

    [Fact]
    public async Task Of_two_who_begin_one_at_once_one_is_refused()
    {
        await using var world = await World.OpenAsync();
        var dataset = await RuledAsync(world);
        var starts = Enumerable.Range(0, 8).Select(_ => world.Registrar.StartBackfillAsync(Start(dataset), World.Token)).ToList();
        await Task.WhenAll(starts).ContinueWith(_ => { }, TaskScheduler.Default);
        starts.Count(s => s.IsCompletedSuccessfully).ShouldBe(1);
        (await world.EventsAsync<BackfillStarted>()).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_page_is_admitted_once_whoever_asks_and_however_often()
    {
        await using var world = await World.OpenAsync();
        var dataset = await RuledAsync(world);
        var started = await world.Registrar.StartBackfillAsync(Start(dataset), World.Token);
        var page = Page(started, dataset, version: 1, "a", "b");
        var admitted = await world.Registrar.AdmitBackfillAsync(page, World.Token);
        (await world.Registrar.AdmitBackfillAsync(page, World.Token)).ShouldBe(admitted, "who never learned of the commit asks again");
        (await world.Registrar.AdmitBackfillAsync(page with { Segments = ["a"] }, World.Token)).ShouldBeNull("another driver looked at the same state and chose otherwise");
        (await world.EventsAsync<BackfillAdmitted>()).ShouldHaveSingleItem().Segments.ShouldBe(["a", "b"]);
    }

    [Fact]
    public async Task Nothing_is_admitted_once_it_was_paused_or_the_rule_has_another_revision()
    {
        await using var world = await World.OpenAsync();
        var dataset = await RuledAsync(world);
        var started = await world.Registrar.StartBackfillAsync(Start(dataset), World.Token);
        await world.Registrar.SteerBackfillAsync(new(started.BackfillId, BackfillStep.Pause, "asked", World.Someone), World.Token);
        (await world.Registrar.AdmitBackfillAsync(Page(started, dataset, version: 1, "a"), World.Token)).ShouldBeNull();

        await world.Registrar.SteerBackfillAsync(new(started.BackfillId, BackfillStep.Resume, "asked", World.Someone), World.Token);
        await world.Registrar.DeclareRuleAsync(new(dataset, new("r", "tracking_error", ["base"], "r", CanonicalJson.Parse("""{"joints":"0..2"}""")), World.Someone), World.Token);
        (await world.Registrar.AdmitBackfillAsync(Page(started, dataset, version: 3, "a"), World.Token)).ShouldBeNull();
        (await world.EventsAsync<BackfillAdmitted>()).ShouldBeEmpty();
    }

    [Fact]
    public async Task With_the_dataset_it_is_over()
    {
        await using var world = await World.OpenAsync();
        var dataset = await RuledAsync(world);
        var started = await world.Registrar.StartBackfillAsync(Start(dataset), World.Token);
        await world.Registrar.DeleteDatasetAsync(new(dataset, World.Someone), World.Token);
        (await world.Registrar.AdmitBackfillAsync(Page(started, dataset, version: 1, "a"), World.Token)).ShouldBeNull();
        await Should.ThrowAsync<CommandRefusedException>(() => world.Registrar.SteerBackfillAsync(new(started.BackfillId, BackfillStep.Pause, "asked", World.Someone), World.Token));
    }

    private static async Task<DatasetId> RuledAsync(World world)
    {
        var dataset = (await world.Registrar.CreateDatasetAsync(new("arms", KeepMode.Auto, [], World.Someone), World.Token)).Dataset;
        await world.Registrar.DeclareRuleAsync(new(dataset, new("r", "tracking_error", ["base"], "r", CanonicalJson.EmptyObject), World.Someone), World.Token);
        return dataset;
    }

    private static StartBackfill Start(DatasetId dataset) => new(dataset, "r", 1, "tracking_error", 1, Force: false, null, null, 2, World.Someone);

    private static AdmitBackfill Page(StartedBackfill started, DatasetId dataset, long version, params string[] segments) =>
        new(started.BackfillId, dataset, "r", 1, version, 0, 0, EquatableArray.Create<string>(segments));
}
