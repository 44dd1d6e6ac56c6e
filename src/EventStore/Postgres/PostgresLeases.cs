using Npgsql;

namespace Strata.EventStore.Postgres;

/// <summary>Named leases on the database's clock. A released or expired one keeps its row, so that tokens go on rising.</summary>
internal sealed class PostgresLeases(PostgresConnections connections, PostgresEventStoreOptions options) : ILeases
{
    private const string Acquire = """
        insert into strata.leases as l (name, owner, token, leased_until_ns)
        select $1, $2, 1, strata.after_ns(n.now_ns, $3) from (select coalesce($4, strata.now_ns()) as now_ns) n
            on conflict (name) do update set owner = excluded.owner, token = l.token + 1, leased_until_ns = excluded.leased_until_ns
         where l.owner is null or l.owner = excluded.owner or l.leased_until_ns <= coalesce($4, strata.now_ns())
        returning token
        """;

    private const string Renew = "update strata.leases set leased_until_ns = strata.after_ns(coalesce($5, strata.now_ns()), $4) where name = $1 and owner = $2 and token = $3 returning token";

    private const string Release = "update strata.leases set owner = null, leased_until_ns = 0 where name = $1 and owner = $2 and token = $3 returning token";

    public async Task<Lease?> AcquireAsync(string name, string owner, TimeSpan duration, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentException.ThrowIfNullOrEmpty(owner);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(duration, TimeSpan.Zero);
        var token = await TokenAsync(
            Acquire, [new() { Value = name }, new() { Value = owner }, Parameters.Duration(duration), Parameters.Now(options)], cancellationToken).ConfigureAwait(false);
        return token is { } t ? new Lease(name, owner, t) : null;
    }

    public async Task<bool> RenewAsync(Lease lease, TimeSpan duration, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(lease);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(duration, TimeSpan.Zero);
        return await TokenAsync(Renew, [.. Of(lease), Parameters.Duration(duration), Parameters.Now(options)], cancellationToken).ConfigureAwait(false) is not null;
    }

    public Task ReleaseAsync(Lease lease, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(lease);
        return TokenAsync(Release, [.. Of(lease)], cancellationToken);
    }

    private static NpgsqlParameter[] Of(Lease lease) => [new() { Value = lease.Name }, new() { Value = lease.Owner }, new() { Value = lease.Token }];

    /// <summary>Asking twice is no harm: a token more is given out, or a lease is renewed again.</summary>
    private Task<long?> TokenAsync(string sql, NpgsqlParameter[] parameters, CancellationToken cancellationToken) => connections.ReadAsync(
        async (connection, token) =>
        {
            var command = new NpgsqlCommand(sql, connection);
            await using var _ = command.ConfigureAwait(false);
            command.Parameters.AddRange(Array.ConvertAll(parameters, p => p.Clone()));
            return (long?)await command.ExecuteScalarAsync(token).ConfigureAwait(false);
        },
        cancellationToken);
}
