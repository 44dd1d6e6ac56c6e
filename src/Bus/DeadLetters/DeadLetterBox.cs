using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Strata.Bus;

/// <summary>The dead letters of all of Strata's queues: looked at without losing one, and sent back to where they came from.</summary>
public sealed class DeadLetterBox : IAsyncDisposable
{
    private const string DeliveryLimit = "delivery_limit";

    /// <summary>Shown of a body; a feed's batch has megabytes.</summary>
    private const int MaxBodyBytes = 64 * 1024;

    private const int NotFound = 404;

    private readonly BrokerLink _link;
    private readonly RobotEndpointOptions _options;

    private DeadLetterBox(BrokerLink link, RobotEndpointOptions options) => (_link, _options) = (link, options);

    /// <exception cref="BrokerUnreachableException">The broker does not answer, or refuses the user.</exception>
    public static async Task<DeadLetterBox> OpenAsync(Uri broker, string prefix, CancellationToken cancellationToken) =>
        new(await BrokerLink.OpenAsync(broker, "strata dead-letter", cancellationToken), new RobotEndpointOptions(broker, prefix, []));

    /// <summary>Takes what is there and gives it back: nobody else sees these messages for that moment, and none is lost.</summary>
    /// <param name="limit">At most so many of each queue.</param>
    public async Task<DeadLetterList> ListAsync(int limit, CancellationToken cancellationToken)
    {
        var (queues, letters) = (new List<DeadQueue>(), new List<DeadLetter>());
        foreach (var queue in await FindAsync(cancellationToken))
        {
            queues.Add(queue);

            // Closed with everything unacknowledged, which puts it back where it was.
            await using var channel = await _link.OpenChannelAsync(cancellationToken);
            for (var k = 0; k < limit && await channel.BasicGetAsync(queue.Name, autoAck: false, cancellationToken) is { } got; k++)
            {
                letters.Add(LetterOf(queue.Name, got));
            }
        }

        return new(queues, letters);
    }

    /// <summary>Sends letters back; each leaves the dead ones when the broker has it in its queue again.</summary>
    /// <param name="wanted">Which ones.</param>
    /// <returns>Those that were sent back.</returns>
    public async Task<IReadOnlyList<DeadLetter>> RedriveAsync(Func<DeadLetter, bool> wanted, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(wanted);
        var sent = new List<DeadLetter>();
        foreach (var queue in await FindAsync(cancellationToken))
        {
            await using var channel = await _link.OpenChannelAsync(cancellationToken);

            // No more than lay there at first: what dies again meanwhile waits for the next time.
            for (var k = 0L; k < queue.Messages && await channel.BasicGetAsync(queue.Name, autoAck: false, cancellationToken) is { } got; k++)
            {
                var letter = LetterOf(queue.Name, got);
                if (wanted(letter))
                {
                    await LaidAside.PublishAsync(_link.Publish, letter.From, got.Body, got.BasicProperties, _options.OwnUser, reason: null, cancellationToken);
                    await channel.BasicAckAsync(got.DeliveryTag, multiple: false, cancellationToken);
                    sent.Add(letter);
                }
            }
        }

        return sent;
    }

    public ValueTask DisposeAsync() => _link.DisposeAsync();

    private async Task<IReadOnlyList<DeadQueue>> FindAsync(CancellationToken cancellationToken)
    {
        var found = new List<DeadQueue>();
        foreach (var name in BusNames.Queues.SelectMany(q => BusNames.DeadSuffixes.Select(s => _options.Prefix + q + s)))
        {
            // A broker answers the question for a queue that is not there by closing the channel.
            await using var channel = await _link.OpenChannelAsync(cancellationToken);
            try
            {
                found.Add(new(name, (await channel.QueueDeclarePassiveAsync(name, cancellationToken)).MessageCount));
            }
            catch (OperationInterruptedException e) when (e.ShutdownReason?.ReplyCode == NotFound)
            {
                // Made with its first message, or with the first server: none is there.
                continue;
            }
        }

        return found;
    }

    private DeadLetter LetterOf(string queue, BasicGetResult got)
    {
        var properties = got.BasicProperties;
        var user = _options.SenderOf(properties.UserId, QueuedMessage.Header(properties, LaidAside.ForwardedFor)).Name;
        return new(
            IdOf(queue, user, got.Body.Span),
            queue,
            queue[..^BusNames.DeadSuffixes.First(s => queue.EndsWith(s, StringComparison.Ordinal)).Length],
            ReasonOf(properties),
            user,
            got.Body.Length,
            Encoding.UTF8.GetString(got.Body.Span[..Math.Min(got.Body.Length, MaxBodyBytes)]));
    }

    private static string ReasonOf(IReadOnlyBasicProperties properties) =>
        QueuedMessage.Header(properties, LaidAside.Reason)
        ?? QueuedMessage.Header(properties, "MT-Fault-Message")
        ?? QueuedMessage.Header(properties, "x-first-death-reason")
        ?? DeliveryLimit;

    private static string IdOf(string queue, string? user, ReadOnlySpan<byte> body)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{queue}\0{user}\0")));
        hash.AppendData(body);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
