namespace Strata.EventStore.Postgres;

/// <summary>Bounds of the PostgreSQL adapter.</summary>
/// <param name="Connections">Appends and reads at the same time; the others wait. Two more connections carry the wake-ups.</param>
/// <param name="Clock">Gives <c>recordedAtNs</c> and the times of claims and leases; null: the database's own clock, the one that several processes share.</param>
public sealed record PostgresEventStoreOptions(int Connections = 16, TimeProvider? Clock = null)
{
    /// <summary>How long an append whose connection broke is asked for again, in attempts with growing pauses: some ten seconds.</summary>
    public int Attempts { get; init; } = 10;

    /// <summary>How often who waits for events looks by itself: the safety net where no wake-up is heard.</summary>
    public long LookAgainNs { get; init; } = 1_000_000_000;

    internal long? NowNs => Clock is null ? null : UnixTime.Nanoseconds(Clock.GetUtcNow());
}
