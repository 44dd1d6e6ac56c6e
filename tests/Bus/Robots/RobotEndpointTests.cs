using System.Text;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using RabbitMQ.Client.Exceptions;
using Strata.Contracts;
using Strata.EventStore;
using Strata.Registrar;
using Strata.UnreliableBus;
using Made = Strata.TestSupport.Recordings;

namespace Strata.Bus.Tests;

/// <summary>Robots' messages on a real broker: each has its effect once, whatever becomes of the message, its reader and the server's own disk.</summary>
public abstract class RobotEndpointTests(RabbitMqBroker broker)
{
    private const int Patience = 60_000;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private Transport Transport => OverAttribute.Of(this);

    [Fact(Timeout = Patience)]
    public async Task A_published_recording_is_registered_and_its_robot_answered()
    {
        await using var world = await OpenAsync();
        await world.StartAsync();
        var answers = await world.ListenAsync();

        await world.PublishAsync(await world.UploadAsync("1", Made.Scalars("a")));

        (await world.AnswerAsync(answers)).ShouldSatisfyAllConditions(
            a => a.Outcome.ShouldBe("accepted"), a => a.MessageId.ShouldBe("1"), a => a.SegmentId.ShouldBe("a"), a => a.Position.ShouldNotBeNull());
        (await world.EventsAsync<LayerRegistered>()).Single().Source.ShouldBe(new EventSource("robot", world.Robot));
    }

    [Fact(Timeout = Patience)]
    public async Task What_was_published_while_no_server_ran_is_registered_in_batches_when_one_does()
    {
        await using var world = await OpenAsync();
        await world.StartAsync();
        await world.StopAsync();
        var answers = await world.ListenAsync();
        for (var k = 0; k < 300; k++)
        {
            await world.PublishAsync(await world.UploadAsync($"{k}", Made.Scalars($"s{k}")));
        }

        var registrar = new FaultyRegistrar(world.Registrar);
        await world.StartAsync(registrar);

        (await world.AnswersAsync(answers, 300)).ShouldAllBe(a => a.Outcome == "accepted");
        registrar.Largest.ShouldBeGreaterThan(50);
        (await world.EventsAsync<LayerRegistered>()).Count.ShouldBe(300);
    }

    [Fact(Timeout = Patience)]
    public async Task Messages_that_come_twice_and_out_of_order_are_registered_once_and_answered_alike()
    {
        await using var world = await OpenAsync();
        await world.StartAsync();
        var answers = await world.ListenAsync();
        var messages = new List<RecordingPublished>();
        for (var k = 0; k < 100; k++)
        {
            messages.Add(await world.UploadAsync($"{k}", Made.Scalars($"s{k}")));
        }

        var order = new Random(Seeds.Next());
        foreach (var message in messages.SelectMany((m, k) => k % 10 == 0 ? new[] { m, m, m } : [m]).OrderBy(m => order.Next(3)))
        {
            await world.PublishAsync(message);
        }

        var told = await world.AllAnswersAsync(answers);
        told.Distinct().Select(a => a.MessageId).Order(StringComparer.Ordinal).ShouldBe(messages.Select(m => m.MessageId).Order(StringComparer.Ordinal));
        told.ShouldAllBe(a => a.Outcome == "accepted");
        (await world.EventsAsync<LayerRegistered>()).Count.ShouldBe(100);
        (await world.EventsAsync<MessageAnswered>()).Count.ShouldBe(100);
    }

    [Fact(Timeout = Patience)]
    public async Task A_server_that_dies_between_its_append_and_its_answer_gives_the_same_answer_when_it_is_back()
    {
        await using var world = await OpenAsync();
        var answers = await world.ListenAsync();
        await world.StartAsync(new FaultyRegistrar(world.Registrar, after: call => call == 1 ? throw Death() : Task.CompletedTask));

        await world.PublishAsync(await world.UploadAsync("1", Made.Scalars("a")));

        (await world.AllAnswersAsync(answers)).ShouldAllBe(a => a.Outcome == "accepted");
        (await world.EventsAsync<LayerRegistered>()).Count.ShouldBe(1);
        (await world.CountAsync(answers)).ShouldBe(0u);
    }

    [Theory(Timeout = Patience)]
    [InlineData("nonsense")]
    [InlineData("{}")]
    [InlineData("")]
    public async Task What_is_no_message_goes_to_quarantine_once_and_keeps_no_other_out(string body)
    {
        await using var world = await OpenAsync();
        var answers = await world.ListenAsync();
        var registrar = new FaultyRegistrar(world.Registrar);
        await world.StartAsync(registrar);

        await world.PublishAsync(Encoding.UTF8.GetBytes(body), world.Robot);
        await world.PublishAsync(await world.UploadAsync("1", Made.Scalars("a")));

        (await world.AnswersAsync(answers, 2)).Select(a => a.Outcome).ShouldBe(["quarantined", "accepted"], ignoreOrder: Transport == Transport.Unreliable);
        (await world.EventsAsync<RecordingQuarantined>()).Single().ShouldSatisfyAllConditions(e => e.Reason.ShouldBe("message"), e => e.Source.Who.ShouldBe(world.Robot), e => e.Message.ShouldBe(body));
        registrar.Calls.ShouldBeLessThanOrEqualTo(world.Arrived + world.Link.Breaks);
        (await world.DeadAsync()).ShouldBeEmpty();
    }

    [Fact(Timeout = Patience)]
    public async Task A_message_without_a_user_is_of_nobody_and_registers_nothing()
    {
        await using var world = await OpenAsync();
        await world.StartAsync();

        await world.PublishAsync(RobotMessageJson.Serialize(await world.UploadAsync("1", Made.Scalars("a"))), userId: null);

        (await world.UntilAsync<RecordingQuarantined>(1)).Single().ShouldSatisfyAllConditions(e => e.Reason.ShouldBe("sender"), e => e.Source.Who.ShouldBeNull());
        (await world.EventsAsync<LayerRegistered>()).ShouldBeEmpty();
    }

    [Fact(Timeout = Patience)]
    public async Task While_the_log_cannot_be_written_messages_are_held_and_nobody_is_told_a_lie()
    {
        await using var world = await OpenAsync();
        var answers = await world.ListenAsync();
        var registrar = new FaultyRegistrar(world.Registrar, before: (_, call) => call < 12 ? throw new LogStorageException("the database does not answer") : Task.CompletedTask);
        await world.StartAsync(registrar);

        await world.PublishAsync(await world.UploadAsync("1", Made.Scalars("a")));

        (await world.AnswerAsync(answers)).Outcome.ShouldBe("accepted");
        registrar.Calls.ShouldBeInRange(12, 11 + world.Arrived + world.Link.Breaks);
        (await world.DeadAsync()).ShouldBeEmpty();
        (await world.EventsAsync<RecordingQuarantined>()).ShouldBeEmpty();
    }

    [Fact(Timeout = Patience)]
    public async Task Messages_that_were_held_for_too_long_begin_anew_with_no_delivery_counted_and_their_sender_noted()
    {
        await using var world = await OpenAsync();
        var answers = await world.ListenAsync();
        var registrar = new FaultyRegistrar(world.Registrar, before: (_, call) => call < 40 ? throw new LogStorageException("the database does not answer") : Task.CompletedTask);
        await world.StartAsync(registrar, options: o => o with { HoldAtMost = TimeSpan.Zero });

        await world.PublishAsync(await world.UploadAsync("1", Made.Scalars("a")));
        await world.PublishAsync(RobotMessageJson.Serialize(await world.UploadAsync("2", Made.Scalars("b"))), userId: null);

        (await world.AnswerAsync(answers)).Outcome.ShouldBe("accepted");
        (await world.UntilAsync<RecordingQuarantined>(1)).Single().ShouldSatisfyAllConditions(e => e.Reason.ShouldBe("sender"), e => e.Source.Who.ShouldBeNull());
        (await world.DeadAsync()).ShouldBeEmpty();
    }

    [Fact(Timeout = Patience)]
    public async Task A_message_that_its_reader_always_fails_on_lies_among_the_dead_with_its_reason_until_it_is_sent_back()
    {
        await using var world = await OpenAsync();
        var answers = await world.ListenAsync();
        var isMended = false;
        var bad = await world.UploadAsync("bad", Made.Scalars("bad"));
        var registrar = new FaultyRegistrar(
            world.Registrar, before: (deliveries, _) => !isMended && deliveries.Any(d => IsOf(d, bad)) ? throw new InvalidOperationException("a fault of ours") : Task.CompletedTask);
        await world.StartAsync(registrar);
        await world.PublishAsync(bad);
        await world.PublishAsync(await world.UploadAsync("good", Made.Scalars("good")));

        (await world.AnswerAsync(answers)).MessageId.ShouldBe("good");
        var letter = (await world.UntilDeadAsync(1)).Single();
        letter.ShouldSatisfyAllConditions(l => l.Reason.ShouldBe("InvalidOperationException: a fault of ours"), l => l.User.ShouldBe(world.Robot), l => l.From.ShouldBe(world.Queue), l => l.Queue.ShouldBe(world.Queue + "_dead"));
        (await world.DeadAsync()).ShouldBe([letter], "looking takes nothing away");

        isMended = true;
        await using var box = await world.DeadLettersAsync();
        (await box.RedriveAsync(l => l.Id == letter.Id, Token)).Distinct().ShouldBe([letter]);

        (await world.AnswerAsync(answers)).ShouldSatisfyAllConditions(a => a.MessageId.ShouldBe("bad"), a => a.Outcome.ShouldBe("accepted"));
        (await world.DeadAsync()).ShouldBeEmpty();
    }

    [Fact(Timeout = Patience)]
    public async Task A_message_that_kills_its_reader_dies_alone()
    {
        await using var world = await OpenAsync();
        await world.StartAsync();
        await world.StopAsync();
        var answers = await world.ListenAsync();
        for (var k = 0; k < 30; k++)
        {
            await world.PublishAsync(await world.UploadAsync($"{k}", Made.Scalars($"s{k}")));
        }

        var killer = (await world.UploadAsync("15", Made.Scalars("killer"))) with { MessageId = "killer" };
        await world.PublishOnceAsync(killer);
        for (var k = 30; k < 40; k++)
        {
            await world.PublishAsync(await world.UploadAsync($"{k}", Made.Scalars($"s{k}")));
        }

        var deaths = 0;
        await world.StartAsync(new FaultyRegistrar(world.Registrar, before: (deliveries, _) =>
        {
            if (deliveries.Any(d => IsOf(d, killer)))
            {
                deaths++;
                throw Death();
            }

            return Task.CompletedTask;
        }));

        (await world.AnswersAsync(answers, 40)).ShouldAllBe(a => a.Outcome == "accepted");
        (await world.UntilDeadAsync(1)).Single().ShouldSatisfyAllConditions(l => l.Reason.ShouldBe("delivery_limit"), l => l.Body.ShouldContain("\"killer\""));

        // A link that breaks for another reason counts as a delivery of what waits behind that, too.
        deaths.ShouldBeInRange(Transport == Transport.Reliable ? QueueSpec.DeliveryLimit + 1 : 1, QueueSpec.DeliveryLimit + 1);
    }

    [Fact(Timeout = Patience)]
    public async Task Heartbeats_are_taken_only_where_somebody_wants_them()
    {
        await using var world = await OpenAsync();
        await world.StartAsync();

        var returned = await Should.ThrowAsync<PublishException>(async () =>
        {
            await world.PublishAsync(Heartbeat(world.Robot), world.Robot, RobotRouting.Heartbeat(world.Robot));
            await world.ReleaseAsync();
        });

        returned.IsReturn.ShouldBeTrue();
    }

    [Fact(Timeout = Patience)]
    public async Task A_heartbeat_reaches_its_handler_and_a_forged_or_malformed_one_the_dead_letters()
    {
        await using var world = await OpenAsync();
        var heard = new HeardHeartbeats();
        await world.StartAsync(heartbeats: heard);

        await world.PublishAsync("{}"u8.ToArray(), world.Robot, RobotRouting.Heartbeat(world.Robot));
        await world.PublishAsync(Heartbeat("arm-8"), userId: null, RobotRouting.Heartbeat(world.Robot));
        await world.PublishAsync(Heartbeat(world.Robot), world.Robot, RobotRouting.Heartbeat(world.Robot));

        await world.ReleaseAsync();
        (await heard.Received.Reader.ReadAsync(Token)).ShouldBe(new RobotHeartbeat(world.Robot, 1, 2, 3, null, "0.6.0"));
        var letters = await world.UntilDeadAsync(2);
        letters.Select(l => l.Reason).ShouldBe(
            ["field 'robot': expected text, found nothing", "field 'robot': expected a message whose user_id says who sent it, found 'arm-8'"], ignoreOrder: Transport == Transport.Unreliable);
    }

    [Fact(Timeout = Patience)]
    public async Task Every_queue_is_a_quorum_queue_with_a_delivery_limit_and_dead_letters()
    {
        await using var world = await OpenAsync();
        await world.StartAsync(heartbeats: new HeardHeartbeats());
        await using var connection = await new ConnectionFactory { Uri = world.Broker }.CreateConnectionAsync(Token);
        await using var channel = await connection.CreateChannelAsync(cancellationToken: Token);

        foreach (var queue in new[] { BusNames.RobotsQueue, BusNames.HeartbeatsQueue }.Select(q => world.Prefix + q))
        {
            // Declaring a queue again with other arguments is refused by the broker: only the very same ones pass.
            var arguments = new Dictionary<string, object?> { ["x-queue-type"] = "quorum", ["x-delivery-limit"] = 5, ["x-dead-letter-exchange"] = queue + "_dead" };
            (await channel.QueueDeclareAsync(queue, durable: true, exclusive: false, autoDelete: false, arguments, cancellationToken: Token)).QueueName.ShouldBe(queue);
            await channel.QueueDeclarePassiveAsync(queue + "_dead", Token);
        }
    }

    private Task<RobotWorld> OpenAsync()
    {
        Assert.SkipWhen(broker.Address is null, broker.Absence);
        return RobotWorld.OpenAsync(broker.Address!, Transport);
    }

    private static bool IsOf(RobotDelivery delivery, RecordingPublished message) => Encoding.UTF8.GetString(delivery.Body.Span).Contains($"\"{message.MessageId}\"", StringComparison.Ordinal);

    /// <summary>As the endpoint sees its link end: what it took and did not acknowledge goes back, and counts as delivered.</summary>
    private static OperationInterruptedException Death() => new(new ShutdownEventArgs(ShutdownInitiator.Peer, 541, "killed"));

    private static byte[] Heartbeat(string robot) => RobotMessageJson.Serialize(new RobotHeartbeat(robot, 1, 2, 3, null, "0.6.0"));

    private sealed class HeardHeartbeats : IHandle<RobotHeartbeat>
    {
        public System.Threading.Channels.Channel<RobotHeartbeat> Received { get; } = System.Threading.Channels.Channel.CreateUnbounded<RobotHeartbeat>();

        public async Task HandleAsync(RobotHeartbeat message, CancellationToken cancellationToken) => await Received.Writer.WriteAsync(message, cancellationToken);
    }
}

[Over(Transport.Reliable)]
public sealed class ReliableRobotEndpointTests(RabbitMqBroker broker) : RobotEndpointTests(broker);

[Over(Transport.Unreliable)]
public sealed class UnreliableRobotEndpointTests(RabbitMqBroker broker) : RobotEndpointTests(broker);
