using System.Text;
using Strata.Contracts;
using Strata.Recordings;
using Made = Strata.TestSupport.Recordings;

namespace Strata.Registrar.Tests;

/// <summary>What becomes of robots' messages that can be registered.</summary>
public sealed class PublishTests
{
    [Fact]
    public async Task Many_messages_are_one_append_that_registers_and_answers_them()
    {
        await using var world = await World.OpenAsync();
        var messages = new List<RecordingPublished>();
        foreach (var segment in new[] { "a", "b", "c" })
        {
            messages.Add(await world.UploadAsync(segment, Made.Scalars(segment)));
        }

        var answers = await world.PublishAllAsync([.. messages]);

        answers.Select(a => (a.MessageId, a.Robot, a.Dataset, a.Layer, a.Outcome, a.SegmentId)).ShouldBe(
            [("a", "arm-7", "arms", "base", "accepted", "a"), ("b", "arm-7", "arms", "base", "accepted", "b"), ("c", "arm-7", "arms", "base", "accepted", "c")]);
        var log = await world.LogAsync();
        log.Select(e => e.CommandId).Distinct().Count().ShouldBe(1);
        log.Select(e => e.Type).ShouldBe(
            ["dataset_created", "dataset_created", "dataset_created", "layer_registered", "layer_registered", "layer_registered", "message_answered", "message_answered", "message_answered"]);
        (await world.EventsAsync<LayerRegistered>()).ShouldAllBe(l => l.Source == new EventSource("robot", "arm-7"));
        answers.Select(a => a.Position).ShouldBe(log.Where(e => e.Type == "message_answered").Select(e => (long?)e.Position));
    }

    [Fact]
    public async Task A_message_that_is_delivered_again_gets_the_same_answer_and_no_event()
    {
        await using var world = await World.OpenAsync();
        var message = await world.UploadAsync("1", Made.Scalars("a"));
        var first = await world.PublishAsync(message);
        var head = await world.HeadAsync();

        (await world.PublishAsync(message)).ShouldBe(first);
        (await world.PublishAllAsync(message, message)).ShouldBe([first, first]);

        (await world.HeadAsync()).ShouldBe(head);
    }

    [Fact]
    public async Task A_delivery_again_is_answered_when_its_file_is_gone_and_its_layer_removed_meanwhile()
    {
        await using var world = await World.OpenAsync();
        var message = world.Mount("1", Made.Scalars("a"));
        var first = await world.PublishAsync(message);
        var dataset = (await world.EventsAsync<LayerRegistered>()).Single().Dataset;
        await world.Registrar.UnregisterAsync(new UnregisterLayers(dataset, ["a"], [], World.Someone), World.Token);
        File.Delete(new Uri(message.StorageUrl!).LocalPath);
        var head = await world.HeadAsync();

        (await world.PublishAsync(message)).ShouldBe(first);

        (await world.HeadAsync()).ShouldBe(head);
    }

    [Fact]
    public async Task A_delivery_again_does_not_bring_a_deleted_dataset_back()
    {
        await using var world = await World.OpenAsync();
        var message = await world.UploadAsync("1", Made.Scalars("a"));
        var first = await world.PublishAsync(message);
        await world.Registrar.DeleteDatasetAsync(new DeleteDataset((await world.EventsAsync<LayerRegistered>()).Single().Dataset, World.Someone), World.Token);
        var head = await world.HeadAsync();

        (await world.PublishAsync(message)).ShouldBe(first);

        (await world.HeadAsync()).ShouldBe(head);
    }

    [Fact]
    public async Task The_same_message_twice_in_one_batch_is_registered_once_and_answered_twice()
    {
        await using var world = await World.OpenAsync();
        var message = await world.UploadAsync("1", Made.Scalars("a"));

        var answers = await world.PublishAllAsync(message, message);

        answers[0].Outcome.ShouldBe("accepted");
        answers[1].ShouldBe(answers[0]);
        (await world.EventsAsync<LayerRegistered>()).Count.ShouldBe(1);
    }

    [Fact]
    public async Task The_same_recording_under_another_message_id_is_known_and_stays_so()
    {
        await using var world = await World.OpenAsync();
        var file = Made.Scalars("a");
        await world.PublishAsync(await world.UploadAsync("1", file));

        var again = await world.UploadAsync("2", file);
        var known = await world.PublishAsync(again);

        known.Outcome.ShouldBe("known");
        (await world.PublishAsync(again)).ShouldBe(known);
        (await world.EventsAsync<LayerRegistered>()).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Two_messages_of_one_batch_about_one_layer_meet_in_their_order()
    {
        await using var world = await World.OpenAsync();
        var file = Made.Scalars("a");
        var (first, same, other) = (await world.UploadAsync("1", file), await world.UploadAsync("2", file), await world.UploadAsync("3", Made.Scalars("a", entity: "/elbow")));

        var answers = await world.PublishAllAsync(first, same, other);

        answers.Select(a => a.Outcome).ShouldBe(["accepted", "known", "quarantined"]);
        (await world.EventsAsync<LayerRegistered>()).Single().FileSha256.ShouldBe(first.Upload);
        answers[2].Reason!.ShouldStartWith("layer_stands: layer 'base' of segment 'a' has other content");
    }

    [Fact]
    public async Task A_layer_is_replaced_only_by_who_names_the_fingerprint_that_stands()
    {
        await using var world = await World.OpenAsync();
        await world.PublishAsync(await world.UploadAsync("1", Made.Scalars("a")));
        var standing = (await world.EventsAsync<LayerRegistered>()).Single().Fingerprint;
        var other = await world.UploadAsync("2", Made.Scalars("a", entity: "/elbow"));

        var wrong = await world.PublishAsync(other with { Replaces = Sha256Digest.Of("something else"u8) });
        var right = await world.PublishAsync(other with { MessageId = "3", Replaces = standing });

        wrong.Outcome.ShouldBe("quarantined");
        wrong.Reason!.ShouldContain($"field 'replaces': expected the fingerprint that stands, {standing}");
        right.Outcome.ShouldBe("accepted");
        (await world.EventsAsync<LayerRegistered>())[^1].Supersedes.ShouldBe(standing);
    }

    [Fact]
    public async Task A_file_at_an_allowed_URL_is_registered_when_its_size_and_hash_are_as_published()
    {
        await using var world = await World.OpenAsync();
        var file = Made.Scalars("a");

        var answer = await world.PublishAsync(world.Mount("1", file) with { SizeBytes = file.Length, Sha256 = Sha256Digest.Of(file), SegmentId = "a" });

        answer.Outcome.ShouldBe("accepted", answer.Reason);
    }

    [Fact]
    public async Task All_recordings_of_a_file_are_registered_or_none()
    {
        await using var world = await World.OpenAsync();
        await world.PublishAsync(await world.UploadAsync("1", Made.Scalars("b", entity: "/elbow")));

        var answer = await world.PublishAsync(await world.UploadAsync("2", Made.Several("a", "b", "c")));

        answer.Outcome.ShouldBe("quarantined");
        (await world.EventsAsync<LayerRegistered>()).Select(l => l.Segment).ShouldBe(["b"]);
        (await world.EventsAsync<RecordingQuarantined>()).Single().Reason.ShouldBe("layer_stands");
    }

    [Fact]
    public async Task MassTransits_envelope_is_read_like_bare_json()
    {
        await using var world = await World.OpenAsync();
        var inner = Encoding.UTF8.GetString(RobotMessageJson.Serialize(await world.UploadAsync("1", Made.Scalars("a"))));

        var answers = await world.PublishAsync(new RobotDelivery(Encoding.UTF8.GetBytes($$"""{"messageId":"of the envelope","messageType":["urn:message:Fleet:RecordingPublished"],"message":{{inner}}}"""), Robot.Itself));

        answers.Single().Answer.ShouldSatisfyAllConditions(a => a.Outcome.ShouldBe("accepted"), a => a.MessageId.ShouldBe("1"));
    }

    [Fact]
    public async Task A_gateway_speaks_for_any_robot()
    {
        await using var world = await World.OpenAsync();
        var message = await world.UploadAsync("1", Made.Scalars("a"));

        var answers = await world.PublishAsync(new RobotDelivery(RobotMessageJson.Serialize(message), new RobotSender("fleet-gateway", IsGateway: true)));

        answers.Single().ShouldSatisfyAllConditions(a => a.Answer.Outcome.ShouldBe("accepted"), a => a.To.ShouldBe("arm-7"));
    }

    [Fact]
    public async Task Two_registrars_that_get_the_same_messages_at_once_register_each_once_and_answer_alike()
    {
        await using var world = await World.OpenAsync();
        var messages = new List<RobotDelivery>();
        for (var k = 0; k < 20; k++)
        {
            messages.Add(Robot.Deliver(await world.UploadAsync($"{k}", Made.Scalars($"s{k}"))));
        }

        var other = world.NewRegistrar();
        var answers = await Task.WhenAll(world.Registrar.PublishAsync(messages, World.Token), other.PublishAsync([.. messages.AsEnumerable().Reverse()], World.Token));

        answers[1].Reverse().Select(a => a.Answer).ShouldBe(answers[0].Select(a => a.Answer));
        (await world.EventsAsync<LayerRegistered>()).Count.ShouldBe(20);
        (await world.EventsAsync<MessageAnswered>()).Count.ShouldBe(20);
    }

    [Fact]
    public async Task A_full_disk_answers_nobody_and_quarantines_nothing()
    {
        await using var world = await World.OpenAsync();
        var full = world.NewRegistrar(store: new FullStore(world.Store));

        foreach (var file in new[] { Made.Scalars("a"), Made.Scalars("a")[..^200] })
        {
            await Should.ThrowAsync<RecordingStorageException>(() => full.PublishAsync([Robot.Deliver(world.Mount("1", file))], World.Token));
        }

        (await world.LogAsync()).ShouldBeEmpty();
        (await world.PublishAsync(world.Mount("1", Made.Scalars("a")))).Outcome.ShouldBe("accepted");
    }

    private sealed class FullStore(IRecordingStore inner) : StoreDecorator(inner)
    {
        public override Task<KeptFile> KeepAsync(RecordingSource source, KeepMode mode, CancellationToken cancellationToken) => throw Full();

        public override Task<IReadOnlyList<KeptFile>> KeepAllAsync(IReadOnlyList<RecordingSource> sources, KeepMode mode, CancellationToken cancellationToken) => throw Full();

        private static RecordingStorageException Full() => new("recordings", "no space left on device", new IOException());
    }
}
