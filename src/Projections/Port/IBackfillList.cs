using Strata.Contracts;

namespace Strata.Projections;

/// <summary>Back-fills, how far each is, and which segments one would have work on.</summary>
public interface IBackfillList
{
    /// <summary>In the order in which they were begun.</summary>
    /// <param name="dataset">Null: of all datasets, also deleted ones.</param>
    /// <param name="asOf">A log position; null: now.</param>
    Task<IReadOnlyList<BackfillRow>> ListAsync(DatasetId? dataset, long? asOf, CancellationToken cancellationToken);

    /// <param name="asOf">A log position; null: now.</param>
    Task<BackfillRow?> FindAsync(string backfillId, long? asOf, CancellationToken cancellationToken);

    /// <summary>Those that go on, in the order in which they were begun.</summary>
    Task<IReadOnlyList<BackfillRow>> RunningAsync(CancellationToken cancellationToken);

    /// <summary>Whether work is open that no back-fill brought: it goes first.</summary>
    Task<bool> AnyOtherWorkAsync(CancellationToken cancellationToken);

    /// <summary>The next segments, in the order of their ids, in which the rule has something to do that nobody will do by itself.</summary>
    /// <returns>What was found among so many of them as are looked at in one go; call again behind <see cref="BackfillCandidates.LookedAt"/> for more.</returns>
    Task<BackfillCandidates> CandidatesAsync(BackfillQuery query, CancellationToken cancellationToken);
}

public static class BackfillStates
{
    public const string Running = "running";
    public const string Paused = "paused";
    public const string Cancelled = "cancelled";
    public const string Finished = "finished";
}

/// <param name="Segments">How many needed it when it was asked for.</param>
/// <param name="State">One of <see cref="BackfillStates"/>.</param>
/// <param name="Reason">Of a cancelled one, in words.</param>
/// <param name="StartPosition">The segments are those that stand as of it.</param>
/// <param name="ChangedAtNs">When it came into this state.</param>
/// <param name="Version">Of its stream.</param>
public sealed record BackfillRow(
    string BackfillId,
    DatasetId Dataset,
    string Rule,
    int Revision,
    string Deriver,
    int DeriverVersion,
    bool Forced,
    string? Where,
    int? RatePerSecond,
    long Segments,
    EventSource Source,
    long StartPosition,
    long StartedAtNs,
    string State,
    string? Reason,
    long ChangedAtNs,
    long Version)
{
    public BackfillProgress Progress { get; init; } = BackfillProgress.None;
}

/// <summary>What came of the segments that were admitted.</summary>
/// <param name="Skipped">Nothing was derived: the rule said why, or there was nothing to do any more (suppressed, the input replaced or gone, decided for the whole schema).</param>
/// <param name="Open">On the work list.</param>
/// <param name="LastSegment">Null before the first page.</param>
/// <param name="RecentSegments">Settled within <paramref name="RecentNs"/>: the last pages but the one under way.</param>
public sealed record BackfillProgress(
    int Pages, long Admitted, long Derived, long Skipped, long Failed, long Open, string? LastSegment, int LastPageSegments, long LastAdmittedAtNs, long RecentSegments, long RecentNs)
{
    public static BackfillProgress None { get; } = new(0, 0, 0, 0, 0, 0, null, 0, 0, 0, 0);
}

/// <param name="DeriverVersion">Decisions and layers of another version count as old.</param>
/// <param name="Forced">Also what this very revision and version decided.</param>
/// <param name="AsOf">Only segments in which the rule's first input stood as of this position; null: now.</param>
/// <param name="After">Only ids behind this one; null: from the first.</param>
public sealed record BackfillQuery(DatasetId Dataset, string Rule, int DeriverVersion, bool Forced, long? AsOf, string? After);

/// <summary>What a back-fill is restricted to: a condition on the segment table, in the words of <c>strata segments --where</c>.</summary>
public interface ISegmentConditions
{
    /// <returns>Null when it is one and its columns are there; else expected, found and what to do.</returns>
    Task<string?> RefuseAsync(DatasetId dataset, string condition, CancellationToken cancellationToken);

    /// <summary>Those of <paramref name="segments"/> for which it holds, in their order.</summary>
    /// <param name="asOf">A log position; null: now.</param>
    Task<IReadOnlyList<string>> HoldsForAsync(DatasetId dataset, string condition, long? asOf, IReadOnlyList<string> segments, CancellationToken cancellationToken);
}

/// <param name="LookedAt">The last id that was looked at; null: there are no more.</param>
public sealed record BackfillCandidates(IReadOnlyList<BackfillCandidate> Found, string? LookedAt);

public sealed record BackfillCandidate(string Segment, BackfillCause Cause);

/// <summary>Why a segment needs a rule's work.</summary>
public enum BackfillCause
{
    /// <summary>The rule never decided on what stands there.</summary>
    NeverDecided,

    /// <summary>An older revision of the rule did.</summary>
    OtherRevision,

    /// <summary>Another version of its deriver did, or one that the log does not name.</summary>
    OtherDeriverVersion,

    /// <summary>A person asks for it all the same.</summary>
    Asked,
}
