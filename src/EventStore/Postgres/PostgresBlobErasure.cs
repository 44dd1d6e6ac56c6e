using System.Diagnostics;
using Npgsql;
using NpgsqlTypes;
using Strata.Contracts;

namespace Strata.EventStore.Postgres;

/// <summary>
/// Deletes blobs, and has PostgreSQL write their table anew: what is deleted stays in the file, and a plain VACUUM only gives its room free.
/// Copies of its WAL and backups are their owner's.
/// </summary>
internal sealed class PostgresBlobErasure(PostgresConnections connections)
{
    /// <summary>Only the table's owner may write it anew; nobody else is refused loudly, so it is looked at.</summary>
    private const string Leftover = "their rows are deleted, but the room they had in the table's file is not overwritten until the owner runs VACUUM FULL strata.blobs";

    // The file that the rows were deleted from. While the table still lies in it, their bytes may.
    private const string Delete = """
        with gone as (delete from strata.blobs where hash = any ($1) returning 1),
             noted as (insert into strata.leased_states as s (name, state)
                       select 'blobs deleted from file', pg_relation_filenode('strata.blobs')::text where exists (select 1 from gone)
                       on conflict (name) do update set state = excluded.state)
        select count(*)::int from gone
        """;

    private const string Look = """
        select exists (select 1 from strata.leased_states where name = 'blobs deleted from file' and state = pg_relation_filenode('strata.blobs')::text),
               (select pg_has_role(c.relowner, 'USAGE') from pg_class c where c.oid = 'strata.blobs'::regclass)
        """;

    // Who began before the deletion may see the rows still, and for them VACUUM FULL takes them along into the new file.
    private const string Earlier = """
        select coalesce(array_agg(l.virtualtransaction), '{}'), coalesce(string_agg(l.pid::text, ', '), '')
          from pg_locks l join pg_stat_activity a on a.pid = l.pid
         where l.locktype = 'virtualxid' and l.mode = 'ExclusiveLock' and a.datname = current_database() and l.pid <> pg_backend_pid()
           and ($1::text[] is null or l.virtualtransaction = any ($1))
        """;

    /// <summary>Queries end within it; who is longer at it is named, and the erasure is tried again.</summary>
    private static readonly TimeSpan EarlierEndWithin = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(50);

    public Task<int> RunAsync(IReadOnlyCollection<Sha256Digest> hashes, CancellationToken cancellationToken) => WithConnectionAsync(
        async connection =>
        {
            var delete = new NpgsqlCommand(Delete, connection)
            {
                Parameters = { Parameters.Array(NpgsqlDbType.Bytea, hashes.Select(h => h.ToBytes()).ToArray()) },
            };
            await using var _ = delete.ConfigureAwait(false);
            var erased = (int)(await delete.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!;
            if (await LookAsync(connection, cancellationToken).ConfigureAwait(false) is (IsLeft: true, IsOwner: true))
            {
                await WaitForEarlierAsync(connection, cancellationToken).ConfigureAwait(false);
                await WriteAnewAsync(connection, cancellationToken).ConfigureAwait(false);
            }

            return erased;
        },
        cancellationToken);

    public Task<string?> ReadLeftoverAsync(CancellationToken cancellationToken) => WithConnectionAsync(
        async connection => (await LookAsync(connection, cancellationToken).ConfigureAwait(false)).IsLeft ? Leftover : null, cancellationToken);

    private static async Task<(bool IsLeft, bool IsOwner)> LookAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var look = new NpgsqlCommand(Look, connection);
        await using var _ = look.ConfigureAwait(false);
        var row = await look.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var __ = row.ConfigureAwait(false);
        await row.ReadAsync(cancellationToken).ConfigureAwait(false);
        return (row.GetBoolean(0), row.GetBoolean(1));
    }

    private async Task WaitForEarlierAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        var (earlier, processes) = await EarlierAsync(connection, null, cancellationToken).ConfigureAwait(false);
        while (earlier.Length > 0)
        {
            if (clock.Elapsed > EarlierEndWithin)
            {
                throw new LogStorageException(
                    $"{connections.Log}: transactions that began before the blobs were deleted can see them still (process {processes}); end them, or wait until they end: what they see VACUUM FULL strata.blobs does not remove");
            }

            await Task.Delay(LookEvery, cancellationToken).ConfigureAwait(false);
            (earlier, processes) = await EarlierAsync(connection, earlier, cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task<(string[] Transactions, string Processes)> EarlierAsync(NpgsqlConnection connection, string[]? among, CancellationToken cancellationToken)
    {
        var look = new NpgsqlCommand(Earlier, connection) { Parameters = { new() { Value = (object?)among ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text } } };
        await using var _ = look.ConfigureAwait(false);
        var row = await look.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var __ = row.ConfigureAwait(false);
        await row.ReadAsync(cancellationToken).ConfigureAwait(false);
        return (row.GetFieldValue<string[]>(0), row.GetString(1));
    }

    /// <summary>It takes as long as the table is large, and first waits for whoever reads it; others wait meanwhile.</summary>
    private static async Task WriteAnewAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        // ANALYZE keeps short contents as samples. A change of the column's type, also to the same one, drops them; where they lay is another table.
        await ExecuteAsync(connection, "alter table strata.blobs alter column content set statistics 0, alter column content type bytea", cancellationToken).ConfigureAwait(false);
        await ExecuteAsync(connection, "vacuum (full) strata.blobs", cancellationToken).ConfigureAwait(false);

        // Of the database's owner; a table's owner who is not it is passed over by the server, which docs/postgres.md says.
        await ExecuteAsync(connection, "vacuum (full) pg_catalog.pg_statistic", cancellationToken).ConfigureAwait(false);
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await using var _ = command.ConfigureAwait(false);
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task<T> WithConnectionAsync<T>(Func<NpgsqlConnection, Task<T>> run, CancellationToken cancellationToken)
    {
        var connection = await connections.OpenLoneAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = connection.ConfigureAwait(false);
        try
        {
            return await run(connection).ConfigureAwait(false);
        }
        catch (Exception failure) when (PostgresFailures.ExplainRead(failure, connections.Log) is var explained && explained != failure)
        {
            throw explained;
        }
    }
}
