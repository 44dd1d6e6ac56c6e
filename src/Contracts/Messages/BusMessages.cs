using System.Text.Json.Serialization;

namespace Strata.Contracts;

/// <summary>A wake-up: some rule may have work in this segment. Carries no work itself; what is to be done stands in the work list.</summary>
/// <param name="Position">The position in the log that gave rise to it.</param>
public sealed record EvaluateSegment(string Dataset, string Segment, long Position)
{
    /// <summary>Of the event at that position; also the message's id, so that one that comes twice can be told.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public Guid EventId { get; init; }
}

/// <summary>A batch of the log for subscribers, in order of position.</summary>
public sealed record EventsPublished(EquatableArray<PublishedEvent> Events);

public sealed record PublishedEvent(long Position, string Stream, long Version, string Type, long RecordedAtNs, CarriedJson Data)
{
    /// <summary>The same however often the event is published.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public Guid Id { get; init; }
}

/// <summary>What a room does with a message, whatever brought it: the bus is an adapter onto this.</summary>
public interface IHandle<in TMessage>
{
    Task HandleAsync(TMessage message, CancellationToken cancellationToken);
}
