using System.Security.Cryptography;
using Strata.Contracts;

namespace Strata.EventStore.Sqlite;

/// <summary>Claims and attempts: written through the log's one writer, read beside it.</summary>
internal sealed class WorkClaimRows(LogWriter writer, ReaderPool pool) : IWorkClaims
{
    private const string Claim = """
        INSERT INTO strata_work_claims (work_id, attempts, owner, token, leased_until_ns, due_at_ns, settled) VALUES (?1, 1, ?2, 1, ?3, 0, 0)
        ON CONFLICT DO UPDATE SET attempts = attempts + 1, owner = excluded.owner, token = token + 1, leased_until_ns = excluded.leased_until_ns
        WHERE settled = 0 AND due_at_ns <= ?4 AND leased_until_ns <= ?4
        RETURNING attempts, token
        """;

    private const string Held = "WHERE work_id = ?1 AND owner = ?2 AND token = ?3 AND settled = 0";

    private const string Renew = $"UPDATE strata_work_claims SET leased_until_ns = ?4 {Held} RETURNING 1";

    private const string Settle = $"UPDATE strata_work_claims SET settled = 1, owner = NULL, leased_until_ns = 0 {Held}";

    private const string Postpone = $"UPDATE strata_work_claims SET owner = NULL, leased_until_ns = 0, due_at_ns = ?4, last_reason = ?5 {Held}";

    private const string Return = $"UPDATE strata_work_claims SET owner = NULL, leased_until_ns = 0, attempts = attempts - 1 {Held}";

    // The token rises too: whoever held the claim and works on after all must not act on it.
    private const string FreeAll = "UPDATE strata_work_claims SET owner = NULL, leased_until_ns = 0, token = token + 1 WHERE owner IS NOT NULL AND settled = 0 RETURNING 1";

    private const string Select = "SELECT attempts, owner, leased_until_ns, due_at_ns, last_reason, settled FROM strata_work_claims WHERE work_id = ?1";

    public Task<IReadOnlyList<WorkClaim>> ClaimAsync(IReadOnlyList<Sha256Digest> workIds, string owner, TimeSpan lease, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(workIds);
        ArgumentException.ThrowIfNullOrEmpty(owner);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(lease, TimeSpan.Zero);
        return writer.RunAsync(workIds.Count, session => Kept<IReadOnlyList<WorkClaim>>(TakeFree(session, workIds, owner, lease)), cancellationToken);
    }

    public Task<IReadOnlyList<WorkClaim>> RenewAsync(IReadOnlyList<WorkClaim> claims, TimeSpan lease, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(claims);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(lease, TimeSpan.Zero);
        return writer.RunAsync(
            claims.Count,
            session =>
            {
                var until = UnixTime.After(session.NowNs, lease);
                var renew = session.Prepared(Renew).Bind(4, until);
                return Kept<IReadOnlyList<WorkClaim>>([.. claims.Where(claim => Bind(renew, claim).ReadInt64() is not null)]);
            },
            cancellationToken);
    }

    public Task SettleAsync(IReadOnlyList<WorkClaim> claims, CancellationToken cancellationToken) => RunEachAsync(Settle, claims, cancellationToken);

    public Task ReturnAsync(IReadOnlyList<WorkClaim> claims, CancellationToken cancellationToken) => RunEachAsync(Return, claims, cancellationToken);

    public Task PostponeAsync(WorkClaim claim, TimeSpan delay, string reason, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(claim);
        ArgumentNullException.ThrowIfNull(reason);
        ArgumentOutOfRangeException.ThrowIfLessThan(delay, TimeSpan.Zero);
        return writer.RunAsync(
            1,
            session =>
            {
                Bind(session.Prepared(Postpone), claim).Bind(4, UnixTime.After(session.NowNs, delay)).Bind(5, reason).Run();
                return Kept(claim);
            },
            cancellationToken);
    }

    public Task<int> FreeAllAsync(CancellationToken cancellationToken) => writer.RunAsync(1, session => Kept(CountFreed(session)), cancellationToken);

    public Task<IReadOnlyList<WorkAttempts>> ReadAsync(IReadOnlyList<Sha256Digest> workIds, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(workIds);
        return pool.ReadAsync<IReadOnlyList<WorkAttempts>>(session => Read(session, workIds), cancellationToken);
    }

    private Task<int> RunEachAsync(string sql, IReadOnlyList<WorkClaim> claims, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(claims);
        return writer.RunAsync(
            claims.Count,
            session =>
            {
                foreach (var claim in claims)
                {
                    Bind(session.Prepared(sql), claim).Run();
                }

                return Kept(claims.Count);
            },
            cancellationToken);
    }

    private static List<WorkClaim> TakeFree(WriteSession session, IReadOnlyList<Sha256Digest> workIds, string owner, TimeSpan lease)
    {
        var now = session.NowNs;
        var claim = session.Prepared(Claim).Bind(2, owner).Bind(3, UnixTime.After(now, lease)).Bind(4, now);
        var taken = new List<WorkClaim>(workIds.Count);
        foreach (var workId in workIds)
        {
            BindId(claim, workId);
            try
            {
                if (claim.Step())
                {
                    taken.Add(new(workId, owner, (int)claim.Int64(0), claim.Int64(1)));
                }
            }
            finally
            {
                claim.Reset();
            }
        }

        return taken;
    }

    private static int CountFreed(WriteSession session)
    {
        var free = session.Prepared(FreeAll);
        var freed = 0;
        try
        {
            while (free.Step())
            {
                freed++;
            }
        }
        finally
        {
            free.Reset();
        }

        return freed;
    }

    private static List<WorkAttempts> Read(ReadSession session, IReadOnlyList<Sha256Digest> workIds)
    {
        var select = session.Prepared(Select);
        var rows = new List<WorkAttempts>(workIds.Count);
        foreach (var workId in workIds)
        {
            BindId(select, workId);
            try
            {
                if (select.Step())
                {
                    var owner = select.IsNull(1) ? null : select.Text(1);
                    var reason = select.IsNull(4) ? null : select.Text(4);
                    rows.Add(new(workId, (int)select.Int64(0), owner, select.Int64(2), select.Int64(3), reason) { IsSettled = select.Int64(5) != 0 });
                }
            }
            finally
            {
                select.Reset();
            }
        }

        return rows;
    }

    private static Statement Bind(Statement statement, WorkClaim claim)
    {
        BindId(statement, claim.WorkId);
        return statement.Bind(2, claim.Owner).Bind(3, claim.Token);
    }

    private static void BindId(Statement statement, Sha256Digest workId)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        workId.CopyTo(digest);
        statement.BindBlob(1, digest);
    }

    private static Written<T> Kept<T>(T value) => new(value, Keep: true);
}
