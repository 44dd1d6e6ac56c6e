using Npgsql;

namespace Strata.EventStore.Postgres;

/// <summary>Named leases on the database's clock, and the positions that their holders move. A released or expired one keeps its row, so that tokens go on rising.</summary>
internal sealed class PostgresLeases(PostgresConnections connections, PostgresEventStoreOptions options) : ILeases, ILeasedPositions
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

    // The lease's row is locked by its renewal until the position is written, so nobody takes over in between.
    private const string Move = $"""
        with held as ({Renew})
        insert into public.mt_event_progression as p (name, last_seq_id, last_updated) select $1, $6, transaction_timestamp() from held
            on conflict (name) do update set last_seq_id = excluded.last_seq_id, last_updated = excluded.last_updated
        returning last_seq_id
        """;

    private const string Position = "select coalesce(last_seq_id, 0) from public.mt_event_progression where name = $1";

    public async Task<Lease?> AcquireAsync(string name, string owner, TimeSpan duration, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentException.ThrowIfNullOrEmpty(owner);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(duration, TimeSpan.Zero);
        var token = await NumberAsync(
            Acquire, [new() { Value = name }, new() { Value = owner }, Parameters.Duration(duration), Parameters.Now(options)], cancellationToken).ConfigureAwait(false);
        return token is { } t ? new Lease(name, owner, t) : null;
    }

    public async Task<bool> RenewAsync(Lease lease, TimeSpan duration, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(lease);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(duration, TimeSpan.Zero);
        return await NumberAsync(Renew, [.. Of(lease), Parameters.Duration(duration), Parameters.Now(options)], cancellationToken).ConfigureAwait(false) is not null;
    }

    public Task ReleaseAsync(Lease lease, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(lease);
        return NumberAsync(Release, [.. Of(lease)], cancellationToken);
    }

    public async Task<long> ReadPositionAsync(string name, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return await NumberAsync(Position, [new() { Value = name }], cancellationToken).ConfigureAwait(false) ?? 0;
    }

    public async Task<bool> MoveAsync(Lease lease, long position, TimeSpan duration, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(lease);
        ArgumentOutOfRangeException.ThrowIfNegative(position);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(duration, TimeSpan.Zero);
        return await NumberAsync(Move, [.. Of(lease), Parameters.Duration(duration), Parameters.Now(options), new() { Value = position }], cancellationToken).ConfigureAwait(false) is not null;
    }

    private static NpgsqlParameter[] Of(Lease lease) => [new() { Value = lease.Name }, new() { Value = lease.Owner }, new() { Value = lease.Token }];

    /// <summary>Asking twice is no harm: a token more is given out, a lease is renewed or a position written again.</summary>
    private Task<long?> NumberAsync(string sql, NpgsqlParameter[] parameters, CancellationToken cancellationToken) => connections.ReadAsync(
        async (connection, token) =>
        {
            var command = new NpgsqlCommand(sql, connection);
            await using var _ = command.ConfigureAwait(false);
            command.Parameters.AddRange(Array.ConvertAll(parameters, p => p.Clone()));
            return (long?)await command.ExecuteScalarAsync(token).ConfigureAwait(false);
        },
        cancellationToken);
}
