namespace Strata.EventStore.Sqlite;

/// <summary>
/// Named leases and the positions that their holders move, written through the log's one writer on its clock. A released or expired one keeps its row, so that tokens
/// go on rising.
/// </summary>
internal sealed class LeaseRows(LogWriter writer, ReaderPool readers) : ILeases, ILeasedPositions
{
    private const string Acquire = """
        INSERT INTO strata_leases (name, owner, token, leased_until_ns) VALUES (?1, ?2, 1, ?3)
        ON CONFLICT DO UPDATE SET owner = excluded.owner, token = token + 1, leased_until_ns = excluded.leased_until_ns
        WHERE owner IS NULL OR owner = excluded.owner OR leased_until_ns <= ?4
        RETURNING token
        """;

    private const string Held = "WHERE name = ?1 AND owner = ?2 AND token = ?3";

    private const string Renew = $"UPDATE strata_leases SET leased_until_ns = ?4 {Held} RETURNING token";

    private const string Release = $"UPDATE strata_leases SET owner = NULL, leased_until_ns = 0 {Held}";

    private const string Move = """
        INSERT INTO mt_event_progression (name, last_seq_id) VALUES (?1, ?2)
        ON CONFLICT DO UPDATE SET last_seq_id = excluded.last_seq_id, last_updated = strftime('%Y-%m-%dT%H:%M:%f000Z')
        """;

    private const string Position = "SELECT last_seq_id FROM mt_event_progression WHERE name = ?1";

    public Task<Lease?> AcquireAsync(string name, string owner, TimeSpan duration, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentException.ThrowIfNullOrEmpty(owner);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(duration, TimeSpan.Zero);
        return writer.RunAsync(
            1,
            session =>
            {
                var now = session.NowNs;
                var token = session.Prepared(Acquire).Bind(1, name).Bind(2, owner).Bind(3, UnixTime.After(now, duration)).Bind(4, now).ReadInt64();
                return new Written<Lease?>(token is { } t ? new Lease(name, owner, t) : null, Keep: true);
            },
            cancellationToken);
    }

    public Task<bool> RenewAsync(Lease lease, TimeSpan duration, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(lease);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(duration, TimeSpan.Zero);
        return writer.RunAsync(
            1,
            session => new Written<bool>(
                Bind(session.Prepared(Renew), lease).Bind(4, UnixTime.After(session.NowNs, duration)).ReadInt64() is not null,
                Keep: true),
            cancellationToken);
    }

    public Task ReleaseAsync(Lease lease, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(lease);
        return writer.RunAsync(
            1,
            session =>
            {
                Bind(session.Prepared(Release), lease).Run();
                return new Written<Lease>(lease, Keep: true);
            },
            cancellationToken);
    }

    public Task<long> ReadPositionAsync(string name, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return readers.ReadAsync(session => session.Prepared(Position).Bind(1, name).ReadInt64() ?? 0, cancellationToken);
    }

    public Task<bool> MoveAsync(Lease lease, long position, TimeSpan duration, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(lease);
        ArgumentOutOfRangeException.ThrowIfNegative(position);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(duration, TimeSpan.Zero);
        return writer.RunAsync(
            1,
            session =>
            {
                if (Bind(session.Prepared(Renew), lease).Bind(4, UnixTime.After(session.NowNs, duration)).ReadInt64() is null)
                {
                    return new Written<bool>(false, Keep: false);
                }

                session.Prepared(Move).Bind(1, lease.Name).Bind(2, position).Run();
                return new Written<bool>(true, Keep: true);
            },
            cancellationToken);
    }

    private static Statement Bind(Statement statement, Lease lease) => statement.Bind(1, lease.Name).Bind(2, lease.Owner).Bind(3, lease.Token);
}
