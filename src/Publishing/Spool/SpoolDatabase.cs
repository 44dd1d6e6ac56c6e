using Microsoft.Data.Sqlite;

namespace Strata.Publishing;

/// <summary>The one SQLite file of a spool: opened, laid out, and asked one statement at a time. Other processes may have it open too.</summary>
internal sealed class SpoolDatabase : IDisposable
{
    /// <summary>Raised with the layout; a newer one is not touched.</summary>
    private const int Layout = 2;

    /// <summary>The write-ahead log is folded in at 1 MiB and no later: it has to fit into the room that is kept for a full disk.</summary>
    public const int PagesInLog = 256;

    private const int SqliteFull = 13;
    private const int SqliteIo = 10;
    private const int SqliteCannotOpen = 14;

    /// <summary>Another process commits within milliseconds, except on a disk that is in trouble.</summary>
    private const int BusySeconds = 30;

    private const string Tables = """
        CREATE TABLE recordings (
          id INTEGER PRIMARY KEY AUTOINCREMENT, message_id TEXT NOT NULL UNIQUE, robot TEXT NOT NULL, dataset TEXT NOT NULL, layer TEXT NOT NULL, path TEXT NOT NULL,
          size_bytes INTEGER, sha256 TEXT, file TEXT, storage_url TEXT, recorded_at_ns INTEGER, segment_id TEXT, replaces TEXT, cut INTEGER NOT NULL,
          state TEXT NOT NULL, needs_person INTEGER NOT NULL DEFAULT 0, attempts INTEGER NOT NULL DEFAULT 0, reason TEXT,
          outcome TEXT, answered_segment TEXT, position INTEGER, quarantine_id TEXT, spooled_at_ns INTEGER NOT NULL, fingerprint TEXT);
        CREATE INDEX recordings_by_state ON recordings (robot, state, id);
        CREATE INDEX recordings_by_bytes ON recordings (sha256);
        CREATE TABLE seen (path TEXT NOT NULL, robot TEXT NOT NULL, dataset TEXT NOT NULL, layer TEXT NOT NULL, size_bytes INTEGER NOT NULL, modified_at_ns INTEGER NOT NULL, sha256 TEXT NOT NULL,
          PRIMARY KEY (path, robot, dataset, layer)) WITHOUT ROWID;
        CREATE TABLE retries (count INTEGER NOT NULL);
        INSERT INTO retries VALUES (0);
        """;

    private const string FromLayout1 = "ALTER TABLE recordings ADD COLUMN fingerprint TEXT;";

    private readonly SqliteConnection _connection;
    private readonly Lock _lock = new();
    private readonly Func<bool> _makeRoom;

    /// <summary>A part of something larger is not tried again by itself.</summary>
    private bool _isWithinTransaction;

    /// <param name="makeRoom">Is asked for room on the disk where there is none; false: there is no more.</param>
    public SpoolDatabase(string path, Func<bool> makeRoom)
    {
        (Path, _makeRoom) = (path, makeRoom);
        _connection = new(new SqliteConnectionStringBuilder { DataSource = path, DefaultTimeout = BusySeconds, Pooling = false }.ToString());
        try
        {
            Explained(() =>
            {
                _connection.Close();
                _connection.Open();
                Prepare();
                return 0;
            });
        }
        catch
        {
            _connection.Dispose();
            throw;
        }
    }

    public string Path { get; }

    public int Change(string sql, params ReadOnlySpan<(string Name, object? Value)> values)
    {
        lock (_lock)
        {
            using var command = Command(sql, values);
            return Explained(command.ExecuteNonQuery);
        }
    }

    /// <summary>All in one transaction.</summary>
    public void Together(Action work)
    {
        lock (_lock)
        {
            Explained(() =>
            {
                InTransaction(work);
                return 0;
            });
        }
    }

    public IReadOnlyList<T> Rows<T>(string sql, Func<SqliteDataReader, T> read, params ReadOnlySpan<(string Name, object? Value)> values)
    {
        lock (_lock)
        {
            using var command = Command(sql, values);
            return Explained(() =>
            {
                using var reader = command.ExecuteReader();
                var rows = new List<T>();
                while (reader.Read())
                {
                    rows.Add(read(reader));
                }

                return rows;
            });
        }
    }

    public long Number(string sql, params ReadOnlySpan<(string Name, object? Value)> values) => Rows(sql, reader => reader.GetInt64(0), values)[0];

    public void Dispose()
    {
        lock (_lock)
        {
            _connection.Dispose();
        }
    }

    private void Prepare()
    {
        // FULL: what a step says is done is done after a power cut, too.
        using (var settings = Command($"PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = {PagesInLog};", []))
        {
            settings.ExecuteNonQuery();
        }

        InTransaction(() =>
        {
            var found = Number("PRAGMA user_version");
            if (found > Layout)
            {
                throw new PublishingException($"{Path}: expected a spool of layout {Layout} or older, found layout {found}", "use the newer strata that made it, or name another --spool");
            }

            if (found < Layout)
            {
                Change($"{(found == 0 ? Tables : FromLayout1)} PRAGMA user_version = {Layout};");
            }
        });
    }

    private void InTransaction(Action work)
    {
        _isWithinTransaction = true;
        try
        {
            using var transaction = _connection.BeginTransaction();
            work();
            transaction.Commit();
        }
        finally
        {
            _isWithinTransaction = false;
        }
    }

    private SqliteCommand Command(string sql, ReadOnlySpan<(string Name, object? Value)> values)
    {
        var command = _connection.CreateCommand();
#pragma warning disable CA2100 // every statement is a constant of this room; values go in as parameters
        command.CommandText = sql;
#pragma warning restore CA2100
        foreach (var (name, value) in values)
        {
            command.Parameters.AddWithValue(name, value ?? DBNull.Value);
        }

        return command;
    }

    private T Explained<T>(Func<T> work)
    {
        try
        {
            try
            {
                return work();
            }
            catch (Exception e) when (!_isWithinTransaction && LacksRoom(e) && _makeRoom())
            {
                return work();
            }
        }
        catch (SqliteException e)
        {
            throw Explain(e);
        }
    }

    /// <summary>SQLite says so in several ways: of its shared memory, for example, only that input or output failed.</summary>
    private static bool LacksRoom(Exception? e) => (e as SqliteException ?? e?.InnerException as SqliteException)?.SqliteErrorCode is SqliteFull or SqliteIo or SqliteCannotOpen;

    private PublishingException Explain(SqliteException e) => e.SqliteErrorCode switch
    {
        SqliteFull => new($"{Path}: the disk is full; what was begun did not happen, and what was spooled before is untouched", "free room on that disk, or give up what may go: strata spool drop", e) { IsFull = true },
        SqliteIo => new($"{Path}: the disk refused: {e.Message}", "look at the disk (dmesg, df), then run it again; what was spooled before is untouched", e),
        _ => new($"{Path}: the spool cannot be used: {e.Message}", "is it a spool's folder, and may this user write there? Name another one with --spool", e),
    };
}
