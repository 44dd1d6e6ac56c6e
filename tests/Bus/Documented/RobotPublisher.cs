using System.Security.Cryptography;
using System.Text.Json;
using RabbitMQ.Client;

namespace Fleet;

public static class RobotPublisher
{
    /// <returns>The answer: its <c>outcome</c> is accepted, known or quarantined.</returns>
    public static async Task<JsonElement> PublishAsync(Uri broker, string robot, string dataset, string file, CancellationToken cancellationToken)
    {
        await using var connection = await new ConnectionFactory { Uri = broker }.CreateConnectionAsync(cancellationToken);
        await using var channel = await connection.CreateChannelAsync(
            new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true, outstandingPublisherConfirmationsRateLimiter: null),
            cancellationToken);
        var keep = new Dictionary<string, object?> { ["x-expires"] = 2_592_000_000L, ["x-max-length"] = 100_000 };
        var answers = await channel.QueueDeclareAsync($"answer.{Word(robot)}", durable: true, exclusive: false, autoDelete: false, keep, cancellationToken: cancellationToken);
        await channel.QueueBindAsync(answers.QueueName, "answers", answers.QueueName, cancellationToken: cancellationToken);

        await using var bytes = File.OpenRead(file);
        var messageId = Guid.NewGuid().ToString();
        var message = new
        {
            messageId,
            robot,
            dataset,
            layer = "base",
            storageUrl = new Uri(Path.GetFullPath(file)).AbsoluteUri,
            sizeBytes = bytes.Length,
            sha256 = Convert.ToHexStringLower(await SHA256.HashDataAsync(bytes, cancellationToken)),
        };
        var properties = new BasicProperties { UserId = robot, MessageId = messageId, ContentType = "application/json", Persistent = true };
        await channel.BasicPublishAsync(
            "robots", $"robot.{Word(robot)}.{Word(dataset)}", mandatory: true, properties, JsonSerializer.SerializeToUtf8Bytes(message), cancellationToken);

        while (true)
        {
            if (await channel.BasicGetAsync(answers.QueueName, autoAck: true, cancellationToken) is not { } got)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), cancellationToken);
            }
            else if (JsonElement.Parse(got.Body.Span) is var answer && answer.GetProperty("messageId").GetString() == messageId)
            {
                return answer;
            }
        }
    }

    private static string Word(string name) => Uri.EscapeDataString(name).Replace(".", "%2E", StringComparison.Ordinal);
}
