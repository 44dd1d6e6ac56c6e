using Strata.Contracts;

namespace Strata.EventStore;

/// <summary>One part of a log that is copied. Types of events are not looked at: also what a newer version wrote is copied.</summary>
public abstract record LogRecord
{
    private LogRecord()
    {
    }

    /// <param name="Head">The highest position in the copy; 0 for an empty log.</param>
    /// <param name="Events">How many events follow.</param>
    /// <param name="Records">How many records follow, for progress.</param>
    public sealed record Start(long Head, long Events, long Records) : LogRecord;

    public sealed record Content(Blob Blob) : LogRecord;

    /// <param name="LastPosition">Highest position that it wrote; the log's head at the time when it brought no events.</param>
    /// <param name="Positions">Of its events, in the order given; those of appends that ran at the same time may be mixed.</param>
    public sealed record Command(string CommandId, long LastPosition, EquatableArray<long> Positions, long RecordedAtNs) : LogRecord;

    /// <param name="HeadersJson">The envelope as the log holds it: command id and time are in it too.</param>
    /// <param name="DataJson">The event's body.</param>
    public sealed record Event(
        long Position, Guid EventId, string StreamId, long Version, string Type, string? DotnetType, ReadOnlyMemory<byte> HeadersJson, ReadOnlyMemory<byte> DataJson) : LogRecord;

    public sealed record Guarded(GuardRow Row) : LogRecord;
}
