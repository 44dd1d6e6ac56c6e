using System.Data;
using System.Data.Common;
using System.Runtime.CompilerServices;
using Npgsql;
using Strata.Contracts;

namespace Strata.EventStore.Postgres;

/// <summary>Reads a whole log in one snapshot, as <c>pg_dump</c> does: appends go on beside it, and none of those that end later is in it.</summary>
internal static class PostgresLogExport
{
    private const string Count = """
        select coalesce(max(seq_id), 0), count(*),
               (select count(*) from strata.blobs) + (select count(*) from strata.commands) + (select count(*) from strata.guards)
          from public.mt_events
        """;

    private const string Events = "select seq_id, id, stream_id, version, type, mt_dotnet_type, headers, data from public.mt_events order by seq_id";

    public static async IAsyncEnumerable<LogRecord> ReadAsync(PostgresConnections connections, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var connection = await connections.OpenLoneAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = connection.ConfigureAwait(false);
        var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken).ConfigureAwait(false);
        await using var __ = transaction.ConfigureAwait(false);
        await foreach (var start in RowsAsync(connection, Count, row => new LogRecord.Start(row.GetInt64(0), row.GetInt64(1), row.GetInt64(1) + row.GetInt64(2)), cancellationToken).ConfigureAwait(false))
        {
            yield return start;
        }

        await foreach (var blob in RowsAsync(connection, "select hash, content from strata.blobs order by hash", row => BlobOf(row, connections.Log), cancellationToken).ConfigureAwait(false))
        {
            yield return blob;
        }

        await foreach (var recorded in RowsAsync(connection, Events, EventOf, cancellationToken).ConfigureAwait(false))
        {
            yield return recorded;
        }

        await foreach (var command in RowsAsync(connection, "select command_id, last_position, positions, recorded_at_ns from strata.commands order by recorded_at_ns, command_id", CommandOf, cancellationToken).ConfigureAwait(false))
        {
            yield return command;
        }

        await foreach (var guard in RowsAsync(connection, "select scope, key, value from strata.guards order by scope, key", row => new LogRecord.Guarded(new(row.GetString(0), row.GetString(1), row.GetString(2))), cancellationToken).ConfigureAwait(false))
        {
            yield return guard;
        }
    }

    private static async IAsyncEnumerable<T> RowsAsync<T>(NpgsqlConnection connection, string sql, Func<DbDataReader, T> read, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await using var _ = command.ConfigureAwait(false);
        var rows = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var __ = rows.ConfigureAwait(false);
        while (await rows.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            yield return read(rows);
        }
    }

    private static LogRecord.Content BlobOf(DbDataReader row, string log) => new(LogDamagedException.RequireBlob(log, Sha256Digest.FromBytes(row.GetFieldValue<byte[]>(0)), row.GetFieldValue<byte[]>(1)));

    private static LogRecord.Command CommandOf(DbDataReader row) => new(row.GetString(0), row.GetInt64(1), [.. row.GetFieldValue<long[]>(2)], row.GetInt64(3));

    private static LogRecord.Event EventOf(DbDataReader row)
    {
        var (headers, data) = (row.GetFieldValue<byte[]>(6), row.GetFieldValue<byte[]>(7));
        if (EventHeaders.Parse(headers) is { Exact: { } exact } parsed)
        {
            // How a body that jsonb cannot hold is kept is this adapter's own affair.
            (headers, data) = ((parsed with { Exact = null }).ToJson(), exact);
        }

        return new(row.GetInt64(0), row.GetGuid(1), row.GetString(2), row.GetInt64(3), row.GetString(4), row.IsDBNull(5) ? null : row.GetString(5), headers, data);
    }
}
