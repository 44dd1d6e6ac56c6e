using System.Data;
using System.Globalization;
using Npgsql;

namespace Strata.EventStore.Postgres;

/// <summary>
/// Marten's tables, exactly as Marten makes them, in schema <c>public</c>; Strata's own tables and functions in schema <c>strata</c>.
/// Source: DESIGN §9, marten-tables §DDL, postgres-order.
/// </summary>
internal static class PostgresSchema
{
    /// <summary>The scripts of each version; a script that was released is never changed.</summary>
    private static readonly string[][] Upgrades = [["1-marten.sql", "1-tables.sql", "1-order.sql", "1-append.sql"], ["2-heartbeats.sql", "2-traces.sql", "2-leased-states.sql"], ["3-required-states.sql"]];

    public static int Newest => Upgrades.Length;

    /// <summary>Creates what is missing, in one transaction; only looks when the schema is current, so that a user without the right to create may start.</summary>
    /// <exception cref="LogStorageException">A newer Strata wrote this database.</exception>
    public static async Task UpgradeAsync(NpgsqlConnection connection, string log, CancellationToken cancellationToken)
    {
        if (await FindVersionAsync(connection, cancellationToken).ConfigureAwait(false) == Newest)
        {
            return;
        }

        var transaction = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellationToken).ConfigureAwait(false);
        await using var _ = transaction.ConfigureAwait(false);

        // Several processes may start on an empty database at once: one makes the tables, the others find them.
        await ExecuteAsync(connection, "select pg_advisory_xact_lock(7703, 0)", cancellationToken).ConfigureAwait(false);
        var found = await FindVersionAsync(connection, cancellationToken).ConfigureAwait(false);
        if (found > Newest)
        {
            throw new LogStorageException(
                $"{log}: expected schema version {Newest} or older, found {found}: a newer version of Strata wrote it; run that version, nothing was changed");
        }

        if (found == 0)
        {
            await ExecuteAsync(connection, "create schema if not exists strata; create table strata.schema_version (version integer not null)", cancellationToken).ConfigureAwait(false);
        }

        foreach (var script in Upgrades.Skip(found).SelectMany(version => version))
        {
            await ExecuteAsync(connection, await ReadScriptAsync(script, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        }

        var version = Newest.ToString(CultureInfo.InvariantCulture);
        await ExecuteAsync(connection, $"delete from strata.schema_version; insert into strata.schema_version (version) values ({version})", cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
    }

    private static async Task<int> FindVersionAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        // Asked of the catalogue's rows: names are looked up in a cache that may not have heard of another process's tables yet.
        if (await ScalarAsync(connection, "select 1 from pg_tables where schemaname = 'strata' and tablename = 'schema_version'", cancellationToken).ConfigureAwait(false) is null)
        {
            return 0;
        }

        return (int)(await ScalarAsync(connection, "select coalesce(max(version), 0) from strata.schema_version", cancellationToken).ConfigureAwait(false))!;
    }

    private static async Task<object?> ScalarAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand(sql, connection);
        await using var _ = command.ConfigureAwait(false);
        return await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false);
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand(sql, connection);
        await using var _ = command.ConfigureAwait(false);
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    private static async Task<string> ReadScriptAsync(string name, CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(typeof(PostgresSchema).Assembly.GetManifestResourceStream(name) ?? throw new InvalidOperationException($"{name} is not in the assembly"));
        return await reader.ReadToEndAsync(cancellationToken).ConfigureAwait(false);
    }
}
