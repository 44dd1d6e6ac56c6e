using Strata.Contracts;
using Strata.Projections.Folding;
using Strata.Projections.Storage;

namespace Strata.Projections.Quarantine;

/// <summary>One row a state of a quarantined recording.</summary>
internal sealed class QuarantineRows(SqliteDatabase database)
{
    private const string Quarantined = "quarantined";

    public static readonly TableDefinition Table = new(
        "quarantine",
        """
        CREATE TABLE quarantine (
            from_position INTEGER PRIMARY KEY, to_position INTEGER NOT NULL,
            quarantine_id BLOB NOT NULL, dataset_id TEXT NOT NULL, storage_url TEXT NOT NULL, layer TEXT NOT NULL,
            kept_mode INTEGER, kept_location TEXT, kept_modified_at_ns INTEGER, kept_tail_sha256 BLOB,
            size_bytes INTEGER NOT NULL, reason TEXT NOT NULL, detail TEXT NOT NULL, byte_offset INTEGER, state TEXT NOT NULL,
            position INTEGER NOT NULL, recorded_at_ns INTEGER NOT NULL, robot INTEGER);
        CREATE INDEX quarantine_by_id ON quarantine (quarantine_id);
        """,
        "from_position");

    private readonly Statement _insert = database.Prepare(
        "INSERT INTO quarantine VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)");

    private readonly Statement _close = database.Prepare($"UPDATE quarantine SET to_position = ?2 WHERE quarantine_id = ?1 AND {Temporal.StandingSql}");

    private readonly Statement _settle = database.Prepare(
        """
        INSERT INTO quarantine
        SELECT ?2, 9223372036854775807, quarantine_id, dataset_id, storage_url, layer, kept_mode, kept_location, kept_modified_at_ns, kept_tail_sha256,
            size_bytes, reason, detail, byte_offset, ?3, position, recorded_at_ns, robot
        FROM quarantine WHERE quarantine_id = ?1 AND to_position = ?2
        """);

    private readonly Statement _standing = database.Prepare($"SELECT count(*) FROM quarantine WHERE quarantine_id = ?1 AND {Temporal.StandingSql}");

    private readonly Statement _robot = database.Prepare(
        $"SELECT robot FROM quarantine WHERE quarantine_id = ?1 AND state = '{Quarantined}' AND {Temporal.StandingSql}");

    /// <returns>The robot whose recording lies there, neither released nor discarded; null when none does.</returns>
    public long? RobotOf(Sha256Digest quarantineId)
    {
        var robot = _robot.Bind(1, quarantineId).Step() ? _robot.Int64OrNull(0) : null;
        _robot.Reset();
        return robot;
    }

    /// <param name="robot">Of <see cref="Fleet.RobotRows"/>; null: no robot sent it.</param>
    public void Insert(long position, long recordedAtNs, RecordingQuarantined quarantined, long? robot)
    {
        _close.Bind(1, quarantined.QuarantineId).Bind(2, position).Run();
        _insert.Bind(1, position).Bind(2, Temporal.Standing).Bind(3, quarantined.QuarantineId).Bind(4, quarantined.Dataset.Value)
            .Bind(5, quarantined.StorageUrl).Bind(6, quarantined.Layer);
        KeptBytesColumns.Bind(_insert, 7, quarantined.Kept);
        _insert.Bind(11, quarantined.SizeBytes).Bind(12, quarantined.Reason).Bind(13, quarantined.Detail).Bind(14, quarantined.Offset).Bind(15, Quarantined)
            .Bind(16, position).Bind(17, recordedAtNs).Bind(18, robot).Run();
    }

    public void Settle(long position, Sha256Digest quarantineId, string state)
    {
        _standing.Bind(1, quarantineId).Step();
        var standing = _standing.Int64(0);
        _standing.Reset();
        if (standing != 1)
        {
            throw new FoldException($"quarantine entry {quarantineId} is {state}, but no event put it there");
        }

        _close.Bind(1, quarantineId).Bind(2, position).Run();
        _settle.Bind(1, quarantineId).Bind(2, position).Bind(3, state).Run();
    }
}
