using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;
using Strata.Contracts;
using Strata.UnreliableBus;

namespace Strata.Bus.Tests;

/// <summary>What docs/publishing.md says of users, reasons and messages is so.</summary>
[Collection(NamesOfThePage.Name)]
public sealed class PublishingPageTests(RabbitMqBroker broker)
{
    private const int Patience = 120_000;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Timeout = Patience)]
    public async Task A_robots_user_publishes_under_its_own_name_only_and_reads_its_own_answers_only()
    {
        await PublishingPage.MakeUserAsync(broker, Token);
        await using var world = await RobotWorld.OpenAsync(broker.Address!, Transport.Reliable, prefix: "");
        await world.StartAsync();
        await using var connection = await new ConnectionFactory { Uri = PublishingPage.RobotAt(broker) }.CreateConnectionAsync(Token);

        await RefusedAsync(connection, channel => PublishAsync(channel, "robot.arm-8.d", "arm-7"), 403);
        await RefusedAsync(connection, channel => PublishAsync(channel, "robot.arm-77.d", "arm-7"), 403);
        await RefusedAsync(connection, channel => PublishAsync(channel, "robot.arm-7.d", "arm-8"), 406);
        await RefusedAsync(connection, channel => channel.QueueBindAsync("answer.arm-7", "answers", "answer.arm-8", cancellationToken: Token), 403);
        await RefusedAsync(connection, channel => channel.QueueBindAsync("answer.arm-7", "answers", "#", cancellationToken: Token), 403);
        await RefusedAsync(connection, channel => channel.BasicGetAsync(BusNames.RobotsQueue, autoAck: true, Token), 403);
    }

    [Fact]
    public void The_answer_and_the_heartbeat_of_the_page_are_messages_of_ours()
    {
        var blocks = PublishingPage.Blocks("json");

        RobotMessageReader.ReadAnswered(System.Text.Encoding.UTF8.GetBytes(blocks[0])).Refusal.ShouldBeNull();
        RobotMessageReader.ReadHeartbeat(System.Text.Encoding.UTF8.GetBytes(blocks[1])).Refusal.ShouldBeNull();
    }

    [Fact]
    public void Every_reason_of_quarantine_stands_on_the_page()
    {
        var reasons = typeof(QuarantineReasons).GetFields().Select(f => (string)f.GetValue(null)!);

        reasons.ShouldAllBe(reason => PublishingPage.Text.Contains($"`{reason}`", StringComparison.Ordinal));
    }

    private static async Task RefusedAsync(IConnection connection, Func<IChannel, Task> act, int code)
    {
        await using var channel = await connection.CreateChannelAsync(new CreateChannelOptions(true, true, null), Token);
        var keep = new Dictionary<string, object?> { ["x-expires"] = 2_592_000_000L, ["x-max-length"] = 100_000 };
        await channel.QueueDeclareAsync("answer.arm-7", durable: true, exclusive: false, autoDelete: false, keep, cancellationToken: Token);
        (await Should.ThrowAsync<OperationInterruptedException>(() => act(channel))).ShutdownReason!.ReplyCode.ShouldBe((ushort)code);
    }

    private static async Task PublishAsync(IChannel channel, string key, string userId) =>
        await channel.BasicPublishAsync("robots", key, mandatory: true, new BasicProperties { UserId = userId }, "{}"u8.ToArray(), Token);
}
