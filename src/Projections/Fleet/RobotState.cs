namespace Strata.Projections.Fleet;

/// <summary>A robot as of the event that was folded last.</summary>
/// <param name="Key">Position of its first event; names it in all tables, in eight bytes.</param>
internal sealed record RobotState(long Key, string Name, long FirstSeenAtNs)
{
    public long LastSeenAtNs { get; init; } = FirstSeenAtNs;

    public long? LastRecordingPosition { get; init; }

    public long? LastRecordingAtNs { get; init; }

    public long Quarantined { get; init; }

    public RobotTotals Totals { get; init; }
}

/// <summary>What stands of a robot: in one segment, or in all.</summary>
internal readonly record struct RobotTotals(long Recordings, long SizeBytes, long Segments, long Good, long Bad, long Review)
{
    public static RobotTotals operator +(RobotTotals a, RobotTotals b) =>
        new(a.Recordings + b.Recordings, a.SizeBytes + b.SizeBytes, a.Segments + b.Segments, a.Good + b.Good, a.Bad + b.Bad, a.Review + b.Review);

    public static RobotTotals operator -(RobotTotals a, RobotTotals b) =>
        new(a.Recordings - b.Recordings, a.SizeBytes - b.SizeBytes, a.Segments - b.Segments, a.Good - b.Good, a.Bad - b.Bad, a.Review - b.Review);
}
