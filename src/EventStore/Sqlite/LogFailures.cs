using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Strata.EventStore.Sqlite;

/// <summary>SQLite's error codes in words that say what to do.</summary>
internal static class LogFailures
{
    public static Exception ExplainAppend(Exception failure, string path) => Explain(failure, path, "; nothing was appended");

    public static Exception ExplainRead(Exception failure, string path) => Explain(failure, path, "");

    private static Exception Explain(Exception failure, string path, string outcome) =>
        failure is SqliteException sqlite ? new LogStorageException($"{path}: {Words(sqlite, outcome)}", sqlite) { IsFull = sqlite.SqliteErrorCode == raw.SQLITE_FULL } : failure;

    private static string Words(SqliteException failure, string outcome) => failure.SqliteErrorCode switch
    {
        raw.SQLITE_FULL => $"no room for more: the disk (or the file's allowed size) is full{outcome}. Free some room, then try again",
        raw.SQLITE_IOERR => $"the disk refused to read or write ({failure.SqliteExtendedErrorCode}){outcome}. Look at the disk and the free room, then try again",
        raw.SQLITE_READONLY or raw.SQLITE_PERM or raw.SQLITE_CANTOPEN or raw.SQLITE_AUTH =>
            "cannot be opened for writing; give this user read and write rights on the file and its folder",
        raw.SQLITE_BUSY or raw.SQLITE_LOCKED => $"another process holds the log's write lock{outcome}. Stop that process or try again",
        raw.SQLITE_CORRUPT => $"the file is damaged ({failure.Message}); stop Strata, keep a copy, and restore the last good one",
        raw.SQLITE_NOTADB => "expected a SQLite database, found something else; move the file away or name another data directory",
        _ => failure.Message,
    };
}
