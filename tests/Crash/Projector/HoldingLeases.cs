using Strata.EventStore;
using Strata.Projections;

namespace Strata.Crash.Projector;

/// <summary>Stands still once, between having renewed a lease and writing under it.</summary>
internal sealed class HoldingLeases(ILeases leases, ReadModels models, long holdAt) : ILeases
{
    private bool _held;

    public Task<Lease?> AcquireAsync(string name, string owner, TimeSpan duration, CancellationToken cancellationToken) =>
        leases.AcquireAsync(name, owner, duration, cancellationToken);

    public async Task<bool> RenewAsync(Lease lease, TimeSpan duration, CancellationToken cancellationToken)
    {
        var renewed = await leases.RenewAsync(lease, duration, cancellationToken);
        if (renewed && !_held && models.Position >= holdAt)
        {
            _held = true;
            Console.Out.WriteLine("leased");
            await Console.In.ReadLineAsync(cancellationToken);
        }

        return renewed;
    }

    public Task ReleaseAsync(Lease lease, CancellationToken cancellationToken) => leases.ReleaseAsync(lease, cancellationToken);
}
