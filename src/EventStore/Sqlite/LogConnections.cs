using Microsoft.Data.Sqlite;

namespace Strata.EventStore.Sqlite;

/// <summary>How connections to <c>log.db</c> are opened. Source: DESIGN §8.</summary>
internal sealed class LogConnections(string directory, SqliteEventStoreOptions options)
{
    public const string FileName = "log.db";

    /// <summary>An event row has some 2 kB. 16 KiB append large batches a little faster, but small appends, which touch a handful of pages each, write twice as much; 4 KiB hold two rows and much air.</summary>
    public const int PageSizeBytes = 8192;

    /// <summary>Another process may hold the write lock for the length of one of its group commits.</summary>
    private const int BusyTimeoutMilliseconds = 5_000;

    /// <summary>The inner pages of the indexes and the log's end. A cache fills to its limit in every server that runs long enough, so the limit is what it costs.</summary>
    public const int WriterCacheKibibytes = 4 * 1024;

    /// <summary>Holds the pages of one large append, so that they do not go through the WAL twice; given back after it.</summary>
    public const int LargeWriteCacheKibibytes = 32 * 1024;

    /// <summary>Readers walk the log once from front to back; what they cache is hardly read again.</summary>
    private const int ReaderCacheKibibytes = 1024;

    /// <summary>A checkpoint costs two fsyncs: one for each 32 MiB written instead of SQLite's 4 MiB.</summary>
    private const int CheckpointPages = 4_096;

    /// <summary>After a burst the WAL file gives its room back down to this.</summary>
    private const long WalLimitBytes = 64L * 1024 * 1024;

    public string Path { get; } = System.IO.Path.Combine(directory, FileName);

    public SqliteConnection OpenWriter()
    {
        var connection = Open(SqliteOpenMode.ReadWriteCreate);
        Execute(connection, $"""
            PRAGMA busy_timeout = {BusyTimeoutMilliseconds};
            PRAGMA page_size = {PageSizeBytes};
            PRAGMA journal_mode = WAL;
            PRAGMA synchronous = FULL;
            PRAGMA cache_size = -{WriterCacheKibibytes};
            PRAGMA wal_autocheckpoint = {CheckpointPages};
            PRAGMA journal_size_limit = {WalLimitBytes};
            PRAGMA temp_store = MEMORY;
            """);
        if (options.MaxPages is { } pages)
        {
            Execute(connection, $"PRAGMA max_page_count = {pages}");
        }

        // An event and its stream are written by the same few lines; checking each event against mt_streams again would cost a look-up an event.
        Execute(connection, "PRAGMA foreign_keys = OFF");
        return connection;
    }

    public SqliteConnection OpenReader()
    {
        var connection = Open(SqliteOpenMode.ReadOnly);
        Execute(connection, $"""
            PRAGMA busy_timeout = {BusyTimeoutMilliseconds};
            PRAGMA cache_size = -{ReaderCacheKibibytes};
            PRAGMA temp_store = MEMORY;
            """);
        return connection;
    }

    public static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private SqliteConnection Open(SqliteOpenMode mode)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = Path, Mode = mode, Pooling = false }.ToString());
        try
        {
            connection.Open();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }
}
