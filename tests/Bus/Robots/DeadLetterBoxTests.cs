using System.Text;
using RabbitMQ.Client;

namespace Strata.Bus.Tests;

/// <summary>Whatever queue a message died in, and however: it is found, and goes back to where it came from.</summary>
public sealed class DeadLetterBoxTests(RabbitMqBroker broker)
{
    private const int Patience = 60_000;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>By the broker, by MassTransit's consumers, and by its endpoints that no consumer wants a message of.</summary>
    private static readonly string[] Suffixes = ["_dead", "_error", "_skipped"];

    public static TheoryData<string> Queues => [.. typeof(BusNames).GetFields().Where(f => f.Name.EndsWith("Queue", StringComparison.Ordinal)).Select(f => (string)f.GetValue(null)!)];

    [Theory(Timeout = Patience)]
    [MemberData(nameof(Queues))]
    public async Task What_died_of_a_queue_is_listed_and_sent_back_to_it(string name)
    {
        Assert.SkipWhen(broker.Address is null, broker.Absence);
        var prefix = $"d{Guid.NewGuid():N}-";
        var queue = prefix + name;
        await using var connection = await new ConnectionFactory { Uri = broker.Address! }.CreateConnectionAsync(Token);
        await using var channel = await connection.CreateChannelAsync(new CreateChannelOptions(true, true, null), Token);
        foreach (var suffix in Suffixes.Prepend(""))
        {
            await channel.QueueDeclareAsync(queue + suffix, durable: true, exclusive: false, autoDelete: false, cancellationToken: Token);
        }

        foreach (var suffix in Suffixes)
        {
            await channel.BasicPublishAsync("", queue + suffix, mandatory: true, new BasicProperties { Persistent = true }, Encoding.UTF8.GetBytes("died" + suffix), Token);
        }

        await using var box = await DeadLetterBox.OpenAsync(broker.Address!, prefix, Token);
        var letters = (await box.ListAsync(100, Token)).Letters;
        var sent = await box.RedriveAsync(_ => true, Token);

        letters.Select(l => (l.From, l.Queue, l.Body)).ShouldBe(Suffixes.Select(s => (queue, queue + s, "died" + s)));
        sent.ShouldBe(letters);
        (await channel.QueueDeclarePassiveAsync(queue, Token)).MessageCount.ShouldBe(3u);
        (await box.ListAsync(100, Token)).Letters.ShouldBeEmpty();
        foreach (var suffix in Suffixes.Prepend(""))
        {
            await channel.QueueDeleteAsync(queue + suffix, cancellationToken: Token);
        }
    }
}
