using Npgsql;

namespace Strata.EventStore.Postgres;

/// <summary>What holders of leases remember. The lease's row is locked while it is compared, so that nobody takes it over in between.</summary>
internal sealed class PostgresLeasedStates(PostgresConnections connections) : ILeasedStates
{
    private const string Write = """
        with held as (select 1 from strata.leases where name = $1 and owner = $2 and token = $3 for update)
        insert into strata.leased_states (name, state) select $1, $4 from held
            on conflict (name) do update set state = excluded.state
        returning 1
        """;

    public Task<string?> ReadStateAsync(string name, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return AskAsync("select state from strata.leased_states where name = $1", [name], cancellationToken);
    }

    public async Task<bool> WriteStateAsync(Lease lease, string state, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(lease);
        ArgumentNullException.ThrowIfNull(state);
        return await AskAsync(Write, [lease.Name, lease.Owner, lease.Token, state], cancellationToken).ConfigureAwait(false) is not null;
    }

    /// <summary>Asking twice is no harm: the same state is written again.</summary>
    private Task<string?> AskAsync(string sql, object[] values, CancellationToken cancellationToken) => connections.ReadAsync(
        async (connection, token) =>
        {
            var command = new NpgsqlCommand(sql, connection);
            await using var _ = command.ConfigureAwait(false);
            command.Parameters.AddRange(Array.ConvertAll(values, v => new NpgsqlParameter { Value = v }));
            return Convert.ToString(await command.ExecuteScalarAsync(token).ConfigureAwait(false), System.Globalization.CultureInfo.InvariantCulture) is { Length: > 0 } text ? text : null;
        },
        cancellationToken);
}
