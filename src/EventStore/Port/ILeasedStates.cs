namespace Strata.EventStore;

/// <summary>A few words that the holder of a lease has to remember, under the lease's name, so that whoever holds it next goes on from there. Operational state.</summary>
public interface ILeasedStates
{
    /// <returns>Null when nobody wrote it yet.</returns>
    Task<string?> ReadStateAsync(string name, CancellationToken cancellationToken);

    /// <summary>Compares the lease's token in the transaction that writes. Durable when it ends.</summary>
    /// <returns>False when the lease was lost meanwhile: nothing was written, and its holder must stop.</returns>
    Task<bool> WriteStateAsync(Lease lease, string state, CancellationToken cancellationToken);
}
