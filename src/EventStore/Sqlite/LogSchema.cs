using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Strata.EventStore.Sqlite;

/// <summary>
/// The tables of <c>log.db</c>: Marten's three with its column names in its order (types are SQLite's nearest), and Strata's own, prefixed <c>strata_</c>.
/// Source: marten-tables §DDL.
/// </summary>
internal static class LogSchema
{
    /// <summary>One script a version; a script that was released is never changed.</summary>
    private static readonly string[] Upgrades =
    [
        """
        CREATE TABLE mt_streams (
            id TEXT NOT NULL PRIMARY KEY,
            type TEXT,
            version INTEGER,
            timestamp TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f000Z')),
            snapshot TEXT,
            snapshot_version INTEGER,
            created TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f000Z')),
            tenant_id TEXT DEFAULT '*DEFAULT*',
            is_archived INTEGER DEFAULT 0
        ) WITHOUT ROWID;

        CREATE TABLE mt_events (
            seq_id INTEGER NOT NULL PRIMARY KEY,
            id TEXT NOT NULL,
            stream_id TEXT REFERENCES mt_streams (id) ON DELETE CASCADE,
            version INTEGER NOT NULL,
            data TEXT NOT NULL,
            type TEXT NOT NULL,
            timestamp TEXT NOT NULL,
            tenant_id TEXT DEFAULT '*DEFAULT*',
            mt_dotnet_type TEXT,
            correlation_id TEXT,
            causation_id TEXT,
            headers TEXT,
            user_name TEXT,
            is_archived INTEGER DEFAULT 0
        );
        CREATE UNIQUE INDEX pk_mt_events_stream_and_version ON mt_events (stream_id, version);

        CREATE TABLE mt_event_progression (
            name TEXT NOT NULL PRIMARY KEY,
            last_seq_id INTEGER,
            last_updated TEXT DEFAULT (strftime('%Y-%m-%dT%H:%M:%f000Z'))
        );

        CREATE TABLE strata_commands (
            ordinal INTEGER NOT NULL PRIMARY KEY,
            command_id TEXT NOT NULL UNIQUE,
            last_position INTEGER NOT NULL,
            event_count INTEGER NOT NULL,
            recorded_at_ns INTEGER NOT NULL
        );

        CREATE TABLE strata_blobs (
            hash BLOB NOT NULL PRIMARY KEY,
            content BLOB NOT NULL
        );

        CREATE TABLE strata_guards (
            scope TEXT NOT NULL,
            key TEXT NOT NULL,
            value TEXT NOT NULL,
            PRIMARY KEY (scope, key)
        ) WITHOUT ROWID;

        CREATE TABLE strata_work_claims (
            work_id BLOB NOT NULL PRIMARY KEY,
            attempts INTEGER NOT NULL,
            owner TEXT,
            token INTEGER NOT NULL,
            leased_until_ns INTEGER NOT NULL,
            due_at_ns INTEGER NOT NULL,
            settled INTEGER NOT NULL,
            last_reason TEXT
        ) WITHOUT ROWID;

        CREATE TABLE strata_leases (
            name TEXT NOT NULL PRIMARY KEY,
            owner TEXT,
            token INTEGER NOT NULL,
            leased_until_ns INTEGER NOT NULL
        ) WITHOUT ROWID;
        """,
        "ALTER TABLE strata_commands ADD COLUMN positions TEXT",
        """
        CREATE TABLE strata_heartbeats (
            robot TEXT NOT NULL PRIMARY KEY,
            sent_at_ns INTEGER NOT NULL,
            received_at_ns INTEGER NOT NULL,
            spooled INTEGER NOT NULL,
            spooled_bytes INTEGER NOT NULL,
            oldest_spooled_at_ns INTEGER,
            version TEXT
        ) WITHOUT ROWID;
        """,
        "CREATE TABLE strata_leased_states (name TEXT NOT NULL PRIMARY KEY, state TEXT NOT NULL) WITHOUT ROWID",
    ];

    public static int Newest => Upgrades.Length;

    /// <summary>Creates what is missing, in one transaction; does nothing when the schema is current.</summary>
    /// <exception cref="LogStorageException">A newer Strata wrote this file.</exception>
    public static void Upgrade(SqliteConnection connection, string path)
    {
        using var transaction = connection.BeginTransaction(deferred: false);
        LogConnections.Execute(connection, "CREATE TABLE IF NOT EXISTS strata_schema_version (version INTEGER NOT NULL)");
        var found = Read(connection);
        if (found > Newest)
        {
            throw new LogStorageException(
                $"{path}: expected schema version {Newest} or older, found {found}: a newer version of Strata wrote it; run that version, nothing was changed");
        }

        foreach (var script in Upgrades.Skip(found))
        {
            LogConnections.Execute(connection, script);
        }

        LogConnections.Execute(connection, $"DELETE FROM strata_schema_version; INSERT INTO strata_schema_version (version) VALUES ({Newest})");
        transaction.Commit();
    }

    private static int Read(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT coalesce(max(version), 0) FROM strata_schema_version";
        return Convert.ToInt32(command.ExecuteScalar(), CultureInfo.InvariantCulture);
    }
}
