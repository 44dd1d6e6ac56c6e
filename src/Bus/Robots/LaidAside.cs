using RabbitMQ.Client;
using Strata.Contracts;

namespace Strata.Bus;

/// <summary>
/// Messages that the server publishes again: among dead letters, back from there, or at the end of their queue. The broker takes no <c>user_id</c> of
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

    /// <summary>Much longer than any version of W3C's trace context.</summary>
    private const int MaxTraceParentCharacters = 255;

    /// <summary>Ends when the broker has it in the queue.</summary>
    /// <param name="ownUser">As which the channel is connected.</param>
    /// <param name="reason">Null: it starts anew.</param>
    public static ValueTask PublishAsync(
        IChannel channel, string queue, ReadOnlyMemory<byte> body, IReadOnlyBasicProperties properties, string ownUser, string? reason, CancellationToken cancellationToken)
    {
        var headers = new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            [ForwardedFor] = properties.UserId == ownUser && QueuedMessage.Header(properties, ForwardedFor) is { } first ? first : properties.UserId ?? "",
        };
        if (reason is not null)
        {
            headers[Reason] = reason.Length <= MaxReasonCharacters ? reason : string.Concat(reason.AsSpan(0, MaxReasonCharacters), "…");
        }

        if (QueuedMessage.Header(properties, StrataTracing.TraceParent) is { Length: <= MaxTraceParentCharacters } traceParent)
        {
            headers[StrataTracing.TraceParent] = traceParent;
        }

        var copy = Described(properties);
        copy.Persistent = true;
        copy.UserId = ownUser;
        copy.Headers = headers;
        return channel.BasicPublishAsync("", queue, mandatory: true, copy, body, cancellationToken);
    }

    /// <summary>
    /// What a reader needs to know of the body, and nothing that tells the broker what to do: <c>expiration</c> would let go of it, and a header <c>CC</c> or <c>BCC</c> have
    /// the broker write it into any queue with the server's rights. So headers are not copied either, but for those that are named above.
    /// </summary>
    private static BasicProperties Described(IReadOnlyBasicProperties properties) => new()
    {
        ContentType = properties.ContentType,
        ContentEncoding = properties.ContentEncoding,
        MessageId = properties.MessageId,
        CorrelationId = properties.CorrelationId,
        Type = properties.Type,
    };
}
