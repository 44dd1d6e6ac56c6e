using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Strata.Contracts;
using Strata.Recordings;
using Made = Strata.TestSupport.Recordings;

namespace Strata.Registrar.Tests;

/// <summary>What cannot be registered of what robots publish lies in quarantine, with the field and what to do.</summary>
public sealed class PublishQuarantineTests
{
    public static TheoryData<string, Func<Given, RecordingPublished>, string, string> Wrong => new()
    {
        { "an upload that is not there", w => Robot.Message("1") with { Upload = Sha256Digest.Of("x"u8) }, "upload_missing", "field 'upload'" },
        { "a file that is not there", w => Robot.Message("1") with { StorageUrl = w.Inner.Folder.Path("none.rrd") }, "file_missing", "there is no such file" },
        { "another scheme", w => Robot.Message("1") with { StorageUrl = "https://example.org/a.rrd" }, "file_refused", "scheme 'https'" },
        { "another size", w => w.Mounted with { SizeBytes = 3 }, "size_differs", "field 'sizeBytes'" },
        { "another hash", w => w.Mounted with { Sha256 = Sha256Digest.Of("x"u8) }, "sha256_differs", "field 'sha256'" },
        { "another segment", w => w.Mounted with { SegmentId = "b" }, "segment_differs", "field 'segmentId'" },
        { "a cut file", w => w.Inner.Mount("1", Made.Scalars("a", footer: false)[..^30]), "truncated", "" },
        { "no recording", w => w.Inner.Mount("1", "MCAP? no, just text"u8.ToArray()), "not_an_rrd", "" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public async Task What_does_not_fit_is_quarantined_with_its_reason_and_the_message(string what, Func<Given, RecordingPublished> make, string reason, string detail)
    {
        what.ShouldNotBeEmpty();
        await using var world = await World.OpenAsync();
        var message = make(new Given(world, world.Mount("1", Made.Scalars("a"))));

        var answer = await world.PublishAsync(message);

        var entry = await world.QuarantinedAsync();
        answer.ShouldSatisfyAllConditions(
            a => a.Outcome.ShouldBe("quarantined"), a => a.Reason!.ShouldStartWith($"{reason}: "), a => a.Reason!.ShouldContain(detail), a => a.QuarantineId.ShouldBe(entry.QuarantineId));
        entry.ShouldSatisfyAllConditions(
            e => e.Reason.ShouldBe(reason), e => e.Source.ShouldBe(new EventSource("robot", "arm-7")), e => e.MessageId.ShouldBe("1"),
            e => e.Message.ShouldBe(Encoding.UTF8.GetString(RobotMessageJson.Serialize(message))));
        (await world.EventsAsync<LayerRegistered>()).ShouldBeEmpty();
        (await world.PublishAsync(message)).ShouldBe(answer);
        (await world.EventsAsync<RecordingQuarantined>()).Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("not json at all", "(message)")]
    [InlineData("{}", "messageId")]
    [InlineData("""{"whatever":1}""", "messageId")]
    [InlineData("""{"messageId":"1","dataset":"arms","layer":"base","upload":"x"}""", "robot")]
    [InlineData("""{"messageId":"1","robot":"arm-7","layer":"base"}""", "dataset")]
    public async Task A_message_that_names_no_dataset_is_visible_under_its_senders_name(string body, string field)
    {
        await using var world = await World.OpenAsync();

        var answer = (await world.PublishAsync(new RobotDelivery(Encoding.UTF8.GetBytes(body), Robot.Itself))).Single();

        var entry = await world.QuarantinedAsync();
        entry.ShouldSatisfyAllConditions(
            e => e.Dataset.ShouldBe(DatasetId.None), e => e.Reason.ShouldBe("message"), e => e.Detail.ShouldContain($"field '{field}'"), e => e.Message.ShouldBe(body), e => e.StorageUrl.ShouldStartWith("message:arm-7/"));
        answer.To.ShouldBe("arm-7");
        answer.Answer.Reason.ShouldBe($"message: {entry.Detail}");
        (await world.LogAsync()).Count.ShouldBe(1);
        await world.PublishAsync(new RobotDelivery(Encoding.UTF8.GetBytes(body), Robot.Itself));
        (await world.LogAsync()).Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_robot_that_mends_a_malformed_message_may_send_it_under_the_same_id()
    {
        await using var world = await World.OpenAsync();
        var message = await world.UploadAsync("1", Made.Scalars("a"));
        await world.PublishAsync(new RobotDelivery("""{"messageId":"1","robot":"arm-7"}"""u8.ToArray(), Robot.Itself));

        (await world.PublishAsync(message)).Outcome.ShouldBe("accepted");
    }

    [Theory]
    [InlineData("arm-8")]
    [InlineData(null)]
    public async Task A_message_of_somebody_else_registers_nothing_takes_no_message_id_and_answers_only_its_sender(string? sender)
    {
        await using var world = await World.OpenAsync();
        var message = await world.UploadAsync("1", Made.Scalars("a"));

        var forged = (await world.PublishAsync(new RobotDelivery(RobotMessageJson.Serialize(message), new RobotSender(sender, IsGateway: false)))).Single();

        forged.To.ShouldBe(sender);
        forged.Answer.Reason!.ShouldStartWith("sender: field 'robot'");
        (await world.QuarantinedAsync()).Source.ShouldBe(new EventSource("robot", sender));
        (await world.EventsAsync<DatasetCreated>()).ShouldBeEmpty();
        (await world.PublishAsync(message)).Outcome.ShouldBe("accepted");
    }

    [Fact]
    public async Task A_dataset_that_takes_no_recordings_quarantines_its_messages_and_no_others()
    {
        await using var world = await World.OpenAsync();
        var (good, bad) = (await world.UploadAsync("1", Made.Scalars("a")), await world.UploadAsync("2", Made.Scalars("b")) with { Dataset = "arms[12]" });

        var answers = await world.PublishAllAsync(bad, good);

        answers.Select(a => a.Outcome).ShouldBe(["quarantined", "accepted"]);
        answers[0].Reason!.ShouldStartWith("dataset: field 'dataset'");
        (await world.PublishAsync(bad)).Reason.ShouldBe(answers[0].Reason);
        (await world.EventsAsync<RecordingQuarantined>()).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Broken_files_of_a_batch_keep_no_good_one_out()
    {
        await using var world = await World.OpenAsync();
        var good = await world.UploadAsync("1", Made.Scalars("a"));

        var answers = await world.PublishAllAsync(world.Mount("2", Made.Scalars("b", footer: false)[..^30]), good, Robot.Message("3") with { Upload = Sha256Digest.Of("x"u8) });

        answers.Select(a => a.Outcome).ShouldBe(["quarantined", "accepted", "quarantined"]);
    }

    [Fact]
    public async Task Other_bytes_than_stand_are_kept_and_released_when_the_layer_is_gone()
    {
        await using var world = await World.OpenAsync();
        await world.PublishAsync(await world.UploadAsync("1", Made.Scalars("a")));
        var other = world.Mount("2", Made.Scalars("a", entity: "/elbow"));
        var answer = await world.PublishAsync(other);
        File.Delete(new Uri(other.StorageUrl!).LocalPath);
        await world.Registrar.UnregisterAsync(new UnregisterLayers((await world.QuarantinedAsync()).Dataset, ["a"], [], World.Someone), World.Token);

        var released = await world.Registrar.ReleaseAsync(answer.QuarantineId!.Value, recover: false, World.Someone, World.Token);

        released.Recordings.Single().Status.ShouldBe("registered");
        (await world.EventsAsync<RecordingReleased>()).Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_message_whose_upload_came_late_is_released_and_does_what_it_asked_for()
    {
        await using var world = await World.OpenAsync();
        var file = Made.Scalars("a");
        var answer = await world.PublishAsync(Robot.Message("1") with { Upload = Sha256Digest.Of(file) });
        var refused = await Should.ThrowAsync<CommandRefusedException>(() => world.Registrar.ReleaseAsync(answer.QuarantineId!.Value, recover: false, World.Someone, World.Token));
        refused.Message.ShouldContain("upload it again");
        await world.UploadAsync("1", file);

        var released = await world.Registrar.ReleaseAsync(answer.QuarantineId!.Value, recover: false, World.Someone, World.Token);

        released.Recordings.Single().ShouldSatisfyAllConditions(r => r.Status.ShouldBe("registered"), r => r.Segment.ShouldBe("a"));
        (await world.EventsAsync<RecordingReleased>()).Count.ShouldBe(1);
        (await world.PublishAsync(Robot.Message("1") with { Upload = Sha256Digest.Of(file) })).ShouldBe(answer);
    }

    [Fact]
    public async Task A_released_message_goes_to_the_dataset_that_it_was_for_whatever_that_is_called_by_now()
    {
        await using var world = await World.OpenAsync();
        var file = Made.Scalars("a");
        var answer = await world.PublishAsync(Robot.Message("1") with { Upload = Sha256Digest.Of(file) });
        var dataset = (await world.QuarantinedAsync()).Dataset;
        await world.Registrar.RenameDatasetAsync(new RenameDataset(dataset, "cell 7", World.Someone), World.Token);
        await world.UploadAsync("1", file);

        await world.Registrar.ReleaseAsync(answer.QuarantineId!.Value, recover: false, World.Someone, World.Token);

        (await world.EventsAsync<LayerRegistered>()).Single().Dataset.ShouldBe(dataset);
    }

    [Fact]
    public async Task A_message_of_which_nothing_can_be_made_is_not_released_but_discarded()
    {
        await using var world = await World.OpenAsync();
        var answer = (await world.PublishAsync(new RobotDelivery("nonsense"u8.ToArray(), Robot.Itself))).Single().Answer;

        (await Should.ThrowAsync<CommandRefusedException>(() => world.Registrar.ReleaseAsync(answer.QuarantineId!.Value, recover: false, World.Someone, World.Token))).Message.ShouldContain("discard");
        await world.Registrar.DiscardAsync(answer.QuarantineId!.Value, World.Someone, World.Token);

        (await world.EventsAsync<RecordingDiscarded>()).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Of_a_file_outside_the_folders_for_robots_nothing_is_read_and_nothing_kept()
    {
        await using var world = await World.OpenAsync();
        var message = world.Mount("1", "a secret"u8.ToArray());
        foreach (var sources in new[] { world.Store.OnlyBelow([world.Folder.Path("robots")]), null })
        {
            var registrar = new CatalogRegistrar(
                world.Events, world.Store, new RecordingInspector(), NullLogger<CatalogRegistrar>.Instance, new RecordingUploads(world.Store, new()), new PublishOptions([]) { Sources = sources });

            var answer = (await registrar.PublishAsync([Robot.Deliver(message with { MessageId = sources is null ? "nowhere" : "outside" })], World.Token)).Single().Answer;

            answer.Reason!.ShouldStartWith("file_refused: ");
        }

        (await world.Store.ListAsync(World.Token).ToListAsync(World.Token)).ShouldBeEmpty();
        (await world.EventsAsync<RecordingQuarantined>()).ShouldAllBe(e => e.Kept == null);
    }

    [Fact]
    public async Task Of_a_huge_or_unprintable_message_a_readable_beginning_is_kept()
    {
        await using var world = await World.OpenAsync();
        var body = new byte[RobotMessageLimits.MaxMessageBytes + 1];
        Array.Fill(body, (byte)'x');
        body[0] = 0;

        await world.PublishAsync(new RobotDelivery(body, Robot.Itself));

        var entry = await world.QuarantinedAsync();
        entry.SizeBytes.ShouldBe(body.Length);
        entry.Message!.Length.ShouldBe((8 * 1024) + 1);
        entry.Message.ShouldNotContain("\0");
    }

    public sealed record Given
    {
        internal Given(World inner, RecordingPublished mounted) => (Inner, Mounted) = (inner, mounted);

        internal World Inner { get; }

        public RecordingPublished Mounted { get; }
    }
}
