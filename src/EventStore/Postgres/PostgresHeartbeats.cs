using Npgsql;
using NpgsqlTypes;
using Strata.Contracts;

namespace Strata.EventStore.Postgres;

/// <summary>Heartbeats on the database's clock.</summary>
internal sealed class PostgresHeartbeats(PostgresConnections connections, PostgresEventStoreOptions options) : IHeartbeats
{
    private const string Keep = """
        insert into strata.heartbeats as h (robot, sent_at_ns, received_at_ns, spooled, spooled_bytes, oldest_spooled_at_ns, version)
        values ($1, $2, coalesce($7, strata.now_ns()), $3, $4, $5, $6)
            on conflict (robot) do update set sent_at_ns = excluded.sent_at_ns, received_at_ns = excluded.received_at_ns, spooled = excluded.spooled,
                spooled_bytes = excluded.spooled_bytes, oldest_spooled_at_ns = excluded.oldest_spooled_at_ns, version = excluded.version
         where h.sent_at_ns < excluded.sent_at_ns or h.sent_at_ns > strata.after_ns(excluded.received_at_ns, $8)
        returning 1
        """;

    private const string Select = "select robot, sent_at_ns, received_at_ns, spooled, spooled_bytes, oldest_spooled_at_ns, version from strata.heartbeats order by robot";

    public Task<bool> KeepAsync(RobotHeartbeat heartbeat, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(heartbeat);

        // Sent again over a connection that broke it says that it was not kept, and it is: nobody does anything else then.
        return connections.ReadAsync(
            async (connection, token) =>
            {
                var command = new NpgsqlCommand(Keep, connection);
                await using var _ = command.ConfigureAwait(false);
                command.Parameters.AddRange(Of(heartbeat));
                return await command.ExecuteScalarAsync(token).ConfigureAwait(false) is not null;
            },
            cancellationToken);
    }

    public Task<IReadOnlyList<KeptHeartbeat>> ReadAsync(CancellationToken cancellationToken) => connections.ReadAsync<IReadOnlyList<KeptHeartbeat>>(
        async (connection, token) =>
        {
            var command = new NpgsqlCommand(Select, connection);
            await using var _ = command.ConfigureAwait(false);
            var rows = await command.ExecuteReaderAsync(token).ConfigureAwait(false);
            await using var __ = rows.ConfigureAwait(false);
            var kept = new List<KeptHeartbeat>();
            while (await rows.ReadAsync(token).ConfigureAwait(false))
            {
                var heartbeat = new RobotHeartbeat(
                    rows.GetString(0), rows.GetInt64(1), rows.GetInt64(3), rows.GetInt64(4), rows.IsDBNull(5) ? null : rows.GetInt64(5), rows.IsDBNull(6) ? null : rows.GetString(6));
                kept.Add(new(heartbeat, rows.GetInt64(2)));
            }

            return kept;
        },
        cancellationToken);

    private NpgsqlParameter[] Of(RobotHeartbeat heartbeat) =>
    [
        new() { Value = heartbeat.Robot },
        new() { Value = heartbeat.SentAtNs },
        new() { Value = heartbeat.Spooled },
        new() { Value = heartbeat.SpooledBytes },
        new() { NpgsqlDbType = NpgsqlDbType.Bigint, Value = (object?)heartbeat.OldestSpooledAtNs ?? DBNull.Value },
        new() { NpgsqlDbType = NpgsqlDbType.Text, Value = (object?)heartbeat.Version ?? DBNull.Value },
        Parameters.Now(options),
        Parameters.Duration(IHeartbeats.MostAhead),
    ];
}
