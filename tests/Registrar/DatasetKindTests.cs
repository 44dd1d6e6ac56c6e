using Strata.Contracts;
using Strata.Rrd;

namespace Strata.Registrar.Tests;

/// <summary>What each kind of dataset takes. Source: catalog-protocol §2.6, §5.1, §6.2.</summary>
public sealed class DatasetKindTests
{
    private const long MebiByte = 1 << 20;

    [Fact]
    public async Task A_blueprint_dataset_takes_the_blueprints_of_a_file_and_a_recording_dataset_its_recordings()
    {
        await using var world = await World.OpenAsync();
        var file = world.File("both.rrd", TestSupport.Recordings.Blueprint(recordingId: "run"));
        (await world.CallAsync(await world.CreateAsync(DatasetKind.Blueprint), OnDuplicate.Error, file)).Recordings.Single().Segment.ShouldBe("blueprint");
        (await world.CallAsync(await world.CreateAsync(), OnDuplicate.Error, file)).Recordings.Single().Segment.ShouldBe("run");
    }

    [Fact]
    public async Task An_asset_with_temporal_data_fails_alone()
    {
        await using var world = await World.OpenAsync();
        var outcome = await world.CallAsync(
            await world.CreateAsync(DatasetKind.Asset), OnDuplicate.Replace, world.File("robot.rrd", TestSupport.Recordings.Numbers("robot")), world.File("run.rrd", TestSupport.Recordings.Scalars("run")));
        outcome.Recordings.Select(r => r.Status).ShouldBe(["registered", "failed"]);
        outcome.Recordings[1].Reason.ShouldBe("asset datasets only accept static chunks, but asset 'run' contains temporal data");
    }

    [Fact]
    public async Task The_thirteenth_asset_refuses_its_call_and_a_replacement_does_not()
    {
        await using var world = await World.OpenAsync();
        var dataset = await world.CreateAsync(DatasetKind.Asset);
        await world.CallAsync(dataset, OnDuplicate.Error, [.. Enumerable.Range(0, 12).Select(i => world.File($"{i}.rrd", TestSupport.Recordings.Numbers($"asset-{i}")))]);
        (await world.CallAsync(dataset, OnDuplicate.Replace, world.File("again.rrd", TestSupport.Recordings.Numbers("asset-3")))).Recordings.Single().Status.ShouldBe("replaced");
        var thirteenth = world.File("13.rrd", TestSupport.Recordings.Numbers("asset-13"));
        var refusal = await Should.ThrowAsync<CommandRefusedException>(() => world.CallAsync(dataset, OnDuplicate.Replace, thirteenth));
        refusal.Kind.ShouldBe(RefusalKind.FailedPrecondition);
        refusal.Message.ShouldStartWith("this asset dataset already holds the maximum of 12 assets");
        await world.Registrar.UnregisterAsync(new(dataset, ["asset-0"], [], World.Someone), World.Token);
        (await world.CallAsync(dataset, OnDuplicate.Replace, thirteenth)).Recordings.Single().Status.ShouldBe("registered");
    }

    [Fact]
    public async Task Assets_that_come_side_by_side_never_exceed_twelve()
    {
        await using var world = await World.OpenAsync();
        var dataset = await world.CreateAsync(DatasetKind.Asset);
        var files = Enumerable.Range(0, 20).Select(i => world.File($"{i}.rrd", TestSupport.Recordings.Numbers($"asset-{i}"))).ToList();
        var results = await Task.WhenAll(files.Select(async file =>
        {
            try
            {
                return (await world.NewRegistrar().RegisterAsync(World.Call(dataset, OnDuplicate.Error, file), null, World.Token)).Recordings.Single().Status;
            }
            catch (CommandRefusedException e)
            {
                return e.Kind.ToString();
            }
        }));
        results.Count(r => r == "registered").ShouldBe(12);
        results.Count(r => r == nameof(RefusalKind.FailedPrecondition)).ShouldBe(8);
        (await world.EventsAsync<LayerRegistered>()).Count.ShouldBe(12);
    }

    [Theory]
    [InlineData(DatasetKind.Asset, 300, "asset 'run-1' would be {0} bytes, exceeding the 314572800-byte limit for asset datasets")]
    [InlineData(DatasetKind.Blueprint, 25, "blueprint 'run-1' would be {0} bytes, exceeding the 26214400-byte limit for blueprint datasets")]
    public void A_segment_beyond_its_size_is_refused_with_all_its_layers_counted(DatasetKind kind, long limitMebiBytes, string words)
    {
        var limits = DatasetLimits.Of(kind);
        var limit = limitMebiBytes * MebiByte;
        var other = Events.SegmentAfter(Events.Given("other", "x") with { SizeBytes = 1_000 }, Events.Given("base", "old") with { SizeBytes = limit });
        limits.Refuse(other, Events.Segment, "base", Events.Content("new") with { SizeBytes = limit - 1_000 }, 0).ShouldBeNull();
        limits.Refuse(other, Events.Segment, "base", Events.Content("new") with { SizeBytes = limit - 999 }, 0).ShouldBe(words.Replace("{0}", $"{limit + 1}"));
        limits.Refuse(other, Events.Segment, "base", Events.Content("new") with { SizeBytes = limit - 1_000 }, 1).ShouldBe(words.Replace("{0}", $"{limit + 1}"));
    }

    [Fact]
    public void A_recording_dataset_knows_no_limit()
    {
        var limits = DatasetLimits.Of(DatasetKind.Recording);
        limits.Refuse(SegmentState.Empty, "s", "base", Events.Content("x") with { SizeBytes = long.MaxValue / 2, IndexRanges = [new("frame", Contracts.TimelineKind.Sequence, 0, 1)] }, 0).ShouldBeNull();
        limits.MaxSegments.ShouldBeNull();
        limits.Stores.ShouldBe(StoreKind.Recording);
    }
}
