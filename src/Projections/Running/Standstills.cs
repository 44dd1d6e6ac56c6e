using Strata.Contracts;
using Strata.EventStore;
using Strata.Projections.Folding;

namespace Strata.Projections.Running;

/// <summary>What stops the folding, as everybody who waits is told it.</summary>
internal static class Standstills
{
    public static ProjectionParkedException Of(FoldFailedException failed) =>
        new(failed.Recorded.Position, failed.Message) { EventType = failed.Recorded.Type, StreamId = failed.Recorded.StreamId };

    public static ProjectionParkedException Of(FeedFailedException failed) => new(failed.Position, failed.Message)
    {
        LogIsDamaged = failed.InnerException is LogDamagedException,
        EventType = (failed.InnerException as UnknownEventTypeException)?.EventType,
    };
}
