using Npgsql;

namespace Strata.EventStore.Postgres;

/// <summary>Looks at a database on one connection of its own.</summary>
public static class PostgresCheckup
{
    /// <summary>From here on new connections of a restarted process may be refused.</summary>
    private const double NearlyAllConnections = 0.9;

    private const string Sql = """
        select current_setting('server_version'), (extract(epoch from clock_timestamp()) * 1000000)::bigint, current_setting('fsync'), current_setting('full_page_writes'),
               pg_is_in_recovery(), current_setting('default_transaction_read_only'), current_setting('max_connections')::bigint, (select count(*) from pg_stat_activity where backend_type = 'client backend'),
               to_regclass('strata.schema_version') is not null
        """;

    /// <param name="connectionString">Npgsql's.</param>
    /// <exception cref="LogStorageException">The database does not answer or refuses.</exception>
    public static async Task<LogCheckup> LookAsync(string connectionString, CancellationToken cancellationToken)
    {
        var connections = new PostgresConnections(connectionString, new PostgresEventStoreOptions(Connections: 1));
        await using var _ = connections.ConfigureAwait(false);
        var connection = await connections.OpenLoneAsync(cancellationToken).ConfigureAwait(false);
        await using var __ = connection.ConfigureAwait(false);
        try
        {
            return await LookAsync(connection, connections.Log, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failure) when (PostgresFailures.ExplainRead(failure, connections.Log) is var explained && explained != failure)
        {
            throw explained;
        }
    }

    private static async Task<LogCheckup> LookAsync(NpgsqlConnection connection, string log, CancellationToken cancellationToken)
    {
        var faults = new List<LogFault>();
        string version;
        long clockUs;
        bool hasSchema;
        var command = new NpgsqlCommand(Sql, connection);
        await using (command.ConfigureAwait(false))
        {
            var row = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            await using var _ = row.ConfigureAwait(false);
            await row.ReadAsync(cancellationToken).ConfigureAwait(false);
            (version, clockUs, hasSchema) = (row.GetString(0), row.GetInt64(1), row.GetBoolean(8));
            AddFaults(faults, fsync: row.GetString(2), fullPages: row.GetString(3), isStandby: row.GetBoolean(4), readOnly: row.GetString(5), most: row.GetInt64(6), open: row.GetInt64(7));
        }

        var schema = hasSchema ? await ScalarAsync(connection, "select coalesce(max(version), 0)::bigint from strata.schema_version", cancellationToken).ConfigureAwait(false) : 0;
        var head = schema == 0 ? 0 : await ScalarAsync(connection, "select coalesce(max(seq_id), 0) from public.mt_events", cancellationToken).ConfigureAwait(false);
        return new(log, $"PostgreSQL {version}", (int)schema, PostgresSchema.Newest, head, clockUs * 1000, faults);
    }

    private static void AddFaults(List<LogFault> faults, string fsync, string fullPages, bool isStandby, string readOnly, long most, long open)
    {
        const string Off = "off";
        if (fsync == Off)
        {
            faults.Add(new("fsync is off: a power cut can destroy the whole database", "set fsync = on in postgresql.conf", IsDangerous: true));
        }

        if (fullPages == Off)
        {
            faults.Add(new("full_page_writes is off: a power cut can leave half-written pages", "set full_page_writes = on in postgresql.conf, unless the file system writes pages whole", IsDangerous: false));
        }

        if (isStandby || readOnly != Off)
        {
            faults.Add(new(isStandby ? "it is a standby, which takes no writes" : "default_transaction_read_only is on: nothing can be written", "name the primary in the connection string", IsDangerous: true));
        }

        if (open >= most * NearlyAllConnections)
        {
            faults.Add(new($"{open} of {most} connections are in use", "raise max_connections, or let fewer programs connect", IsDangerous: false));
        }
    }

    private static async Task<long> ScalarAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand(sql, connection);
        await using var _ = command.ConfigureAwait(false);
        return (long)(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!;
    }
}
