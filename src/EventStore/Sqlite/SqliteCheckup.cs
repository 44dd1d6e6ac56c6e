using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Strata.EventStore.Sqlite;

/// <summary>Looks at <c>log.db</c>, also while a server has it.</summary>
public static class SqliteCheckup
{
    /// <returns>Null when there is no log in <paramref name="directory"/>.</returns>
    /// <exception cref="LogStorageException">It cannot be read.</exception>
    public static LogCheckup? Look(string directory)
    {
        var connections = new LogConnections(Path.GetFullPath(directory), new SqliteEventStoreOptions());
        if (!File.Exists(connections.Path))
        {
            return null;
        }

        try
        {
            using var connection = connections.OpenReader();
            var schema = (int)Number(connection, "SELECT coalesce(max(version), 0) FROM strata_schema_version");
            var head = Number(connection, "SELECT coalesce(max(seq_id), 0) FROM mt_events");
            var mode = Text(connection, "PRAGMA journal_mode");
            LogFault[] faults = mode == "wal"
                ? []
                : [new($"journal_mode is {mode}: readers and the writer wait for each other", "any command that opens the log for writing sets it to wal again; a network file system may not allow it: keep the data directory on a local disk", IsDangerous: false)];
            return new(connections.Path, $"SQLite {connection.ServerVersion}", schema, LogSchema.Newest, head, null, faults);
        }
        catch (SqliteException failure)
        {
            throw LogFailures.ExplainRead(failure, connections.Path);
        }
    }

    private static long Number(SqliteConnection connection, string sql) => Convert.ToInt64(Scalar(connection, sql), CultureInfo.InvariantCulture);

    private static string Text(SqliteConnection connection, string sql) => Convert.ToString(Scalar(connection, sql), CultureInfo.InvariantCulture) ?? "";

    private static object? Scalar(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }
}
