using System.Globalization;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Strata.EventStore.Sqlite;

/// <summary>The writer's connection with its prepared statements, and where the log ends inside the transaction that is open.</summary>
internal sealed class WriteSession : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly TimeProvider _clock;
    private readonly Dictionary<string, Statement> _statements = new(StringComparer.Ordinal);
    private bool _isCacheLarge;

    public WriteSession(SqliteConnection connection, TimeProvider clock)
    {
        _connection = connection;
        _clock = clock;
        Appends = new AppendStatements(this);
    }

    public AppendStatements Appends { get; }

    /// <summary>The highest position written, this transaction's own included.</summary>
    public long Head { get; private set; }

    public long LastRecordedAtNs { get; private set; }

    public long NowNs => UnixTime.Nanoseconds(_clock.GetUtcNow());

    /// <summary>Prepared once under its own text.</summary>
    public Statement Prepared(string sql)
    {
        if (!_statements.TryGetValue(sql, out var statement))
        {
            _statements.Add(sql, statement = new Statement(_connection, sql));
        }

        return statement;
    }

    /// <summary>The cache holds the pages of a large write only for as long as it lasts.</summary>
    public void SizeCache(bool large)
    {
        if (large != _isCacheLarge)
        {
            // Never a statement that is kept: SQLite does this while it prepares.
            var kibibytes = large ? LogConnections.LargeWriteCacheKibibytes : LogConnections.WriterCacheKibibytes;
            LogConnections.Execute(_connection, string.Create(CultureInfo.InvariantCulture, $"PRAGMA cache_size = -{kibibytes}"));
            _isCacheLarge = large;
        }
    }

    /// <summary>For what SQLite does while it prepares.</summary>
    public void Execute(string sql) => LogConnections.Execute(_connection, sql);

    public void Begin()
    {
        Rollback();
        Prepared("BEGIN IMMEDIATE").Run();

        // Read again each time: another process may have appended since.
        Head = Prepared("SELECT max(seq_id) FROM mt_events").ReadInt64() ?? 0;
        LastRecordedAtNs = Prepared("SELECT recorded_at_ns FROM strata_commands ORDER BY ordinal DESC LIMIT 1").ReadInt64() ?? 0;
    }

    public void Advance(long head, long recordedAtNs)
    {
        Head = head;
        LastRecordedAtNs = recordedAtNs;
    }

    public void Save() => Prepared("SAVEPOINT one").Run();

    public void Release() => Prepared("RELEASE one").Run();

    public void Undo()
    {
        Prepared("ROLLBACK TO one").Run();
        Release();
    }

    public void Commit() => Prepared("COMMIT").Run();

    /// <summary>SQLite itself has rolled back already after some errors (disk full among them).</summary>
    public void Rollback()
    {
        if (raw.sqlite3_get_autocommit(_connection.Handle) == 0)
        {
            Prepared("ROLLBACK").Run();
        }
    }

    public void Dispose()
    {
        foreach (var statement in _statements.Values)
        {
            statement.Dispose();
        }

        _connection.Dispose();
    }
}
