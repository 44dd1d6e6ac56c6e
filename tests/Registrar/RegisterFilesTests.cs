using Strata.Contracts;
using Strata.TestSupport;

namespace Strata.Registrar.Tests;

public sealed class RegisterFilesTests
{
    [Fact]
    public async Task All_sources_of_a_call_are_one_append_that_creates_the_dataset_with_its_rules()
    {
        await using var world = await World.OpenAsync();
        var rule = new RuleDefinition("tracking_error", "tracking_error", ["base"], "tracking_error", CanonicalJson.EmptyObject);
        var command = World.Command(OnDuplicate.Known, world.File("a.rrd", TestSupport.Recordings.Scalars("a")), world.File("b.rrd", TestSupport.Recordings.Scalars("b"))) with { DefaultRules = [rule] };
        var outcome = await world.Registrar.RegisterAsync(command, null, World.Token);
        outcome.DatasetCreated.ShouldBeTrue();
        outcome.Recordings.Select(r => (r.Segment, r.Status)).ShouldBe([("a", "registered"), ("b", "registered")]);
        var log = await world.LogAsync();
        log.Select(e => e.Type).ShouldBe(["dataset_created", "rule_declared", "dataset_created", "dataset_created", "layer_registered", "layer_registered"]);
        log.Select(e => e.CommandId).Distinct().Count().ShouldBe(1);
        outcome.Position.ShouldBe(log[^1].Position);
    }

    [Fact]
    public async Task The_same_file_again_is_known_and_appends_nothing()
    {
        await using var world = await World.OpenAsync();
        var file = world.File("a.rrd", TestSupport.Recordings.Scalars("a"));
        var first = await world.RegisterAsync(file);
        var second = await world.RegisterAsync(file);
        second.Recordings.Single().Status.ShouldBe("known");
        second.Position.ShouldBe(first.Position);
        second.DatasetCreated.ShouldBeFalse();
        (await world.LogAsync()).Count.ShouldBe(4);
    }

    [Fact]
    public async Task An_event_names_bytes_that_are_there_and_blobs_that_can_be_read()
    {
        await using var world = await World.OpenAsync();
        var bytes = TestSupport.Recordings.Scalars("a");
        await world.RegisterAsync(world.File("a.rrd", bytes));
        var layer = (await world.EventsAsync<LayerRegistered>()).Single();
        layer.Kept.Mode.ShouldBe(KeepMode.Copy);
        layer.FileSha256.ShouldBe(Sha256Digest.Of(bytes));
        using (var kept = await world.Store.OpenAsync(layer.Kept, TestContext.Current.CancellationToken))
        {
            (await kept.ReadAsync(0, bytes.Length, World.Token)).ToArray().ShouldBe(bytes);
        }

        (await world.Events.ReadBlobsAsync([layer.SchemaBlob, layer.ChunkIndexBlob], World.Token)).Count.ShouldBe(2);
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public async Task A_recording_without_a_recording_id_goes_to_quarantine_with_what_to_do_and_the_others_are_registered(bool isEmpty, bool footer)
    {
        await using var world = await World.OpenAsync();
        var bytes = TestSupport.Recordings.WithoutRecordingId(isEmpty, footer);
        var outcome = await world.RegisterAsync(
            world.File("a.rrd", TestSupport.Recordings.Scalars("a")), world.File("nameless.rrd", bytes), world.File("b.rrd", TestSupport.Recordings.Scalars("b")));
        outcome.Recordings.Select(r => r.Status).ShouldBe(["registered", "quarantined", "registered"]);
        outcome.Recordings[1].Segment.ShouldBeNull();
        outcome.Recordings[1].Reason.ShouldNotBeNull().ShouldStartWith("recording_id_missing: ");
        outcome.Recordings[1].Reason!.ShouldContain("recording_id=");
        var quarantined = (await world.EventsAsync<RecordingQuarantined>()).ShouldHaveSingleItem();
        quarantined.Reason.ShouldBe(QuarantineReasons.RecordingIdMissing);
        using var kept = await world.Store.OpenAsync(quarantined.Kept!, TestContext.Current.CancellationToken);
        (await kept.ReadAsync(0, bytes.Length, World.Token)).ToArray().ShouldBe(bytes);
    }

    [Fact]
    public async Task Two_recordings_with_one_id_in_one_call_are_both_refused_and_the_rest_goes_on()
    {
        await using var world = await World.OpenAsync();
        var outcome = await world.RegisterAsync(
            OnDuplicate.Replace, world.File("a1.rrd", TestSupport.Recordings.Scalars("a")), world.File("a2.rrd", TestSupport.Recordings.Scalars("a")), world.File("b.rrd", TestSupport.Recordings.Scalars("b")));
        outcome.Recordings.Select(r => r.Status).ShouldBe(["failed", "failed", "registered"]);
        outcome.Recordings[0].Reason.ShouldNotBeNull().ShouldStartWith("duplicate segment layers in request:\n  segment id: a, layer name: base\n    file://");
        outcome.Recordings[0].Reason!.ShouldContain("a1.rrd");
        outcome.Recordings[0].Reason!.ShouldContain("a2.rrd");
    }

    [Fact]
    public async Task Of_many_recordings_with_one_id_the_reason_names_three_and_counts_the_others()
    {
        await using var world = await World.OpenAsync();
        var outcome = await world.RegisterAsync([.. Enumerable.Range(0, 12).Select(i => world.File($"copy{i}.rrd", TestSupport.Recordings.Scalars("a")))]);
        foreach (var recording in outcome.Recordings)
        {
            recording.Status.ShouldBe("failed");
            recording.Reason.ShouldNotBeNull().ShouldStartWith("duplicate segment layers in request:\n  segment id: a, layer name: base\n    file://");
            recording.Reason!.Split("file://").Length.ShouldBe(4);
            recording.Reason.ShouldContain("… and 9 more");
        }
    }

    [Fact]
    public async Task Several_recordings_in_one_file_become_a_segment_each()
    {
        await using var world = await World.OpenAsync();
        var outcome = await world.RegisterAsync(world.File("ab.rrd", TestSupport.Recordings.Several("a", "b")));
        outcome.Recordings.Select(r => (r.Segment, r.Status)).ShouldBe([("a", "registered"), ("b", "registered")]);
    }

    [Fact]
    public async Task A_file_that_is_no_rrd_is_quarantined_with_its_bytes_and_the_others_are_registered_in_the_same_append()
    {
        await using var world = await World.OpenAsync();
        var outcome = await world.RegisterAsync(world.File("x.rrd", "this is no recording"u8.ToArray()), world.File("a.rrd", TestSupport.Recordings.Scalars("a")));
        outcome.Recordings.Select(r => r.Status).ShouldBe(["quarantined", "registered"]);
        var entry = (await world.EventsAsync<RecordingQuarantined>()).Single();
        entry.Reason.ShouldBe(QuarantineReasons.NotAnRrd);
        entry.QuarantineId.ShouldBe(outcome.Recordings[0].QuarantineId!.Value);
        entry.Kept.ShouldNotBeNull();
        (await world.LogAsync()).Select(e => e.CommandId).Distinct().Count().ShouldBe(1);
    }

    [Fact]
    public async Task The_same_broken_file_again_appends_nothing_and_answers_the_same_entry()
    {
        await using var world = await World.OpenAsync();
        var file = world.File("x.rrd", "this is no recording"u8.ToArray());
        var first = await world.RegisterAsync(file);
        var second = await world.RegisterAsync(file, file);
        second.Recordings.Select(r => r.QuarantineId).Distinct().ShouldBe([first.Recordings[0].QuarantineId]);
        second.Position.ShouldBe(first.Position);
        (await world.EventsAsync<RecordingQuarantined>()).Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("cut.rrd", QuarantineReasons.Truncated)]
    [InlineData("nulltime.rrd", QuarantineReasons.Broken)]
    public async Task Damaged_recordings_are_quarantined_with_reason_and_offset(string name, string reason)
    {
        await using var world = await World.OpenAsync();
        var outcome = await world.RegisterAsync(World.At(TestData.Crafted(name)));
        outcome.Recordings.Single().Status.ShouldBe("quarantined");
        var entry = (await world.EventsAsync<RecordingQuarantined>()).Single();
        entry.Reason.ShouldBe(reason, entry.Detail);
        entry.Offset.ShouldNotBeNull();
        outcome.Recordings.Single().Reason.ShouldEndWith($"; `strata quarantine release {entry.QuarantineId.Value[..12]} --recover` registers what is whole");
        entry.Detail.ShouldNotContain("strata quarantine", Case.Insensitive, "an entry is also shown when it was discarded");
    }

    [Fact]
    public async Task A_released_recording_is_registered_with_what_is_whole_of_it()
    {
        await using var world = await World.OpenAsync();
        var quarantined = await world.RegisterAsync(World.At(TestData.Shared("sdk/features/crashed.rrd")));
        var id = quarantined.Recordings.Single().QuarantineId.ShouldNotBeNull();
        (await world.Registrar.ReleaseAsync(id, recover: false, World.Someone, World.Token)).Recordings.Single().Status.ShouldBe("quarantined");
        var released = await world.Registrar.ReleaseAsync(id, recover: true, World.Someone, World.Token);
        released.Recordings.Single().Status.ShouldBe("registered");
        (await world.EventsAsync<RecordingReleased>()).Single().Recovered.ShouldBeTrue();
        (await world.EventsAsync<LayerRegistered>()).Single().ChunkCount.ShouldBeGreaterThan(0);
        var again = await Should.ThrowAsync<CommandRefusedException>(() => world.Registrar.ReleaseAsync(id, true, World.Someone, World.Token));
        again.Message.ShouldContain("released already");
    }

    [Fact]
    public async Task A_discarded_recording_can_be_quarantined_anew()
    {
        await using var world = await World.OpenAsync();
        var file = world.File("x.rrd", "nothing"u8.ToArray());
        var id = (await world.RegisterAsync(file)).Recordings.Single().QuarantineId!.Value;
        await world.Registrar.DiscardAsync(id, World.Someone, World.Token);
        await world.Registrar.DiscardAsync(id, World.Someone, World.Token);
        (await world.EventsAsync<RecordingDiscarded>()).Count.ShouldBe(1);
        (await world.RegisterAsync(file)).Recordings.Single().QuarantineId.ShouldBe(id);
        (await world.EventsAsync<RecordingQuarantined>()).Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_recording_of_the_MsgPack_era_is_quarantined_as_too_old()
    {
        await using var world = await World.OpenAsync();
        var outcome = await world.RegisterAsync(World.At(TestData.Shared("public/rerun_example_0.12.0_msgpack.rrd")));
        outcome.Recordings.Single().Status.ShouldBe("quarantined");
        var entry = (await world.EventsAsync<RecordingQuarantined>()).Single();
        entry.Reason.ShouldBe(QuarantineReasons.TooOld);
        entry.Detail.ShouldContain("0.23");
    }

    [Fact]
    public async Task An_mcap_gets_the_exact_command_that_converts_it()
    {
        await using var world = await World.OpenAsync();
        var file = world.File("run 1.mcap", [0x89, .. "MCAP0\r\n rest"u8]);
        var outcome = await world.RegisterAsync(file);
        outcome.Recordings.Single().Status.ShouldBe("failed");
        outcome.Recordings.Single().Reason!.ShouldContain($"rerun mcap convert '{file.Path}' -o '{Path.ChangeExtension(file.Path, ".rrd")}'");
        (await world.LogAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task An_mcap_under_the_name_of_a_recording_is_renamed_first_since_the_converter_would_not_take_it()
    {
        await using var world = await World.OpenAsync();
        var file = world.File("run.rrd", [0x89, .. "MCAP0\r\n rest"u8]);
        var mcap = Path.ChangeExtension(file.Path, ".mcap");
        var outcome = await world.RegisterAsync(file);
        outcome.Recordings.Single().Reason!.ShouldEndWith($"convert it first: mv {file.Path} {mcap} && rerun mcap convert {mcap} -o {file.Path}");
    }

    [Fact]
    public async Task What_is_no_file_or_holds_only_blueprints_fails_by_name_and_creates_nothing()
    {
        await using var world = await World.OpenAsync();
        var outcome = await world.RegisterAsync(
            World.At(world.Folder.Path("gone.rrd")),
            World.At(world.Folder.Root),
            world.File("blueprint.rrd", TestSupport.Recordings.Blueprint()),
            new RecordingRequest("s3://bucket/a.rrd", "s3://bucket/a.rrd"));
        outcome.Recordings.ShouldAllBe(r => r.Status == "failed");
        outcome.Dataset.ShouldBeNull();
        outcome.Recordings[0].Reason!.ShouldContain("gone.rrd");
        outcome.Recordings[1].Reason!.ShouldContain("folder");
        outcome.Recordings[2].Reason!.ShouldContain("blueprints only");
        outcome.Recordings[3].Reason!.ShouldContain("s3");
        (await world.LogAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task An_empty_file_is_quarantined_as_empty()
    {
        await using var world = await World.OpenAsync();
        await world.RegisterAsync(world.File("empty.rrd", []));
        (await world.EventsAsync<RecordingQuarantined>()).Single().Reason.ShouldBe(QuarantineReasons.Empty);
    }

    [Theory]
    [InlineData("robots", "")]
    [InlineData("rob/ots", "base")]
    [InlineData("", "base")]
    public async Task A_name_that_is_not_allowed_is_refused_before_any_byte_is_copied(string dataset, string layer)
    {
        await using var world = await World.OpenAsync();
        var command = World.Command(OnDuplicate.Known, world.File("a.rrd", TestSupport.Recordings.Scalars("a"))) with { Dataset = dataset, Layer = layer };
        var refusal = await Should.ThrowAsync<CommandRefusedException>(() => world.Registrar.RegisterAsync(command, null, World.Token));
        refusal.Kind.ShouldBe(RefusalKind.Invalid);
        Directory.Exists(world.Folder.Path("data/recordings")).ShouldBeFalse();
    }

    [Fact]
    public async Task A_layer_name_of_ten_thousand_characters_is_refused_in_words()
    {
        await using var world = await World.OpenAsync();
        var command = World.Command(OnDuplicate.Known, world.File("a.rrd", TestSupport.Recordings.Scalars("a"))) with { Layer = new string('x', 10_000) };
        var refusal = await Should.ThrowAsync<CommandRefusedException>(() => world.Registrar.RegisterAsync(command, null, World.Token));
        refusal.Message.ShouldContain("10000 bytes");
    }

    [Fact]
    public async Task A_segment_id_that_is_too_long_fails_without_a_copy()
    {
        await using var world = await World.OpenAsync();
        var outcome = await world.RegisterAsync(world.File("a.rrd", TestSupport.Recordings.Scalars(new string('s', 2_000))));
        outcome.Recordings.Single().Status.ShouldBe("failed");
        outcome.Recordings.Single().Reason!.ShouldContain("segment id");
        Directory.Exists(world.Folder.Path("data/recordings")).ShouldBeFalse();
    }

    [Fact]
    public async Task A_retried_command_id_answers_the_same_events_and_appends_nothing()
    {
        await using var world = await World.OpenAsync();
        var command = World.Command(OnDuplicate.Replace, world.File("a.rrd", TestSupport.Recordings.Scalars("a"))) with { CommandId = "message-1" };
        var first = await world.Registrar.RegisterAsync(command, null, World.Token);
        await world.RegisterAsync(OnDuplicate.Replace, world.File("a2.rrd", TestSupport.Recordings.Scalars("a", 9)));
        var before = await world.LogAsync();
        var again = await world.Registrar.RegisterAsync(command, null, World.Token);
        again.Recordings.Single().Position.ShouldBe(first.Recordings.Single().Position);
        again.Recordings.Single().Status.ShouldBe(first.Recordings.Single().Status);
        (await world.LogAsync()).Count.ShouldBe(before.Count);
    }

    [Fact]
    public async Task A_command_id_that_comes_with_other_files_registers_none_of_them_and_says_so()
    {
        await using var world = await World.OpenAsync();
        var command = World.Command(OnDuplicate.Known, world.File("a.rrd", TestSupport.Recordings.Scalars("a"))) with { CommandId = "message-1" };
        await world.Registrar.RegisterAsync(command, null, World.Token);
        var other = await world.Registrar.RegisterAsync(command with { Sources = [world.File("b.rrd", TestSupport.Recordings.Scalars("b"))] }, null, World.Token);
        other.Recordings.Single().Status.ShouldBe("failed");
        other.Recordings.Single().Reason!.ShouldContain("'message-1' was carried out before");
    }

    [Fact]
    public async Task Eight_registrars_of_the_same_files_leave_one_layer_each()
    {
        await using var world = await World.OpenAsync();
        var files = Enumerable.Range(0, 20).Select(k => world.File($"{k}.rrd", TestSupport.Recordings.Scalars($"s{k}"))).ToArray();
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => world.NewRegistrar().RegisterAsync(World.Command(OnDuplicate.Known, files), null, World.Token))));
        (await world.EventsAsync<DatasetCreated>()).Count(e => e.Kind == DatasetKind.Recording).ShouldBe(1);
        (await world.EventsAsync<LayerRegistered>()).Count.ShouldBe(20);
        outcomes.Count(o => o.DatasetCreated).ShouldBe(1);
        outcomes.SelectMany(o => o.Recordings).Count(r => r.Status == "registered").ShouldBe(20);
        outcomes.SelectMany(o => o.Recordings).Count(r => r.Status == "known").ShouldBe(140);
    }
}
