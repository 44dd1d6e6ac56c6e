using RabbitMQ.Client;

namespace Strata.Bus;

/// <summary>
/// Messages that the server publishes again as they are: among dead letters, back from there, or at the end of their queue. The broker takes no <c>user_id</c> of
/// somebody else, so that who sent it first stands in a header, which counts only in what the server itself published.
/// </summary>
internal static class LaidAside
{
    /// <summary>Header: who sent it first; empty where nobody is known.</summary>
    public const string ForwardedFor = "strata-user";

    /// <summary>Header: why it lies among dead letters.</summary>
    public const string Reason = "strata-reason";

    /// <summary>Brokers limit all headers together to a frame.</summary>
    private const int MaxReasonCharacters = 2_000;

    /// <summary>Ends when the broker has it in the queue.</summary>
    /// <param name="ownUser">As which the channel is connected.</param>
    /// <param name="reason">Null: it starts anew.</param>
    public static ValueTask PublishAsync(
        IChannel channel, string queue, ReadOnlyMemory<byte> body, IReadOnlyBasicProperties properties, string ownUser, string? reason, CancellationToken cancellationToken)
    {
        var sender = properties.UserId == ownUser && QueuedMessage.Header(properties, ForwardedFor) is { } first ? first : properties.UserId ?? "";
        var headers = (properties.Headers ?? new Dictionary<string, object?>()).Where(h => !IsOfAnEarlierLife(h.Key)).ToDictionary(h => h.Key, h => h.Value, StringComparer.Ordinal);
        headers[ForwardedFor] = sender;
        if (reason is not null)
        {
            headers[Reason] = reason.Length <= MaxReasonCharacters ? reason : string.Concat(reason.AsSpan(0, MaxReasonCharacters), "…");
        }

        var copy = new BasicProperties(properties) { Persistent = true, UserId = ownUser, Headers = headers };
        return channel.BasicPublishAsync("", queue, mandatory: true, copy, body, cancellationToken);
    }

    /// <summary>Deaths and counts of the broker, faults of MassTransit, our own reason: of what comes again none is true any more.</summary>
    private static bool IsOfAnEarlierLife(string header) =>
        header.StartsWith("x-", StringComparison.Ordinal) || header.StartsWith("MT-", StringComparison.Ordinal) || header is Reason or ForwardedFor;
}
