using System.Collections.Immutable;
using System.Data.Common;
using Strata.Contracts;
using Strata.EventStore;
using Strata.Recordings;

namespace Strata.Registrar;

/// <summary>The door of robots: what their messages say is registered, and each message gets its answer, the same however often it comes. Source: DESIGN rules 1 and 2.</summary>
public interface IPublishRecordings
{
    /// <summary>Many messages in one append a dataset. When it returns, every answer stands in the log.</summary>
    /// <returns>One a delivery, in their order.</returns>
    /// <exception cref="Exception">Nothing is known of any of them: deliver all again, when the trouble is over where <see cref="PublishFaults.IsOutage"/> says that it is one.</exception>
    Task<IReadOnlyList<PublishAnswer>> PublishAsync(IReadOnlyList<RobotDelivery> deliveries, CancellationToken cancellationToken);
}

/// <param name="Body">Of the message, as it came; not to be changed until it is answered.</param>
public sealed record RobotDelivery(ReadOnlyMemory<byte> Body, RobotSender Sender)
{
    /// <summary>W3C trace parent of the message, to which its events belong; null: the one under which the call is made, if any.</summary>
    public string? TraceParent { get; init; }
}

/// <param name="Name">For whom the broker or a token vouches; null: for nobody.</param>
/// <param name="IsGateway">Trusted to speak for every robot.</param>
public sealed record RobotSender(string? Name, bool IsGateway)
{
    public bool MaySpeakFor(string robot) => IsGateway || Name == robot;
}

/// <param name="To">The robot that gets the answer; null where nobody is known to whom it could be given.</param>
public sealed record PublishAnswer(RecordingAnswered Answer, string? To);

public static class PublishFaults
{
    /// <summary>Trouble of the whole server, which no message is to blame for and which ends: the log or the store cannot be written.</summary>
    public static bool IsOutage(Exception failure) => failure
        is LogStorageException or RecordingStorageException or DbException or TimeoutException
        or CommandRefusedException { Kind: RefusalKind.Contended or RefusalKind.Storage };
}

/// <param name="DefaultRules">Declared when a message is the first to name its dataset.</param>
public sealed record PublishOptions(ImmutableArray<RuleDefinition> DefaultRules)
{
    /// <summary>Opens what URLs of messages name, under the rules for robots; null: no such URL is opened, and only uploads are registered.</summary>
    public IRecordingStore? Sources { get; init; }
}

/// <summary>A robot's message that brings a recording.</summary>
/// <param name="Text">For people, in quarantine.</param>
public sealed record RobotMessage(RecordingPublished Content, string Text)
{
    /// <summary>False where the server opens nothing for robots.</summary>
    public bool MayOpenUrl { get; init; } = true;

    /// <summary>As <see cref="RobotDelivery.TraceParent"/>.</summary>
    public string? TraceParent { get; init; }

    /// <summary>The same for each delivery of the message, on every machine.</summary>
    public string CommandId { get; } = CommandIdOf(Content.Robot, Content.MessageId);

    /// <summary>Where what it names lies, or should.</summary>
    public string Url => Content.StorageUrl ?? $"upload:{Content.Upload}";

    public EventSource Source => new("robot", Content.Robot);

    internal static string CommandIdOf(string robot, string messageId) => CommandIds.Of("robot", [robot, messageId]);
}

/// <summary>What a robot was told.</summary>
/// <param name="Position">Who reads the log up to here sees all that the answer speaks of.</param>
public sealed record AnsweredMessage(MessageAnswered Answer, long Position);
