namespace Strata.Projections;

/// <summary>What came from each robot, and what became of it. A robot is whoever registered something as a source of the kind <c>robot</c>.</summary>
public interface IFleet : IFollowsLog
{
    /// <summary>One row a robot, by name.</summary>
    /// <param name="asOf">A log position; null: now.</param>
    Task<IReadOnlyList<RobotRow>> ReadAsync(long? asOf, CancellationToken cancellationToken);
}

/// <param name="FirstPosition">Of the first event that it caused.</param>
/// <param name="LastSeenAtNs">Of the last event that it caused, also where that is a quarantined recording.</param>
/// <param name="LastRecordingPosition">Null while none of its recordings was ever registered.</param>
/// <param name="Recordings">Layers of it that stand: those that were replaced, unregistered or purged, or whose dataset was deleted, are gone from here.</param>
/// <param name="SizeBytes">Of those, as <c>rerun_size_bytes</c>.</param>
/// <param name="Segments">In which those stand. One to which several robots gave layers counts for each of them.</param>
/// <param name="Quarantined">Recordings of it that lie in quarantine, neither released nor discarded.</param>
/// <param name="Good">Of the segments, those whose <c>property:quality:tracking_good</c> says so.</param>
/// <param name="Review">Those where it is null: a person should look.</param>
public sealed record RobotRow(
    string Robot,
    long FirstPosition,
    long FirstSeenAtNs,
    long LastSeenAtNs,
    long? LastRecordingPosition,
    long? LastRecordingAtNs,
    long Recordings,
    long SizeBytes,
    long Segments,
    long Quarantined,
    long Good,
    long Bad,
    long Review)
{
    /// <summary>Segments that no quality layer speaks of.</summary>
    public long WithoutVerdict => Segments - Good - Bad - Review;
}
