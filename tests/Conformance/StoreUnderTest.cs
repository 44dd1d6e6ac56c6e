using Strata.Contracts;
using Strata.EventStore;

namespace Strata.Conformance;

/// <summary>An adapter over empty storage of its own, that can be closed and opened again.</summary>
public abstract class StoreUnderTest : IAsyncDisposable
{
    public abstract IEventStore Events { get; }

    public abstract IWorkClaims Claims { get; }

    public abstract ILeases Leases { get; }

    public abstract ILeasedPositions Positions { get; }

    public abstract ILeasedStates States { get; }

    public abstract IHeartbeats Heartbeats { get; }

    public abstract ILogCopy Copy { get; }

    public abstract IBlobErasure Erasure { get; }

    /// <summary>The clock that the adapter reads.</summary>
    public SettableClock Clock { get; } = new();

    /// <summary>Closes the adapter and opens another one on the same storage, as a restart does.</summary>
    public abstract Task ReopenAsync();

    /// <summary>The file that an error about damage names.</summary>
    public abstract string LogFile { get; }

    /// <summary>Changes one bit of a stored blob behind the adapter's back.</summary>
    public abstract Task FlipBitAsync(Sha256Digest blob);

    public abstract ValueTask DisposeAsync();
}
