using System.Collections.Immutable;

namespace Strata.EventStore;

/// <summary>What came of an append. A conflict changed nothing; the caller reads again and decides anew.</summary>
public abstract record AppendResult
{
    private AppendResult()
    {
    }

    /// <param name="LastPosition">Highest position written; the log's head at the time when there were no events.</param>
    /// <param name="Positions">One for each event, in the order given.</param>
    public sealed record Appended(long LastPosition, ImmutableArray<long> Positions, long RecordedAtNs) : AppendResult;

    /// <summary>This command id was appended before; these are the positions it got then.</summary>
    public sealed record Known(long LastPosition, ImmutableArray<long> Positions) : AppendResult;

    public sealed record VersionConflict(string StreamId, long Expected, long Actual) : AppendResult;

    /// <param name="Found">The value that stands in the way, or null when a required row is absent.</param>
    public sealed record GuardRefused(Guard Guard, string? Found) : AppendResult;
}
