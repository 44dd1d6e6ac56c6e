using Strata.Contracts;
using Strata.Recordings;

namespace Strata.Registrar.Tests;

/// <summary>Calls as Rerun's SDK makes them. Source: catalog-protocol §2.6, §11.4.</summary>
public sealed class RefuseWholeCallTests
{
    [Fact]
    public async Task A_dataset_is_named_by_its_id_and_must_exist()
    {
        await using var world = await World.OpenAsync();
        var refusal = await RefusalAsync(world, World.Call(DatasetId.New(), OnDuplicate.Error, world.File("a.rrd", TestSupport.Recordings.Scalars("a"))));
        refusal.Kind.ShouldBe(RefusalKind.NotFound);
        var outcome = await world.CallAsync(await world.CreateAsync(), OnDuplicate.Error, world.File("a.rrd", TestSupport.Recordings.Scalars("a")));
        outcome.Recordings.Single().Status.ShouldBe("registered");
        outcome.DatasetCreated.ShouldBeFalse();
    }

    [Fact]
    public async Task Each_source_has_a_layer_of_its_own_in_one_append()
    {
        await using var world = await World.OpenAsync();
        var dataset = await world.CreateAsync();
        var outcome = await world.CallAsync(
            dataset,
            OnDuplicate.Error,
            world.File("a.rrd", TestSupport.Recordings.Scalars("a")) with { Layer = "base" },
            world.File("extra.rrd", TestSupport.Recordings.Scalars("a", entity: "/other")) with { Layer = "extra" });
        outcome.Recordings.Select(r => (r.Segment, r.Layer, r.Status)).ShouldBe([("a", "base", "registered"), ("a", "extra", "registered")]);
        outcome.Recordings.Select(r => r.StorageUrl).ShouldAllBe(url => url.StartsWith("file://"));
        (await world.LogAsync()).Where(e => e.Event is LayerRegistered).Select(e => e.CommandId).Distinct().Count().ShouldBe(1);
    }

    [Fact]
    public async Task A_missing_file_keeps_out_all_others_and_says_where_the_server_runs()
    {
        await using var world = await World.OpenAsync();
        var gone = world.Folder.Path("gone.rrd");
        var refusal = await RefusalAsync(
            world, World.Call(await world.CreateAsync(), OnDuplicate.Error, world.File("a.rrd", TestSupport.Recordings.Scalars("a")), World.At(gone)));
        refusal.Kind.ShouldBe(RefusalKind.NotFound);
        refusal.Message.ShouldStartWith($"RRD file not found, file does not exist: \"{gone}\"\n");
        refusal.Message.ShouldContain(Environment.MachineName);
        (await world.LogAsync()).Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_folder_is_no_file()
    {
        await using var world = await World.OpenAsync();
        var refusal = await RefusalAsync(world, World.Call(await world.CreateAsync(), OnDuplicate.Error, World.At(world.Folder.Root)));
        refusal.Kind.ShouldBe(RefusalKind.NotFound);
        refusal.Message.ShouldStartWith($"RRD file not found, path is not a file: \"{world.Folder.Root}\"");
    }

    [Fact]
    public async Task A_file_outside_the_folders_of_the_server_is_not_found_whether_it_is_there_or_not()
    {
        await using var world = await World.OpenAsync();
        var dataset = await world.CreateAsync();
        var registrar = world.NewRegistrar(store: new LocalRecordingStore(new(world.Folder.Path("data"), [], [world.Folder.Path("open")])));
        foreach (var source in (RecordingRequest[])[world.File("closed/a.rrd", TestSupport.Recordings.Scalars("a")), World.At(world.Folder.Path("closed/none.rrd"))])
        {
            var refusal = await Should.ThrowAsync<CommandRefusedException>(() => registrar.RegisterAsync(World.Call(dataset, OnDuplicate.Error, source), null, World.Token));
            refusal.Kind.ShouldBe(RefusalKind.NotFound);
            refusal.Message.ShouldStartWith($"RRD file not found, could not load URI: {source.StorageUrl}\n");
        }
    }

    [Theory]
    [InlineData("this is no recording", "Not an RRD file: expected FourCC header \"RRF2\", got \"this\"")]
    [InlineData("", "Failed to decode frame: file too small to be an RRD")]
    public async Task What_is_no_recording_keeps_out_all_others_and_lies_in_quarantine(string content, string words)
    {
        await using var world = await World.OpenAsync();
        var dataset = await world.CreateAsync();
        var bad = world.File("bad.rrd", System.Text.Encoding.UTF8.GetBytes(content));
        var refusal = await RefusalAsync(world, World.Call(dataset, OnDuplicate.Error, world.File("a.rrd", TestSupport.Recordings.Scalars("a")), bad));
        refusal.Kind.ShouldBe(RefusalKind.Unreadable);
        refusal.Message.ShouldStartWith($"Failed to enumerate RRD stores: {words}\n");
        var entry = (await world.EventsAsync<RecordingQuarantined>()).Single();
        entry.StorageUrl.ShouldBe(bad.StorageUrl);
        refusal.Message.ShouldContain($"strata quarantine show {entry.QuarantineId}");
        (await world.EventsAsync<LayerRegistered>()).ShouldBeEmpty();
    }

    [Fact]
    public async Task The_same_broken_file_again_is_refused_again_and_appends_nothing()
    {
        await using var world = await World.OpenAsync();
        var call = World.Call(await world.CreateAsync(), OnDuplicate.Error, world.File("bad.rrd", "none"u8.ToArray()));
        await RefusalAsync(world, call);
        var before = await world.LogAsync();
        (await RefusalAsync(world, call)).Kind.ShouldBe(RefusalKind.Unreadable);
        (await world.LogAsync()).Count.ShouldBe(before.Count);
    }

    [Fact]
    public async Task A_cut_file_is_refused_with_where_the_message_should_end()
    {
        await using var world = await World.OpenAsync();
        var whole = TestSupport.Recordings.Scalars("a", footer: false);
        var cut = world.File("cut.rrd", whole[..^10]);
        var refusal = await RefusalAsync(world, World.Call(await world.CreateAsync(), OnDuplicate.Error, cut));
        var words = refusal.Message.Split('\n')[0];
        words.ShouldStartWith("Failed to enumerate RRD stores: Failed to decode frame: Message payload (start ");
        var numbers = System.Text.RegularExpressions.Regex.Matches(words, "[0-9]+").Select(m => long.Parse(m.Value)).ToList();
        (numbers[0] + numbers[1], numbers[2]).ShouldBe((whole.Length, whole.Length - 10));
    }

    [Fact]
    public async Task A_file_of_another_kind_gets_the_command_and_no_place_in_quarantine()
    {
        await using var world = await World.OpenAsync();
        byte[] mcap = [0x89, (byte)'M', (byte)'C', (byte)'A', (byte)'P', 0x30, (byte)'\r', (byte)'\n', 0, 0, 0, 0, 0];
        var refusal = await RefusalAsync(world, World.Call(await world.CreateAsync(), OnDuplicate.Error, world.File("run.mcap", mcap)));
        refusal.Kind.ShouldBe(RefusalKind.Unreadable);
        refusal.Message.ShouldContain("rerun mcap convert");
        (await world.EventsAsync<RecordingQuarantined>()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_file_without_a_store_of_the_right_kind_is_neither_a_row_nor_an_error()
    {
        await using var world = await World.OpenAsync();
        var outcome = await world.CallAsync(await world.CreateAsync(), OnDuplicate.Error, world.File("layout.rbl", TestSupport.Recordings.Blueprint()));
        outcome.Recordings.ShouldBeEmpty();
        (await world.LogAsync()).Count.ShouldBe(1);
    }

    [Theory]
    [InlineData(OnDuplicate.Error)]
    [InlineData(OnDuplicate.Skip)]
    [InlineData(OnDuplicate.Replace)]
    public async Task The_same_layer_twice_in_one_call_refuses_it_under_any_policy_and_names_every_url(OnDuplicate onDuplicate)
    {
        await using var world = await World.OpenAsync();
        RecordingRequest[] sources = [world.File("a1.rrd", TestSupport.Recordings.Scalars("a", 1)), world.File("b.rrd", TestSupport.Recordings.Scalars("b")), world.File("a2.rrd", TestSupport.Recordings.Scalars("a", 2))];
        var refusal = await RefusalAsync(world, World.Call(await world.CreateAsync(), onDuplicate, sources));
        refusal.Kind.ShouldBe(RefusalKind.Invalid);
        refusal.Message.ShouldBe($"duplicate segment layers in request:\n  segment id: a, layer name: base\n    {sources[0].StorageUrl}\n    {sources[2].StorageUrl}");
        (await world.EventsAsync<LayerRegistered>()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_thousand_doubles_are_counted_where_they_do_not_fit_into_a_header()
    {
        await using var world = await World.OpenAsync();
        var same = TestSupport.Recordings.Scalars("a");
        var refusal = await RefusalAsync(world, World.Call(await world.CreateAsync(), OnDuplicate.Error, [.. Enumerable.Range(0, 1_000).Select(i => world.File($"copy{i}.rrd", same))]));
        refusal.Message.Length.ShouldBeLessThan(5_000);
        refusal.Message.ShouldContain("more lines");
    }

    [Fact]
    public async Task A_layer_that_stands_fails_alone_and_its_failure_can_be_asked_for()
    {
        await using var world = await World.OpenAsync();
        var dataset = await world.CreateAsync();
        var a = world.File("a.rrd", TestSupport.Recordings.Scalars("a"));
        await world.CallAsync(dataset, OnDuplicate.Error, a);
        var call = World.Call(dataset, OnDuplicate.Error, world.File("b.rrd", TestSupport.Recordings.Scalars("b")), a);
        var outcome = await world.Registrar.RegisterAsync(call, null, World.Token);
        outcome.Recordings.Select(r => (r.Segment, r.Status, r.FailureIndex)).ShouldBe([("b", "registered", null), ("a", "failed", 0)]);
        var finished = (await world.EventsAsync<RegistrationFinished>()).Single();
        finished.RegistrationId.ShouldBe(call.RegistrationId);
        finished.Failures.Single().ShouldSatisfyAllConditions(
            failure => failure.Segment.ShouldBe("a"),
            failure => failure.Layer.ShouldBe("base"),
            failure => failure.StorageUrl.ShouldBe(a.StorageUrl),
            failure => failure.Reason.ShouldStartWith("already exists"));
        var log = await world.LogAsync();
        log[^1].CommandId.ShouldBe(log[^2].CommandId);
        log[^1].StreamId.ShouldBe(StreamIds.Registration(call.RegistrationId!));
        outcome.Position.ShouldBe(log[^1].Position);
    }

    [Fact]
    public async Task Where_everything_failed_only_that_is_recorded()
    {
        await using var world = await World.OpenAsync();
        var dataset = await world.CreateAsync();
        var a = world.File("a.rrd", TestSupport.Recordings.Scalars("a"));
        await world.CallAsync(dataset, OnDuplicate.Error, a);
        var before = (await world.LogAsync()).Count;
        await world.CallAsync(dataset, OnDuplicate.Error, a);
        (await world.LogAsync()).Skip(before).Single().Event.ShouldBeOfType<RegistrationFinished>();
    }

    [Fact]
    public async Task A_call_without_an_id_for_it_records_no_failure()
    {
        await using var world = await World.OpenAsync();
        var dataset = await world.CreateAsync();
        var a = world.File("a.rrd", TestSupport.Recordings.Scalars("a"));
        await world.CallAsync(dataset, OnDuplicate.Error, a);
        var outcome = await world.Registrar.RegisterAsync(World.Call(dataset, OnDuplicate.Error, a) with { RegistrationId = null }, null, World.Token);
        outcome.Recordings.Single().FailureIndex.ShouldBeNull();
        (await world.EventsAsync<RegistrationFinished>()).ShouldBeEmpty();
    }

    [Fact]
    public async Task To_a_client_of_the_first_generation_one_layer_that_stands_refuses_the_whole_batch()
    {
        await using var world = await World.OpenAsync();
        var dataset = await world.CreateAsync();
        var a = world.File("a.rrd", TestSupport.Recordings.Scalars("a"));
        await world.CallAsync(dataset, OnDuplicate.Error, a);
        var before = (await world.LogAsync()).Count;
        var call = World.Call(dataset, OnDuplicate.Error, world.File("b.rrd", TestSupport.Recordings.Scalars("b")), a) with { RefuseWholeCall = RefuseWholeCall.ForSources | RefuseWholeCall.ForDuplicates };
        var refusal = await RefusalAsync(world, call);
        refusal.Kind.ShouldBe(RefusalKind.AlreadyExists);
        refusal.Message.ShouldStartWith("Layer 'base' already exists\n");
        (await world.LogAsync()).Count.ShouldBe(before);
    }

    [Fact]
    public async Task A_conflicting_schema_fails_alone_with_Reruns_words()
    {
        await using var world = await World.OpenAsync();
        var outcome = await world.CallAsync(
            await world.CreateAsync(), OnDuplicate.Error, world.File("a.rrd", TestSupport.Recordings.Numbers("a")), world.File("b.rrd", TestSupport.Recordings.Texts("b")));
        outcome.Recordings.Select(r => r.Status).ShouldBe(["registered", "failed"]);
        (await world.EventsAsync<RegistrationFinished>()).Single().Failures.Single().Reason.ShouldStartWith("schema incompatibility on segment 'b', layer 'base': ");
    }

    [Fact]
    public async Task A_client_that_went_away_leaves_nothing()
    {
        await using var world = await World.OpenAsync();
        var call = World.Call(await world.CreateAsync(), OnDuplicate.Error, world.File("a.rrd", TestSupport.Recordings.Scalars("a")));
        using var gone = new CancellationTokenSource();
        var atAppend = new Reported(progress =>
        {
            if (progress.Stage == RegisterStages.Append)
            {
                gone.Cancel();
            }
        });
        await Should.ThrowAsync<OperationCanceledException>(() => world.Registrar.RegisterAsync(call, atAppend, gone.Token));
        (await world.LogAsync()).Count.ShouldBe(1);
    }

    private static Task<CommandRefusedException> RefusalAsync(World world, RegisterRecordings call) =>
        Should.ThrowAsync<CommandRefusedException>(() => world.Registrar.RegisterAsync(call, null, World.Token));

    private sealed class Reported(Action<RegisterProgress> onReport) : IProgress<RegisterProgress>
    {
        public void Report(RegisterProgress value) => onReport(value);
    }
}
