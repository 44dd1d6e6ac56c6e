using Microsoft.Data.Sqlite;
using Strata.Contracts;

namespace Strata.Publishing;

/// <summary>Rows of the table of recordings, as they are read and written.</summary>
internal static class SpoolRows
{
    public const string Columns =
        "id, message_id, robot, dataset, layer, path, size_bytes, sha256, file, storage_url, recorded_at_ns, segment_id, replaces, cut, state, needs_person, attempts, reason, "
        + "outcome, answered_segment, position, quarantine_id, spooled_at_ns";

    public const string Insert =
        "INSERT INTO recordings (message_id, robot, dataset, layer, path, size_bytes, sha256, file, storage_url, recorded_at_ns, segment_id, replaces, cut, state, spooled_at_ns, fingerprint) "
        + "VALUES (@message, @robot, @dataset, @layer, @path, @size, @sha256, @file, @url, @recorded, @segment, @replaces, @cut, 'spooled', @now, @fingerprint)";

    public static SpooledRecording Read(SqliteDataReader row) => new(
        row.GetInt64(0),
        row.GetString(1),
        row.GetString(2),
        row.GetString(3),
        row.GetString(4),
        row.GetString(5),
        Number(row, 6),
        Digest(row, 7),
        Text(row, 8),
        Text(row, 9),
        Number(row, 10),
        Text(row, 11),
        Digest(row, 12),
        row.GetInt64(13) != 0,
        row.GetString(14),
        row.GetInt64(15) != 0,
        row.GetInt64(16),
        Text(row, 17),
        Text(row, 18),
        Text(row, 19),
        Number(row, 20),
        Digest(row, 21),
        row.GetInt64(22));

    private static string? Text(SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    private static long? Number(SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetInt64(column);

    private static Sha256Digest? Digest(SqliteDataReader row, int column) => row.IsDBNull(column) ? null : Sha256Digest.Parse(row.GetString(column));
}
