using Strata.EventStore;

namespace Strata.Projections;

/// <summary>What the projections do.</summary>
public enum ProjectionState
{
    /// <summary>No process folds: the tables stay as they are until one does.</summary>
    Stopped,

    /// <summary>The tables show all that the log holds.</summary>
    Current,

    CatchingUp,

    /// <summary>Tables of older folds serve as of their checkpoint, while new ones are made beside them.</summary>
    Replacing,

    /// <summary>An event cannot be folded.</summary>
    Parked,

    /// <summary>The storage refuses; it is tried again.</summary>
    Waiting,

    /// <summary>Another process folds here.</summary>
    Standby,
}

/// <summary>Tables that are folded together and have one position: what an on-call engineer asks first.</summary>
/// <param name="Name"><c>catalog</c>; <c>fleet</c>: robots and quarantine.</param>
/// <param name="Position">Up to which the tables that serve are folded.</param>
/// <param name="Head">Of the log.</param>
/// <param name="LagNs">Since the newest event that the tables show, while there are newer ones; 0 where there are none, null where no process folds.</param>
/// <param name="EventsPerSecond">Of late.</param>
/// <param name="ReplayPosition">How far the tables are that will take the place of those that serve; null where none are made.</param>
/// <param name="Reason">Why the tables do not follow; null while they do.</param>
/// <param name="Event">The event that cannot be folded.</param>
/// <param name="Generations">All that lie in the folder, the live one among them, by number.</param>
public sealed record ProjectionStatus(
    string Name,
    int Generation,
    ProjectionState State,
    long Position,
    long Head,
    long? LagNs,
    double EventsPerSecond,
    long? ReplayPosition,
    string? Reason,
    ParkedEvent? Event,
    IReadOnlyList<GenerationStatus> Generations)
{
    /// <summary>What the log does not show to any reader yet; null where nothing is held back.</summary>
    public HeldBack? HeldBack { get; init; }

    /// <summary>In events.</summary>
    public long Lag => Math.Max(0, Head - Position);
}

/// <param name="StreamId">Null where the log could not read so far.</param>
public sealed record ParkedEvent(long Position, string? Type, string? StreamId);

public enum GenerationUse
{
    Live,

    /// <summary>Was live before the last swap, and is kept until the next one or until somebody drops it.</summary>
    Old,

    /// <summary>A replay that is under way or was cut short: the next one goes on from it.</summary>
    Unfinished,
}

/// <param name="Projection">Whose.</param>
public sealed record GenerationStatus(string Projection, int Number, GenerationUse Use, long SizeBytes);

/// <summary>For whoever is on call.</summary>
public interface IProjectionControl
{
    /// <returns>Each projection, the catalog first.</returns>
    Task<IReadOnlyList<ProjectionStatus>> ReadStatusAsync(CancellationToken cancellationToken);

    /// <summary>Tries the event again at which a projection stands, and ends when each has folded all that the log holds now.</summary>
    /// <exception cref="ProjectionParkedException">One stands still again.</exception>
    Task<IReadOnlyList<ProjectionStatus>> ResumeAsync(CancellationToken cancellationToken);

    /// <summary>Removes the generations that do not serve any more.</summary>
    Task<IReadOnlyList<GenerationStatus>> DropOldAsync(CancellationToken cancellationToken);
}
