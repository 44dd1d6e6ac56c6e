using System.Security.Cryptography;
using Strata.Contracts;

namespace Strata.EventStore.Sqlite;

/// <summary>Claims and attempts: written through the log's one writer, read beside it.</summary>
internal sealed class WorkClaimRows(LogWriter writer, ReaderPool pool, TimeProvider clock) : IWorkClaims
{
    private const string Claim = """
        INSERT INTO strata_work_claims (work_id, attempts, owner, token, leased_until_ns, due_at_ns, settled) VALUES (?1, 0, ?2, 1, ?3, 0, 0)
        ON CONFLICT DO UPDATE SET owner = excluded.owner, token = token + 1, leased_until_ns = excluded.leased_until_ns
        WHERE settled = 0 AND due_at_ns <= ?4 AND leased_until_ns <= ?4
        RETURNING attempts, token
        """;

    private const string Held = "WHERE work_id = ?1 AND owner = ?2 AND token = ?3 AND settled = 0";

    private const string Begin = $"UPDATE strata_work_claims SET attempts = ?4 {Held} RETURNING 1";

    private const string Renew = $"UPDATE strata_work_claims SET leased_until_ns = ?4 {Held} RETURNING 1";

    private const string Settle = $"UPDATE strata_work_claims SET settled = 1, owner = NULL, leased_until_ns = ?4 {Held}";

    private const string Postpone = $"UPDATE strata_work_claims SET attempts = ?6, owner = NULL, leased_until_ns = 0, due_at_ns = ?4, last_reason = ?5 {Held}";

    private const string Return = $"UPDATE strata_work_claims SET owner = NULL, leased_until_ns = 0, attempts = ?4 - 1 {Held}";

    // The token rises too: whoever held the claim and works on after all must not act on it.
    private const string FreeAll = "UPDATE strata_work_claims SET owner = NULL, leased_until_ns = 0, token = token + 1 WHERE owner IS NOT NULL AND settled = 0 RETURNING 1";

    private const string Idle = "leased_until_ns <= ?2 AND due_at_ns <= ?2";

    private const string SelectIdle = $"SELECT work_id FROM strata_work_claims WHERE work_id > coalesce(?1, X'') AND {Idle} ORDER BY work_id LIMIT ?3";

    private const string Forget = $"DELETE FROM strata_work_claims WHERE work_id = ?1 AND {Idle} RETURNING 1";

    private const string Select = "SELECT attempts, owner, leased_until_ns, due_at_ns, last_reason, settled FROM strata_work_claims WHERE work_id = ?1";

    public Task<IReadOnlyList<WorkClaim>> ClaimAsync(IReadOnlyList<Sha256Digest> workIds, string owner, TimeSpan lease, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(workIds);
        ArgumentException.ThrowIfNullOrEmpty(owner);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(lease, TimeSpan.Zero);
        return writer.RunAsync(workIds.Count, session => Kept<IReadOnlyList<WorkClaim>>(TakeFree(session, workIds, owner, lease)), cancellationToken);
    }

    public Task<IReadOnlyList<WorkClaim>> BeginAsync(IReadOnlyList<WorkClaim> claims, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(claims);
        return writer.RunAsync(
            claims.Count,
            session => Kept<IReadOnlyList<WorkClaim>>([.. claims.Where(claim => Bind(session.Prepared(Begin), claim).Bind(4, claim.Attempt).ReadInt64() is not null)]),
            cancellationToken);
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

    public Task SettleAsync(IReadOnlyList<WorkClaim> claims, CancellationToken cancellationToken) =>
        RunEachAsync(claims, (session, claim) => Bind(session.Prepared(Settle), claim).Bind(4, session.NowNs), cancellationToken);

    public Task ReturnAsync(IReadOnlyList<WorkClaim> claims, CancellationToken cancellationToken) =>
        RunEachAsync(claims, (session, claim) => Bind(session.Prepared(Return), claim).Bind(4, claim.Attempt), cancellationToken);

    public Task PostponeAsync(WorkClaim claim, TimeSpan delay, string reason, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(claim);
        ArgumentNullException.ThrowIfNull(reason);
        ArgumentOutOfRangeException.ThrowIfLessThan(delay, TimeSpan.Zero);
        return writer.RunAsync(
            1,
            session =>
            {
                Bind(session.Prepared(Postpone), claim).Bind(4, UnixTime.After(session.NowNs, delay)).Bind(5, reason).Bind(6, claim.Attempt).Run();
                return Kept(claim);
            },
            cancellationToken);
    }

    public Task<int> FreeAllAsync(CancellationToken cancellationToken) => writer.RunAsync(1, session => Kept(CountFreed(session)), cancellationToken);

    public Task<IReadOnlyList<Sha256Digest>> ReadIdleAsync(TimeSpan idleFor, Sha256Digest? after, int limit, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(idleFor, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        return pool.ReadAsync<IReadOnlyList<Sha256Digest>>(session => ReadIdle(session, after, UnixTime.Before(UnixTime.Nanoseconds(clock.GetUtcNow()), idleFor), limit), cancellationToken);
    }

    public Task<int> ForgetAsync(IReadOnlyList<Sha256Digest> workIds, TimeSpan idleFor, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(workIds);
        ArgumentOutOfRangeException.ThrowIfLessThan(idleFor, TimeSpan.Zero);
        return writer.RunAsync(
            workIds.Count,
            session =>
            {
                var forget = session.Prepared(Forget).Bind(2, UnixTime.Before(session.NowNs, idleFor));
                return Kept(workIds.Count(id => BindId(forget, id).ReadInt64() is not null));
            },
            cancellationToken);
    }

    public Task<IReadOnlyList<WorkAttempts>> ReadAsync(IReadOnlyList<Sha256Digest> workIds, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(workIds);
        return pool.ReadAsync<IReadOnlyList<WorkAttempts>>(session => Read(session, workIds), cancellationToken);
    }

    private Task<int> RunEachAsync(IReadOnlyList<WorkClaim> claims, Func<WriteSession, WorkClaim, Statement> bind, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(claims);
        return writer.RunAsync(
            claims.Count,
            session =>
            {
                foreach (var claim in claims)
                {
                    bind(session, claim).Run();
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
                    taken.Add(new(workId, owner, (int)claim.Int64(0) + 1, claim.Int64(1)));
                }
            }
            finally
            {
                claim.Reset();
            }
        }

        return taken;
    }

    private static List<Sha256Digest> ReadIdle(ReadSession session, Sha256Digest? after, long untilNs, int limit)
    {
        var select = session.Prepared(SelectIdle).Bind(2, untilNs).Bind(3, limit);
        _ = after is { } last ? BindId(select, last) : select.BindBlob(1, []);

        var idle = new List<Sha256Digest>();
        try
        {
            while (select.Step())
            {
                idle.Add(Sha256Digest.FromBytes(select.Bytes(0)));
            }
        }
        finally
        {
            select.Reset();
        }

        return idle;
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

    private static Statement BindId(Statement statement, Sha256Digest workId)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        workId.CopyTo(digest);
        return statement.BindBlob(1, digest);
    }

    private static Written<T> Kept<T>(T value) => new(value, Keep: true);
}
