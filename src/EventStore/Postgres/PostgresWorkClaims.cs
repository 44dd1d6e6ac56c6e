using Npgsql;
using NpgsqlTypes;
using Strata.Contracts;

namespace Strata.EventStore.Postgres;

/// <summary>Claims and attempts, each call one statement on the database's clock.</summary>
internal sealed class PostgresWorkClaims(PostgresConnections connections, PostgresEventStoreOptions options) : IWorkClaims
{
    private const string Claim = """
        insert into strata.work_claims as c (work_id, attempts, owner, token, leased_until_ns, due_at_ns, settled)
        select w.id, 0, $2, 1, strata.after_ns(coalesce($4, strata.now_ns()), $3), 0, false from (select distinct unnest($1) as id order by id) w
            on conflict (work_id) do update set owner = excluded.owner, token = c.token + 1, leased_until_ns = excluded.leased_until_ns
         where not c.settled and c.due_at_ns <= coalesce($4, strata.now_ns()) and c.leased_until_ns <= coalesce($4, strata.now_ns())
        returning work_id, attempts, token
        """;

    private const string Held = "from unnest($1, $2, $3, $4) h (work_id, owner, token, attempt) where c.work_id = h.work_id and c.owner = h.owner and c.token = h.token and not c.settled";

    private const string Begin = $"update strata.work_claims c set attempts = h.attempt {Held} returning c.work_id, c.token";

    private const string Renew = $"update strata.work_claims c set leased_until_ns = strata.after_ns(coalesce($6, strata.now_ns()), $5) {Held} returning c.work_id, c.token";

    private const string Settle = $"update strata.work_claims c set settled = true, owner = null, leased_until_ns = coalesce($5, strata.now_ns()) {Held}";

    private const string Postpone =
        $"update strata.work_claims c set attempts = h.attempt, owner = null, leased_until_ns = 0, due_at_ns = strata.after_ns(coalesce($6, strata.now_ns()), $5), last_reason = $7 {Held}";

    private const string Return = $"update strata.work_claims c set owner = null, leased_until_ns = 0, attempts = h.attempt - 1 {Held}";

    // The token rises too: whoever held the claim and works on after all must not act on it.
    private const string FreeAll = "update strata.work_claims set owner = null, leased_until_ns = 0, token = token + 1 where owner is not null and not settled";

    private const string Idle = "leased_until_ns <= coalesce($3, strata.now_ns()) - $2 and due_at_ns <= coalesce($3, strata.now_ns()) - $2";

    private const string SelectIdle = $"select work_id from strata.work_claims where work_id > $1 and {Idle} order by work_id limit $4";

    private const string Forget = $"delete from strata.work_claims where work_id = any ($1) and {Idle} returning true";

    private const string Select = "select work_id, attempts, owner, leased_until_ns, due_at_ns, last_reason, settled from strata.work_claims where work_id = any ($1)";

    public async Task<IReadOnlyList<WorkClaim>> ClaimAsync(IReadOnlyList<Sha256Digest> workIds, string owner, TimeSpan lease, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(workIds);
        ArgumentException.ThrowIfNullOrEmpty(owner);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(lease, TimeSpan.Zero);
        NpgsqlParameter[] parameters = [Ids(workIds), new() { Value = owner }, Parameters.Duration(lease), Parameters.Now(options)];
        var taken = await QueryAsync(Claim, parameters, row => (Id(row), Attempts: row.GetInt32(1), Token: row.GetInt64(2)), isRepeatable: false, cancellationToken).ConfigureAwait(false);
        var byId = taken.ToDictionary(t => t.Item1);
        return [.. workIds.Distinct().Where(byId.ContainsKey).Select(id => new WorkClaim(id, owner, byId[id].Attempts + 1, byId[id].Token))];
    }

    public Task<IReadOnlyList<WorkClaim>> BeginAsync(IReadOnlyList<WorkClaim> claims, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(claims);
        return AmongAsync(claims, Begin, Of(claims), cancellationToken);
    }

    public Task<IReadOnlyList<WorkClaim>> RenewAsync(IReadOnlyList<WorkClaim> claims, TimeSpan lease, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(claims);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(lease, TimeSpan.Zero);
        return AmongAsync(claims, Renew, [.. Of(claims), Parameters.Duration(lease), Parameters.Now(options)], cancellationToken);
    }

    public Task SettleAsync(IReadOnlyList<WorkClaim> claims, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(claims);
        return QueryAsync(Settle, [.. Of(claims), Parameters.Now(options)], Nothing, isRepeatable: true, cancellationToken);
    }

    public Task ReturnAsync(IReadOnlyList<WorkClaim> claims, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(claims);
        return QueryAsync(Return, Of(claims), Nothing, isRepeatable: true, cancellationToken);
    }

    public Task PostponeAsync(WorkClaim claim, TimeSpan delay, string reason, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(claim);
        ArgumentNullException.ThrowIfNull(reason);
        ArgumentOutOfRangeException.ThrowIfLessThan(delay, TimeSpan.Zero);

        // A reason is words for a reader: a NUL in it, which PostgreSQL cannot keep, must not keep the work from being postponed.
        var words = reason.Replace('\0', ' ');
        return QueryAsync(Postpone, [.. Of([claim]), Parameters.Duration(delay), Parameters.Now(options), new() { Value = words }], Nothing, isRepeatable: true, cancellationToken);
    }

    public Task<int> FreeAllAsync(CancellationToken cancellationToken) => connections.ReadAsync(
        async (connection, token) =>
        {
            var command = new NpgsqlCommand(FreeAll, connection);
            await using var _ = command.ConfigureAwait(false);
            return await command.ExecuteNonQueryAsync(token).ConfigureAwait(false);
        },
        cancellationToken);

    public async Task<IReadOnlyList<Sha256Digest>> ReadIdleAsync(TimeSpan idleFor, Sha256Digest? after, int limit, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(idleFor, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        NpgsqlParameter[] parameters = [new() { Value = after?.ToBytes() ?? [] }, Parameters.Duration(idleFor), Parameters.Now(options), new() { Value = limit }];
        return await QueryAsync(SelectIdle, parameters, Id, isRepeatable: true, cancellationToken).ConfigureAwait(false);
    }

    public async Task<int> ForgetAsync(IReadOnlyList<Sha256Digest> workIds, TimeSpan idleFor, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(workIds);
        ArgumentOutOfRangeException.ThrowIfLessThan(idleFor, TimeSpan.Zero);
        return (await QueryAsync(Forget, [Ids(workIds), Parameters.Duration(idleFor), Parameters.Now(options)], Nothing, isRepeatable: true, cancellationToken).ConfigureAwait(false)).Count;
    }

    public async Task<IReadOnlyList<WorkAttempts>> ReadAsync(IReadOnlyList<Sha256Digest> workIds, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(workIds);
        var rows = await QueryAsync(Select, [Ids(workIds)], Attempts, isRepeatable: true, cancellationToken).ConfigureAwait(false);
        var byId = rows.ToDictionary(r => r.WorkId);
        return [.. workIds.Where(byId.ContainsKey).Select(id => byId[id])];
    }

    private static WorkAttempts Attempts(NpgsqlDataReader row) =>
        new(Id(row), row.GetInt32(1), row.IsDBNull(2) ? null : row.GetString(2), row.GetInt64(3), row.GetInt64(4), row.IsDBNull(5) ? null : row.GetString(5)) { IsSettled = row.GetBoolean(6) };

    private static Sha256Digest Id(NpgsqlDataReader row) => Sha256Digest.FromBytes(row.GetFieldValue<byte[]>(0));

    private static bool Nothing(NpgsqlDataReader row) => false;

    private static NpgsqlParameter Ids(IReadOnlyList<Sha256Digest> workIds) => Parameters.Array(NpgsqlDbType.Bytea, workIds.Select(id => id.ToBytes()).ToArray());

    private static NpgsqlParameter[] Of(IReadOnlyList<WorkClaim> claims) =>
    [
        Parameters.Array(NpgsqlDbType.Bytea, claims.Select(c => c.WorkId.ToBytes()).ToArray()),
        Parameters.Array(NpgsqlDbType.Text, claims.Select(c => c.Owner).ToArray()),
        Parameters.Array(NpgsqlDbType.Bigint, claims.Select(c => c.Token).ToArray()),
        Parameters.Array(NpgsqlDbType.Integer, claims.Select(c => c.Attempt).ToArray()),
    ];

    /// <returns>Those of the claims that are still held.</returns>
    private async Task<IReadOnlyList<WorkClaim>> AmongAsync(IReadOnlyList<WorkClaim> claims, string sql, NpgsqlParameter[] parameters, CancellationToken cancellationToken)
    {
        var kept = await QueryAsync(sql, parameters, row => (Id(row), row.GetInt64(1)), isRepeatable: true, cancellationToken).ConfigureAwait(false);
        var held = kept.ToHashSet();
        return [.. claims.Where(claim => held.Contains((claim.WorkId, claim.Token)))];
    }

    /// <param name="isRepeatable">False: done twice it would count twice, so a broken connection is told to the caller instead.</param>
    private Task<List<T>> QueryAsync<T>(string sql, NpgsqlParameter[] parameters, Func<NpgsqlDataReader, T> read, bool isRepeatable, CancellationToken cancellationToken)
    {
        var wasSent = false;
        return connections.ReadAsync(
            async (connection, token) =>
            {
                if (wasSent && !isRepeatable)
                {
                    throw new LogStorageException($"{connections.Log}: the connection broke while work was claimed; what was claimed is free again when its lease has run out");
                }

                wasSent = true;
                var command = new NpgsqlCommand(sql, connection);
                await using var _ = command.ConfigureAwait(false);
                command.Parameters.AddRange(Array.ConvertAll(parameters, p => p.Clone()));
                var reader = await command.ExecuteReaderAsync(token).ConfigureAwait(false);
                await using var __ = reader.ConfigureAwait(false);
                var rows = new List<T>();
                while (await reader.ReadAsync(token).ConfigureAwait(false))
                {
                    rows.Add(read(reader));
                }

                return rows;
            },
            cancellationToken);
    }
}
