using Strata.Contracts;

namespace Strata.EventStore.Sqlite;

/// <summary>Heartbeats: written through the log's one writer, read beside it.</summary>
internal sealed class HeartbeatRows(LogWriter writer, ReaderPool pool) : IHeartbeats
{
    private const string Keep = """
        INSERT INTO strata_heartbeats (robot, sent_at_ns, received_at_ns, spooled, spooled_bytes, oldest_spooled_at_ns, version) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
        ON CONFLICT DO UPDATE SET sent_at_ns = excluded.sent_at_ns, received_at_ns = excluded.received_at_ns, spooled = excluded.spooled,
            spooled_bytes = excluded.spooled_bytes, oldest_spooled_at_ns = excluded.oldest_spooled_at_ns, version = excluded.version
        WHERE sent_at_ns < excluded.sent_at_ns OR sent_at_ns > ?8
        RETURNING 1
        """;

    private const string Select = "SELECT robot, sent_at_ns, received_at_ns, spooled, spooled_bytes, oldest_spooled_at_ns, version FROM strata_heartbeats ORDER BY robot";

    public Task<bool> KeepAsync(RobotHeartbeat heartbeat, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(heartbeat);
        return writer.RunAsync(
            1,
            session =>
            {
                var now = session.NowNs;
                var keep = session.Prepared(Keep).Bind(1, heartbeat.Robot).Bind(2, heartbeat.SentAtNs).Bind(3, now).Bind(4, heartbeat.Spooled).Bind(5, heartbeat.SpooledBytes)
                    .Bind(6, heartbeat.OldestSpooledAtNs).Bind(7, heartbeat.Version).Bind(8, UnixTime.After(now, IHeartbeats.MostAhead));
                return new Written<bool>(keep.ReadInt64() is not null, Keep: true);
            },
            cancellationToken);
    }

    public Task<IReadOnlyList<KeptHeartbeat>> ReadAsync(CancellationToken cancellationToken) => pool.ReadAsync<IReadOnlyList<KeptHeartbeat>>(Read, cancellationToken);

    private static List<KeptHeartbeat> Read(ReadSession session)
    {
        var rows = session.Prepared(Select);
        var kept = new List<KeptHeartbeat>();
        try
        {
            while (rows.Step())
            {
                var heartbeat = new RobotHeartbeat(
                    rows.Text(0), rows.Int64(1), rows.Int64(3), rows.Int64(4), rows.IsNull(5) ? null : rows.Int64(5), rows.IsNull(6) ? null : rows.Text(6));
                kept.Add(new(heartbeat, rows.Int64(2)));
            }
        }
        finally
        {
            rows.Reset();
        }

        return kept;
    }
}
