using Strata.EventStore;

namespace Strata.Conformance;

/// <summary>An adapter over empty storage of its own, that can be closed and opened again.</summary>
public abstract class StoreUnderTest : IAsyncDisposable
{
    public abstract IEventStore Events { get; }

    public abstract IWorkClaims Claims { get; }

    public abstract ILeases Leases { get; }

    /// <summary>The clock that the adapter reads.</summary>
    public SettableClock Clock { get; } = new();

    /// <summary>Closes the adapter and opens another one on the same storage, as a restart does.</summary>
    public abstract Task ReopenAsync();

    public abstract ValueTask DisposeAsync();
}
