using Strata.Contracts;

namespace Strata.Registrar.Tests;

/// <summary>The same content twice in one call is no contradiction. Source: DESIGN rule 1.</summary>
public sealed class NamedTwiceTests
{
    [Theory]
    [InlineData(OnDuplicate.Known)]
    [InlineData(OnDuplicate.Error)]
    [InlineData(OnDuplicate.Skip)]
    [InlineData(OnDuplicate.Replace)]
    public async Task A_file_that_is_named_twice_by_its_path_or_by_links_is_registered_once_under_any_policy(OnDuplicate onDuplicate)
    {
        await using var world = await World.OpenAsync();
        var file = world.File("a.rrd", TestSupport.Recordings.Scalars("a"));
        File.CreateSymbolicLink(world.Folder.Path("link.rrd"), file.Path);
        Directory.CreateSymbolicLink(world.Folder.Path("folder"), world.Folder.Root);

        var outcome = await world.RegisterAsync(
            onDuplicate, file, file, World.At(world.Folder.Path("link.rrd")), World.At(world.Folder.Path("folder/a.rrd")), world.File("b.rrd", TestSupport.Recordings.Scalars("b")));

        outcome.Recordings.Select(r => (r.Segment, r.Status)).ShouldBe([("a", "registered"), ("a", "known"), ("a", "known"), ("a", "known"), ("b", "registered")]);
        foreach (var again in outcome.Recordings[1..4])
        {
            again.Position.ShouldBe(outcome.Recordings[0].Position);
            again.Reason.ShouldBe($"the same file as '{file.Path}', named twice in this call; it is registered once");
        }

        (await world.EventsAsync<LayerRegistered>()).Select(e => e.Segment).ShouldBe(["a", "b"]);
    }

    [Theory]
    [InlineData(OnDuplicate.Known, "known")]
    [InlineData(OnDuplicate.Error, "failed")]
    [InlineData(OnDuplicate.Skip, "skipped")]
    [InlineData(OnDuplicate.Replace, "known")]
    public async Task Of_two_files_with_the_same_recording_the_first_is_registered_and_the_second_meets_it(OnDuplicate onDuplicate, string status)
    {
        await using var world = await World.OpenAsync();
        var (whole, withoutFooter) = TestSupport.Recordings.ScalarsWithAndWithoutFooter("a");
        var first = world.File("a.rrd", whole);

        var outcome = await world.RegisterAsync(onDuplicate, first, world.File("b.rrd", whole), world.File("c.rrd", withoutFooter));

        outcome.Recordings.Select(r => r.Status).ShouldBe(["registered", status, status]);
        outcome.Recordings[1].Reason.ShouldNotBeNull().ShouldStartWith($"the same recording as '{first.Path}' of this call");
        (await world.EventsAsync<LayerRegistered>()).ShouldHaveSingleItem().StorageUrl.ShouldBe(first.StorageUrl);
    }

    [Fact]
    public async Task Over_a_layer_that_stands_a_file_that_is_named_twice_replaces_it_once()
    {
        await using var world = await World.OpenAsync();
        await world.RegisterAsync(world.File("old.rrd", TestSupport.Recordings.Scalars("a")));
        var file = world.File("a.rrd", TestSupport.Recordings.Scalars("a"));

        var outcome = await world.RegisterAsync(OnDuplicate.Replace, file, file);
        var again = await world.RegisterAsync(file, file);

        outcome.Recordings.Select(r => r.Status).ShouldBe(["replaced", "known"]);
        again.Recordings.Select(r => r.Status).ShouldBe(["known", "known"]);
        again.Recordings.ShouldAllBe(r => r.Position == outcome.Recordings[0].Position);
        (await world.EventsAsync<LayerRegistered>()).Count.ShouldBe(2);
    }

    [Fact]
    public async Task When_the_first_of_two_fails_the_second_fails_for_the_same_reason()
    {
        await using var world = await World.OpenAsync();
        await world.RegisterAsync(world.File("a.rrd", TestSupport.Recordings.Numbers("a")));
        var contradicting = world.File("b.rrd", TestSupport.Recordings.Texts("b"));

        var outcome = await world.RegisterAsync(contradicting, contradicting);

        outcome.Recordings.Select(r => r.Status).ShouldBe(["failed", "failed"]);
        outcome.Recordings[1].Reason.ShouldBe(outcome.Recordings[0].Reason);
        outcome.Recordings[0].Reason.ShouldNotBeNull().ShouldStartWith("schema incompatibility");
    }

    [Fact]
    public async Task A_retried_command_that_names_a_file_twice_gets_the_same_answer()
    {
        await using var world = await World.OpenAsync();
        var file = world.File("a.rrd", TestSupport.Recordings.Scalars("a"));
        var command = World.Command(OnDuplicate.Known, file, file) with { CommandId = "robot-7" };

        var first = await world.Registrar.RegisterAsync(command, null, World.Token);
        var second = await world.Registrar.RegisterAsync(command, null, World.Token);

        first.Recordings.Select(r => r.Status).ShouldBe(["registered", "known"]);
        second.Recordings.ShouldBe(first.Recordings);
        (await world.EventsAsync<LayerRegistered>()).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Rerun_s_clients_are_refused_in_its_words_even_for_one_file_that_is_named_twice()
    {
        await using var world = await World.OpenAsync();
        var dataset = await world.CreateAsync();
        var file = world.File("a.rrd", TestSupport.Recordings.Scalars("a"));

        var refused = await Should.ThrowAsync<CommandRefusedException>(world.CallAsync(dataset, OnDuplicate.Skip, file, file));

        refused.Kind.ShouldBe(RefusalKind.Invalid);
        refused.Message.ShouldStartWith($"duplicate segment layers in request:\n  segment id: a, layer name: base\n    {file.StorageUrl}\n    {file.StorageUrl}");
        (await world.EventsAsync<LayerRegistered>()).ShouldBeEmpty();
    }
}
