using Strata.Arrow;
using Strata.Contracts;

namespace Strata.Registrar.Tests;

/// <summary>Source: catalog-protocol §11.6.</summary>
public sealed class SegmentPropertiesTests
{
    [Fact]
    public async Task What_is_set_replaces_what_was_there_and_gets_a_revision_of_its_own()
    {
        await using var world = await World.OpenAsync();
        var dataset = await world.CreateAsync();
        var first = await SetAsync(world, dataset, "good", null);
        var second = await SetAsync(world, dataset, "bad", (ulong)first.Revision);
        first.Revision.ShouldBeGreaterThan(0);
        second.Revision.ShouldNotBe(first.Revision);
        var events = await world.EventsAsync<SegmentPropertiesSet>();
        events.Select(e => e.Revision).ShouldBe([first.Revision, second.Revision]);
        var blob = (await world.Events.ReadBlobsAsync([events[1].PropertiesBlob], World.Token))[events[1].PropertiesBlob];
        blob.ToArray().ShouldBe(Verdict("bad"));
    }

    [Theory]
    [InlineData(12_345UL)]
    [InlineData(0UL)]
    [InlineData(ulong.MaxValue)]
    public async Task Who_has_not_seen_what_stands_there_is_refused(ulong expected)
    {
        await using var world = await World.OpenAsync();
        var dataset = await world.CreateAsync();
        var first = await SetAsync(world, dataset, "good", 0);
        var refusal = await Should.ThrowAsync<CommandRefusedException>(() => SetAsync(world, dataset, "bad", expected));
        refusal.Kind.ShouldBe(RefusalKind.FailedPrecondition);
        refusal.Message.ShouldStartWith($"Properties of segment 's' were modified concurrently: expected revision {expected}, found {first.Revision}");
    }

    [Fact]
    public async Task Of_two_that_have_seen_the_same_one_wins()
    {
        await using var world = await World.OpenAsync();
        var dataset = await world.CreateAsync();
        var seen = (ulong)(await SetAsync(world, dataset, "first", null)).Revision;
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 4).Select(async i =>
        {
            try
            {
                await world.NewRegistrar().SetSegmentPropertiesAsync(new(dataset, "s", Verdict($"{i}"), seen, World.Someone), World.Token);
                return true;
            }
            catch (CommandRefusedException)
            {
                return false;
            }
        }));
        outcomes.Count(won => won).ShouldBe(1);
    }

    [Fact]
    public async Task Two_rows_and_no_table_are_refused()
    {
        await using var world = await World.OpenAsync();
        var dataset = await world.CreateAsync();
        var two = await Should.ThrowAsync<CommandRefusedException>(
            () => world.Registrar.SetSegmentPropertiesAsync(new(dataset, "s", Verdict("x", "y"), null, World.Someone), World.Token));
        (two.Kind, two.Message).ShouldBe((RefusalKind.Invalid, "segment properties must be a single row, got 2 rows"));
        (await Should.ThrowAsync<CommandRefusedException>(
            () => world.Registrar.SetSegmentPropertiesAsync(new(dataset, "s", new byte[] { 1, 2, 3 }, null, World.Someone), World.Token))).Kind.ShouldBe(RefusalKind.Invalid);
        (await Should.ThrowAsync<CommandRefusedException>(
            () => world.Registrar.SetSegmentPropertiesAsync(new(dataset, "", Verdict("x"), null, World.Someone), World.Token))).Kind.ShouldBe(RefusalKind.Invalid);
        (await Should.ThrowAsync<CommandRefusedException>(
            () => world.Registrar.SetSegmentPropertiesAsync(new(DatasetId.New(), "s", Verdict("x"), null, World.Someone), World.Token))).Kind.ShouldBe(RefusalKind.NotFound);
    }

    [Fact]
    public async Task A_removal_takes_what_the_client_has_seen_and_leaves_the_rest_without_a_word()
    {
        await using var world = await World.OpenAsync();
        var dataset = await world.CreateAsync();
        var revision = (await SetAsync(world, dataset, "good", null)).Revision;
        var remove = new RemoveSegmentProperties(dataset, [("nobody", null), ("s", 7)], World.Someone);
        await world.Registrar.RemoveSegmentPropertiesAsync(remove, World.Token);
        (await world.EventsAsync<SegmentPropertiesRemoved>()).ShouldBeEmpty();
        await world.Registrar.RemoveSegmentPropertiesAsync(remove with { Segments = [("s", (ulong)revision), ("s", null)] }, World.Token);
        (await world.EventsAsync<SegmentPropertiesRemoved>()).Single().Revision.ShouldBe(revision);
        await SetAsync(world, dataset, "again", 0);
    }

    [Fact]
    public async Task Layers_come_and_go_beside_them()
    {
        await using var world = await World.OpenAsync();
        var dataset = await world.CreateAsync();
        var revision = (ulong)(await SetAsync(world, dataset, "good", null)).Revision;
        await world.CallAsync(dataset, OnDuplicate.Error, world.File("s.rrd", TestSupport.Recordings.Scalars("s")));
        await world.Registrar.UnregisterAsync(new(dataset, ["s"], [], World.Someone), World.Token);
        await SetAsync(world, dataset, "better", revision);
    }

    private static Task<SegmentPropertiesOutcome> SetAsync(World world, DatasetId dataset, string verdict, ulong? expected) =>
        world.Registrar.SetSegmentPropertiesAsync(new(dataset, "s", Verdict(verdict), expected, World.Someone), World.Token);

    internal static byte[] Verdict(params string[] values) =>
        new RecordBatch(new Schema([new Field("property:review:verdict", StringType.Default, nullable: true)]), [StringArray.From(values)], values.Length).ToIpcStream();
}
