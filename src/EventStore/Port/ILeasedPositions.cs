namespace Strata.EventStore;

/// <summary>
/// A position in the log under the name of a lease, moved by none but its holder: how far a relay has come, whichever process runs it. Kept in Marten's
/// <c>mt_event_progression</c>, where its tools look for such numbers. Operational state. Source: DESIGN §8, §9.
/// </summary>
public interface ILeasedPositions
{
    /// <returns>0 when nobody moved it yet.</returns>
    Task<long> ReadPositionAsync(string name, CancellationToken cancellationToken);

    /// <summary>Compares the lease's token in the transaction that writes, and renews the lease with it.</summary>
    /// <returns>False when the lease was lost meanwhile: nothing was written, and its holder must stop.</returns>
    Task<bool> MoveAsync(Lease lease, long position, TimeSpan duration, CancellationToken cancellationToken);
}
