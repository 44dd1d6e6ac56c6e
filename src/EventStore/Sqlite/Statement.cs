using System.Buffers;
using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Strata.EventStore.Sqlite;

/// <summary>
/// A prepared statement, used again and again by one thread at a time. It binds and reads UTF-8 as it lies in memory:
/// ADO.NET would make a string and a parameter object of each value, which costs more than the insert itself.
/// </summary>
internal sealed class Statement : IDisposable
{
    private const int StackBytes = 512;

    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _statement;

    public Statement(SqliteConnection connection, string sql)
    {
        _database = connection.Handle ?? throw new InvalidOperationException("the connection is not open");
        Check(raw.sqlite3_prepare_v2(_database, sql, out _statement));
    }

    public Statement Bind(int index, long value)
    {
        Check(raw.sqlite3_bind_int64(_statement, index, value));
        return this;
    }

    public Statement Bind(int index, long? value)
    {
        if (value is { } number)
        {
            return Bind(index, number);
        }

        Check(raw.sqlite3_bind_null(_statement, index));
        return this;
    }

    public Statement Bind(int index, string? value)
    {
        if (value is null)
        {
            Check(raw.sqlite3_bind_null(_statement, index));
            return this;
        }

        var bytes = StrictUtf8.Encoding.GetMaxByteCount(value.Length);
        byte[]? rented = null;
        Span<byte> buffer = bytes <= StackBytes ? stackalloc byte[StackBytes] : rented = ArrayPool<byte>.Shared.Rent(bytes);
        BindUtf8(index, buffer[..StrictUtf8.Encoding.GetBytes(value, buffer)]);
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }

        return this;
    }

    public Statement BindUtf8(int index, ReadOnlySpan<byte> value)
    {
        // An empty span has no address, and SQLite takes text without an address for NULL.
        Check(value.IsEmpty ? raw.sqlite3_bind_text(_statement, index, "") : raw.sqlite3_bind_text(_statement, index, value));
        return this;
    }

    public Statement BindBlob(int index, ReadOnlySpan<byte> value)
    {
        Check(value.IsEmpty ? raw.sqlite3_bind_zeroblob(_statement, index, 0) : raw.sqlite3_bind_blob(_statement, index, value));
        return this;
    }

    /// <returns>True when there is a row to read.</returns>
    public bool Step()
    {
        var code = raw.sqlite3_step(_statement);
        if (code is not (raw.SQLITE_ROW or raw.SQLITE_DONE))
        {
            Check(code);
        }

        return code == raw.SQLITE_ROW;
    }

    /// <summary>Ends the statement's hold on the database; bound values stay.</summary>
    /// <remarks>The code that SQLite returns here repeats the error that the last step has thrown already.</remarks>
    public void Reset() => _ = raw.sqlite3_reset(_statement);

    public void Run()
    {
        try
        {
            Step();
        }
        finally
        {
            Reset();
        }
    }

    /// <returns>The first column of the only row, or null when there is no row or it is NULL.</returns>
    public long? ReadInt64()
    {
        try
        {
            return Step() && !IsNull(0) ? Int64(0) : null;
        }
        finally
        {
            Reset();
        }
    }

    /// <returns>The first column of the first row, or null when there is no row or it is NULL.</returns>
    public string? ReadText()
    {
        try
        {
            return Step() && !IsNull(0) ? Text(0) : null;
        }
        finally
        {
            Reset();
        }
    }

    public bool IsNull(int column) => raw.sqlite3_column_type(_statement, column) == raw.SQLITE_NULL;

    public long Int64(int column) => raw.sqlite3_column_int64(_statement, column);

    /// <summary>Text or blob as it lies in the page cache: valid until the next step or reset.</summary>
    public ReadOnlySpan<byte> Bytes(int column) => raw.sqlite3_column_blob(_statement, column);

    public string Text(int column) => Encoding.UTF8.GetString(Bytes(column));

    public void Dispose() => _statement.Dispose();

    private void Check(int code) => SqliteException.ThrowExceptionForRC(code, _database);
}
