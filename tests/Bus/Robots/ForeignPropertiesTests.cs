using RabbitMQ.Client;
using Strata.Contracts;
using Made = Strata.TestSupport.Recordings;

namespace Strata.Bus.Tests;

/// <summary>A message's properties and headers are its sender's: whatever stands in them, the server's own rights carry it nowhere else, and it is not lost.</summary>
public sealed class ForeignPropertiesTests(RabbitMqBroker broker)
{
    private const int Patience = 60_000;
    private const string TraceParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Timeout = Patience)]
    public async Task What_is_laid_aside_and_sent_back_reaches_its_own_queue_and_no_other()
    {
        await using var world = await OpenAsync();
        await world.StartAsync(heartbeats: new Deaf());
        await using var connection = await new ConnectionFactory { Uri = world.Broker }.CreateConnectionAsync(Token);
        await using var channel = await connection.CreateChannelAsync(cancellationToken: Token);
        var other = (await channel.QueueDeclareAsync(cancellationToken: Token)).QueueName;

        await world.PublishForeignAsync("{}"u8.ToArray(), Forged(world, other), RobotRouting.Heartbeat(world.Robot));
        await world.UntilDeadAsync(1);
        var dead = (await channel.BasicGetAsync(world.Prefix + BusNames.HeartbeatsQueue + BusNames.DeadSuffix, autoAck: false, Token))!;
        await channel.BasicNackAsync(dead.DeliveryTag, multiple: false, requeue: true, Token);
        await using (var box = await world.DeadLettersAsync())
        {
            (await box.RedriveAsync(_ => true, Token)).ShouldHaveSingleItem();
        }

        await world.UntilDeadAsync(1);
        (await channel.MessageCountAsync(other, Token)).ShouldBe(0u);

        // Those that begin so are the broker's own and its client's.
        dead.BasicProperties.Headers!.Keys.Where(name => !name.StartsWith("x-", StringComparison.Ordinal)).Order(StringComparer.Ordinal).ShouldBe(["strata-reason", "strata-user", "traceparent"]);
        QueuedMessage.Header(dead.BasicProperties, "traceparent").ShouldBe(TraceParent);
        dead.BasicProperties.ShouldSatisfyAllConditions(
            p => p.ContentType.ShouldBe("application/json"), p => p.MessageId.ShouldBe("7"), p => p.IsExpirationPresent().ShouldBeFalse(), p => p.IsReplyToPresent().ShouldBeFalse(), p => p.IsPriorityPresent().ShouldBeFalse());
    }

    /// <summary>Where the broker itself laid it, with everything on it that its sender wrote.</summary>
    [Fact(Timeout = Patience)]
    public async Task What_the_broker_laid_among_the_dead_is_sent_back_to_its_own_queue_and_no_other()
    {
        await using var world = await OpenAsync();
        await using var connection = await new ConnectionFactory { Uri = world.Broker }.CreateConnectionAsync(Token);
        await using var channel = await connection.CreateChannelAsync(new CreateChannelOptions(true, true, null), Token);
        var other = (await channel.QueueDeclareAsync(cancellationToken: Token)).QueueName;
        await world.StartAsync();
        await world.StopAsync();
        var forwarded = Forged(world, world.Queue + BusNames.DeadSuffix);
        await channel.ExchangeDeclareAsync(world.Prefix + "any", ExchangeType.Fanout, autoDelete: true, cancellationToken: Token);
        await channel.QueueBindAsync(world.Queue + BusNames.DeadSuffix, world.Prefix + "any", "", cancellationToken: Token);
        forwarded.Headers!["CC"] = new List<object?> { other };
        await channel.BasicPublishAsync(world.Prefix + "any", "", mandatory: true, forwarded, "{}"u8.ToArray(), Token);

        await using var box = await world.DeadLettersAsync();
        (await box.RedriveAsync(_ => true, Token)).ShouldHaveSingleItem();

        (await channel.MessageCountAsync(other, Token)).ShouldBe(0u);
        var back = (await channel.BasicGetAsync(world.Queue, autoAck: true, Token))!.BasicProperties;
        (back.IsExpirationPresent(), back.Headers!.ContainsKey("CC"), back.Headers.ContainsKey("BCC")).ShouldBe((false, false, false));
    }

    [Theory(Timeout = Patience)]
    [InlineData(1e300)]
    [InlineData(-1L)]
    [InlineData("five")]
    [InlineData(true)]
    public async Task A_count_of_deliveries_that_a_robot_made_up_loses_nothing(object count)
    {
        await using var world = await OpenAsync();
        var answers = await world.ListenAsync();
        await world.StartAsync();

        await world.PublishForeignAsync(
            RobotMessageJson.Serialize(await world.UploadAsync("1", Made.Scalars("a"))),
            new BasicProperties { UserId = world.Robot, Persistent = true, Headers = new Dictionary<string, object?> { ["x-delivery-count"] = count } });
        await world.PublishOnceAsync(await world.UploadAsync("2", Made.Scalars("b")));

        (await world.AnswersAsync(answers, 2)).Select(a => (a.MessageId, a.Outcome)).ShouldBe([("1", "accepted"), ("2", "accepted")]);
        world.Standing.LastError.ShouldBeNull();
    }

    private async Task<RobotWorld> OpenAsync()
    {
        Assert.SkipWhen(broker.Address is null, broker.Absence);
        return await RobotWorld.OpenAsync(broker.Address!, UnreliableBus.Transport.Reliable);
    }

    /// <summary>All that would have the broker deliver a copy elsewhere, drop it early, or call somebody back.</summary>
    private static BasicProperties Forged(RobotWorld world, string other) => new()
    {
        UserId = world.Robot,
        MessageId = "7",
        ContentType = "application/json",
        Expiration = "600000",
        ReplyTo = other,
        Priority = 9,
        Headers = new Dictionary<string, object?>
        {
            ["CC"] = new List<object?> { other },
            ["BCC"] = new List<object?> { other },
            ["anything"] = "else",
            ["traceparent"] = TraceParent,
        },
    };

    private sealed class Deaf : IHandle<RobotHeartbeat>
    {
        public Task HandleAsync(RobotHeartbeat message, CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
