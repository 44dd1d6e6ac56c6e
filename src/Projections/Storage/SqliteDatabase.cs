using System.Globalization;
using SQLitePCL;

namespace Strata.Projections.Storage;

/// <summary>
/// One connection to a read model file, used by one thread at a time. It speaks to SQLite below ADO.NET: a bound parameter is then neither boxed nor wrapped,
/// which is most of the cost of a small row.
/// </summary>
internal sealed class SqliteDatabase : IDisposable
{
    /// <summary>A writer and readers never wait for each other in WAL mode; only a checkpoint that restarts the log can make one wait, for milliseconds.</summary>
    private const int BusyTimeoutMs = 10_000;

    /// <summary>The most that SQLite maps; what lies behind is read page by page.</summary>
    private const long MappedBytes = 2L * 1024 * 1024 * 1024;

    /// <summary>The bits of a result code above these tell details.</summary>
    private const int PrimaryCode = 0xFF;

    private readonly Dictionary<string, Statement> _statements = new(StringComparer.Ordinal);
    private readonly sqlite3 _handle;
    private bool _isMapped;

    static SqliteDatabase() => Batteries_V2.Init();

    private SqliteDatabase(string path, sqlite3 handle)
    {
        Path = path;
        _handle = handle;
    }

    public string Path { get; }

    /// <summary>False also where SQLite has ended a transaction by itself, as it does when the disk is full.</summary>
    public bool IsInTransaction => raw.sqlite3_get_autocommit(_handle) == 0;

    public static SqliteDatabase OpenReadWrite(string path) => Open(path, raw.SQLITE_OPEN_READWRITE | raw.SQLITE_OPEN_CREATE);

    public static SqliteDatabase OpenReadOnly(string path) => Open(path, raw.SQLITE_OPEN_READONLY);

    /// <summary>A statement that stays prepared for the life of the connection; it comes reset.</summary>
    public Statement Prepare(string sql)
    {
        if (!_statements.TryGetValue(sql, out var statement))
        {
            _statements.Add(sql, statement = new Statement(_handle, Path, sql));
        }

        statement.Reset();
        return statement;
    }

    /// <summary>A statement that stands on a row keeps its transaction's view open, also after a commit.</summary>
    public void ResetStatements()
    {
        foreach (var statement in _statements.Values)
        {
            statement.Reset();
        }
    }

    /// <summary>Runs statements without parameters, one or several.</summary>
    public void Execute(string sql)
    {
        if (raw.sqlite3_exec(_handle, sql) is not raw.SQLITE_OK and var code)
        {
            throw Failure(_handle, Path, sql, code);
        }
    }

    /// <summary>
    /// Whole tables are read through a mapping of the file: no page is fetched by a call of its own or copied. A mapping counts as this process's memory, so it is
    /// given up after such a read.
    /// </summary>
    public void MapFile(bool wanted)
    {
        if (wanted != _isMapped)
        {
            Execute(string.Create(CultureInfo.InvariantCulture, $"PRAGMA mmap_size = {(wanted ? MappedBytes : 0)}"));
            _isMapped = wanted;
        }
    }

    public long ReadInt64(string sql)
    {
        var statement = Prepare(sql);
        var value = statement.Step() ? statement.Int64(0) : throw new ReadModelStorageException($"{Path}: expected one row, found none: {sql}");
        statement.Reset();
        return value;
    }

    public void Dispose()
    {
        foreach (var statement in _statements.Values)
        {
            statement.Dispose();
        }

        _statements.Clear();
        _handle.Dispose();
    }

    internal static ReadModelStorageException Failure(sqlite3 handle, string path, string sql, int code) =>
        Reason(code) is { } reason
            ? new($"{path}: {reason} (SQLite {code}: {raw.sqlite3_errmsg(handle).utf8_to_string()})", isTransient: true) { IsFull = (code & PrimaryCode) == raw.SQLITE_FULL }
            : (code & PrimaryCode) is raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB
                ? new($"{path} is damaged (SQLite {code}: {raw.sqlite3_errmsg(handle).utf8_to_string()}); 'strata rebuild' makes the tables anew from the log") { IsDamaged = true }
                : new($"{path}: SQLite answered {code} ({raw.sqlite3_errmsg(handle).utf8_to_string()}) to: {sql}");

    /// <returns>What stands in the way from outside of the file; null where the file or the statement itself is wrong.</returns>
    private static string? Reason(int code) => (code & PrimaryCode) switch
    {
        raw.SQLITE_FULL => "the disk is full",
        raw.SQLITE_IOERR => "the disk refuses to read or write; it may be full",
        raw.SQLITE_BUSY or raw.SQLITE_LOCKED or raw.SQLITE_PROTOCOL => "another process holds the file",
        raw.SQLITE_CANTOPEN => "the file cannot be opened; the disk may be full, or the folder not writable",
        raw.SQLITE_READONLY or raw.SQLITE_PERM or raw.SQLITE_AUTH => "the file cannot be written; give this user the right to",
        raw.SQLITE_NOMEM => "memory is short",
        _ => null,
    };

    private static SqliteDatabase Open(string path, int flags)
    {
        var code = raw.sqlite3_open_v2(path, out var handle, flags | raw.SQLITE_OPEN_NOMUTEX, null);
        if (code != raw.SQLITE_OK)
        {
            var failure = Failure(handle, path, "open", code);
            handle.Dispose();
            throw failure;
        }

        raw.sqlite3_busy_timeout(handle, BusyTimeoutMs);
        return new SqliteDatabase(path, handle);
    }
}
