using System.Runtime.CompilerServices;
using System.Text;
using Microsoft.Data.Sqlite;
using Strata.Contracts;

namespace Strata.EventStore.Sqlite;

/// <summary>
/// Reads a whole log from a copy of its file. The copy is made in one go and thrown away after: whoever takes the records may be slow, and a read transaction that
/// lasts as long would let the WAL of the log that serves grow without an end.
/// </summary>
internal static class LogExport
{
    private const string CopySuffix = ".export";

    /// <summary>Copies that a process left which died meanwhile. Only for who alone may open the log.</summary>
    public static void RemoveLeftovers(LogConnections connections)
    {
        foreach (var left in Directory.EnumerateFiles(Path.GetDirectoryName(connections.Path)!, $"{Path.GetFileName(connections.Path)}.*{CopySuffix}*"))
        {
            File.Delete(left);
        }
    }

    public static async IAsyncEnumerable<LogRecord> ReadAsync(LogConnections connections, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var copy = $"{connections.Path}.{Guid.NewGuid():N}{CopySuffix}";
        try
        {
            await Task.Run(() => Copy(connections, copy), cancellationToken).ConfigureAwait(false);
            using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = copy, Mode = SqliteOpenMode.ReadWrite, Pooling = false }.ToString());
            connection.Open();
            using var session = new ReadSession(connection);
            session.MapFile(true);
            foreach (var record in Read(session, connections.Path))
            {
                cancellationToken.ThrowIfCancellationRequested();
                yield return record;
            }
        }
        finally
        {
            foreach (var side in (ReadOnlySpan<string>)["", "-wal", "-shm", "-journal"])
            {
                File.Delete(copy + side);
            }
        }
    }

    private static void Copy(LogConnections connections, string to)
    {
        try
        {
            using var from = connections.OpenReader();
            using var copy = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = to, Pooling = false }.ToString());
            copy.Open();
            from.BackupDatabase(copy);
        }
        catch (SqliteException failure)
        {
            throw LogFailures.ExplainRead(failure, to);
        }
    }

    private static IEnumerable<LogRecord> Read(ReadSession session, string path)
    {
        var head = session.Prepared("SELECT max(seq_id) FROM mt_events").ReadInt64() ?? 0;
        var count = session.Prepared("SELECT count(*) FROM mt_events").ReadInt64() ?? 0;
        var others = session.Prepared("SELECT (SELECT count(*) FROM strata_blobs) + (SELECT count(*) FROM strata_commands) + (SELECT count(*) FROM strata_guards)").ReadInt64() ?? 0;
        yield return new LogRecord.Start(head, count, count + others);

        var blobs = session.Prepared("SELECT hash, content FROM strata_blobs ORDER BY hash");
        while (blobs.Step())
        {
            yield return new LogRecord.Content(LogDamagedException.RequireBlob(path, Sha256Digest.FromBytes(blobs.Bytes(0)), blobs.Bytes(1).ToArray()));
        }

        blobs.Reset();
        var events = session.Prepared("SELECT seq_id, id, stream_id, version, type, mt_dotnet_type, headers, data FROM mt_events ORDER BY seq_id");
        while (events.Step())
        {
            yield return EventOf(events);
        }

        events.Reset();
        var commands = session.Prepared("SELECT command_id, last_position, event_count, positions, recorded_at_ns FROM strata_commands ORDER BY ordinal");
        while (commands.Step())
        {
            yield return new LogRecord.Command(commands.Text(0), commands.Int64(1), [.. CommandPositions.Read(commands, 1)], commands.Int64(4));
        }

        commands.Reset();
        var guards = session.Prepared("SELECT scope, key, value FROM strata_guards ORDER BY scope, key");
        while (guards.Step())
        {
            yield return new LogRecord.Guarded(new(guards.Text(0), guards.Text(1), guards.Text(2)));
        }

        guards.Reset();
    }

    private static LogRecord.Event EventOf(Statement row) => new(
        row.Int64(0),
        Guid.Parse(Encoding.ASCII.GetString(row.Bytes(1))),
        row.Text(2),
        row.Int64(3),
        row.Text(4),
        row.IsNull(5) ? null : row.Text(5),
        row.Bytes(6).ToArray(),
        row.Bytes(7).ToArray());
}
