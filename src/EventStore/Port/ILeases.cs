namespace Strata.EventStore;

/// <summary>Named leases with fencing tokens, on the database's clock: one owner at a time for a projection or a relay. Operational state.</summary>
public interface ILeases
{
    /// <returns>The lease, or null while another owner holds it.</returns>
    Task<Lease?> AcquireAsync(string name, string owner, TimeSpan duration, CancellationToken cancellationToken);

    /// <returns>False when it was lost meanwhile: its holder must stop writing.</returns>
    Task<bool> RenewAsync(Lease lease, TimeSpan duration, CancellationToken cancellationToken);

    Task ReleaseAsync(Lease lease, CancellationToken cancellationToken);
}

/// <param name="Token">Rises with each new holder; compared in the transaction of each fenced write.</param>
public sealed record Lease(string Name, string Owner, long Token);
