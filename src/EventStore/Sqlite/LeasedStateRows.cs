namespace Strata.EventStore.Sqlite;

/// <summary>What holders of leases remember, written through the log's one writer.</summary>
internal sealed class LeasedStateRows(LogWriter writer, ReaderPool pool) : ILeasedStates
{
    private const string Write = """
        INSERT INTO strata_leased_states (name, state) SELECT ?1, ?4 WHERE EXISTS (SELECT 1 FROM strata_leases WHERE name = ?1 AND owner = ?2 AND token = ?3)
        ON CONFLICT DO UPDATE SET state = excluded.state
        RETURNING 1
        """;

    public Task<string?> ReadStateAsync(string name, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return pool.ReadAsync(
            session =>
            {
                var row = session.Prepared("SELECT state FROM strata_leased_states WHERE name = ?1").Bind(1, name);
                try
                {
                    return row.Step() ? row.Text(0) : null;
                }
                finally
                {
                    row.Reset();
                }
            },
            cancellationToken);
    }

    public Task<bool> WriteStateAsync(Lease lease, string state, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(lease);
        ArgumentNullException.ThrowIfNull(state);
        return writer.RunAsync(
            1,
            session => new Written<bool>(session.Prepared(Write).Bind(1, lease.Name).Bind(2, lease.Owner).Bind(3, lease.Token).Bind(4, state).ReadInt64() is not null, Keep: true),
            cancellationToken);
    }
}
