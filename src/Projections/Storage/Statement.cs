using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using SQLitePCL;
using Strata.Contracts;

namespace Strata.Projections.Storage;

/// <summary>A prepared statement. Parameters count from 1, columns from 0, as in SQLite.</summary>
internal sealed class Statement : IDisposable
{
    private const int StackBytes = 512;

    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _handle;
    private readonly string _path;
    private readonly string _sql;

    public Statement(sqlite3 database, string path, string sql)
    {
        _database = database;
        _path = path;
        _sql = sql;
        Require(raw.sqlite3_prepare_v2(database, sql, out _handle));
    }

    public int ColumnCount => raw.sqlite3_column_count(_handle);

    public Statement Bind(int index, long value)
    {
        Require(raw.sqlite3_bind_int64(_handle, index, value));
        return this;
    }

    public Statement Bind(int index, long? value) => value is { } number ? Bind(index, number) : BindNull(index);

    public Statement Bind(int index, string? value)
    {
        if (value is null)
        {
            return BindNull(index);
        }

        if (value.Length == 0)
        {
            Require(raw.sqlite3_bind_text(_handle, index, ""));
            return this;
        }

        var size = Encoding.UTF8.GetMaxByteCount(value.Length);
        byte[]? rented = null;
        var buffer = size <= StackBytes ? stackalloc byte[StackBytes] : (rented = ArrayPool<byte>.Shared.Rent(size));
        var written = Encoding.UTF8.GetBytes(value, buffer);
        Require(raw.sqlite3_bind_text(_handle, index, buffer[..written]));
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }

        return this;
    }

    public Statement BindText(int index, ReadOnlySpan<byte> utf8)
    {
        // An empty span has no address, and SQLite takes text without an address for NULL.
        Require(utf8.IsEmpty ? raw.sqlite3_bind_text(_handle, index, "") : raw.sqlite3_bind_text(_handle, index, utf8));
        return this;
    }

    public Statement Bind(int index, ReadOnlySpan<byte> value)
    {
        Require(value.IsEmpty ? raw.sqlite3_bind_zeroblob(_handle, index, 0) : raw.sqlite3_bind_blob(_handle, index, value));
        return this;
    }

    public Statement Bind(int index, Sha256Digest value)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        value.CopyTo(digest);
        return Bind(index, digest);
    }

    public Statement Bind(int index, Sha256Digest? value) => value is { } digest ? Bind(index, digest) : BindNull(index);

    public Statement BindNull(int index)
    {
        Require(raw.sqlite3_bind_null(_handle, index));
        return this;
    }

    /// <returns>True when it stands on a row; false at the end, and then it is reset.</returns>
    public bool Step()
    {
        var code = raw.sqlite3_step(_handle);
        if (code == raw.SQLITE_ROW)
        {
            return true;
        }

        var failure = code == raw.SQLITE_DONE ? null : SqliteDatabase.Failure(_database, _path, _sql, code);
        raw.sqlite3_reset(_handle);
        return failure is null ? false : throw failure;
    }

    /// <summary>Runs a statement that gives no rows.</summary>
    public void Run()
    {
        while (Step())
        {
        }
    }

    public void Reset() => raw.sqlite3_reset(_handle);

    public int Type(int column) => raw.sqlite3_column_type(_handle, column);

    public bool IsNull(int column) => raw.sqlite3_column_type(_handle, column) == raw.SQLITE_NULL;

    public long Int64(int column) => raw.sqlite3_column_int64(_handle, column);

    public int Int32(int column) => checked((int)raw.sqlite3_column_int64(_handle, column));

    public double Double(int column) => raw.sqlite3_column_double(_handle, column);

    public long? Int64OrNull(int column) => IsNull(column) ? null : Int64(column);

    public string Text(int column) => Encoding.UTF8.GetString(Bytes(column));

    public string? TextOrNull(int column) => IsNull(column) ? null : Text(column);

    /// <summary>The bytes of a blob or a text; valid until the next step.</summary>
    public ReadOnlySpan<byte> Bytes(int column) => raw.sqlite3_column_blob(_handle, column);

    public Sha256Digest Digest(int column) => Sha256Digest.FromBytes(Bytes(column));

    public Sha256Digest? DigestOrNull(int column) => IsNull(column) ? null : Digest(column);

    public void Dispose() => _handle.Dispose();

    private void Require(int code)
    {
        if (code != raw.SQLITE_OK)
        {
            throw SqliteDatabase.Failure(_database, _path, _sql, code);
        }
    }
}
