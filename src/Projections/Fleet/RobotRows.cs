using Strata.Projections.Storage;

namespace Strata.Projections.Fleet;

/// <summary>One row a state of a robot: each event that changes what stands of it makes one.</summary>
internal sealed class RobotRows(SqliteDatabase database)
{
    // The key begins with the end: those that stand lie together, and who asks for them reads as many rows as there are robots, however long the history.
    public static readonly TableDefinition Table = new(
        "robots",
        """
        CREATE TABLE robots (
            to_position INTEGER NOT NULL, robot INTEGER NOT NULL, from_position INTEGER NOT NULL, name TEXT NOT NULL,
            first_seen_at_ns INTEGER NOT NULL, last_seen_at_ns INTEGER NOT NULL, last_recording_position INTEGER, last_recording_at_ns INTEGER,
            recordings INTEGER NOT NULL, size_bytes INTEGER NOT NULL, segments INTEGER NOT NULL, quarantined INTEGER NOT NULL,
            good INTEGER NOT NULL, bad INTEGER NOT NULL, review INTEGER NOT NULL,
            PRIMARY KEY (to_position, robot)) WITHOUT ROWID;
        """,
        "to_position",
        "robot");

    private const string Columns =
        "robot, name, first_seen_at_ns, last_seen_at_ns, last_recording_position, last_recording_at_ns, quarantined, recordings, size_bytes, segments, good, bad, review";

    private readonly Statement _close = database.Prepare($"UPDATE robots SET to_position = ?2 WHERE robot = ?1 AND {Temporal.StandingSql}");

    private readonly Statement _insert = database.Prepare(
        $"INSERT INTO robots (to_position, from_position, {Columns}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)");

    public static IEnumerable<RobotState> Read(SqliteDatabase database, long asOf)
    {
        var rows = database.Prepare($"SELECT {Columns} FROM robots WHERE to_position > ?1 AND from_position <= ?1 ORDER BY name").Bind(1, asOf);
        while (rows.Step())
        {
            yield return new(rows.Int64(0), rows.Text(1), rows.Int64(2))
            {
                LastSeenAtNs = rows.Int64(3),
                LastRecordingPosition = rows.Int64OrNull(4),
                LastRecordingAtNs = rows.Int64OrNull(5),
                Quarantined = rows.Int64(6),
                Totals = new(rows.Int64(7), rows.Int64(8), rows.Int64(9), rows.Int64(10), rows.Int64(11), rows.Int64(12)),
            };
        }
    }

    /// <param name="isNew">The robot has no row yet.</param>
    public void Write(long position, RobotState robot, bool isNew)
    {
        if (!isNew)
        {
            _close.Bind(1, robot.Key).Bind(2, position).Run();
        }

        var totals = robot.Totals;
        _insert.Bind(1, Temporal.Standing).Bind(2, position).Bind(3, robot.Key).Bind(4, robot.Name).Bind(5, robot.FirstSeenAtNs).Bind(6, robot.LastSeenAtNs)
            .Bind(7, robot.LastRecordingPosition).Bind(8, robot.LastRecordingAtNs).Bind(9, robot.Quarantined).Bind(10, totals.Recordings).Bind(11, totals.SizeBytes)
            .Bind(12, totals.Segments).Bind(13, totals.Good).Bind(14, totals.Bad).Bind(15, totals.Review).Run();
    }
}
