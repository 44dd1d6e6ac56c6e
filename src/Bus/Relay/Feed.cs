using Strata.Contracts;
using Strata.EventStore;

namespace Strata.Bus;

/// <summary>The log as messages for subscribers.</summary>
internal static class Feed
{
    /// <summary>A hundred events in a message cost little more than one (20–40 times the rate), and a message stays well below a megabyte.</summary>
    public const int EventsPerMessage = 100;

    public static IEnumerable<EventsPublished> Of(IEnumerable<RecordedEvent> events) =>
        events.Chunk(EventsPerMessage).Select(chunk => new EventsPublished(chunk.Select(Publish).ToEquatableArray()));

    private static PublishedEvent Publish(RecordedEvent recorded) => new(
        recorded.Position,
        recorded.StreamId,
        recorded.Version,
        recorded.Type,
        recorded.RecordedAtNs,
        new CarriedJson(EventJson.Serialize(recorded.Event))) { Id = recorded.EventId };
}
