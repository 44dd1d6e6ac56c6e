using System.Collections.Immutable;
using Strata.Contracts;

namespace Strata.EventStore;

/// <summary>An event with its envelope.</summary>
/// <param name="Position">In the whole log, from 1; readers never see n+1 before n.</param>
/// <param name="Version">In its stream, from 1.</param>
/// <param name="RecordedAtNs">UTC nanoseconds, assigned at append: max(now, last committed + 1), so strictly rising from an append to one that begins after it ended.
/// Times of appends that run at once may tie, or cross the order of positions: what stood at a time is the longest prefix of the log whose times are all at or before it.</param>
public sealed record RecordedEvent(
    long Position,
    Guid EventId,
    string StreamId,
    long Version,
    string Type,
    long RecordedAtNs,
    string CommandId,
    StrataEvent Event)
{
    /// <summary>W3C trace parent of what brought it; null where nobody traced. Says nothing of the catalog, so no read model depends on it.</summary>
    public string? TraceParent { get; init; }
}

/// <param name="NextPosition">Where to read on: the last position looked at, also when it held nothing for this reader.</param>
public sealed record EventPage(ImmutableArray<RecordedEvent> Events, long NextPosition);

/// <param name="Version">0 when the stream does not exist.</param>
public sealed record StreamState(string StreamId, long Version, ImmutableArray<RecordedEvent> Events);
