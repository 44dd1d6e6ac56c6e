using Strata.EventStore;

namespace Strata.Projections.Running;

/// <summary>
/// The right to fold the read models of one folder. Taken when there is something to fold and renewed before a batch, once a third of it has passed: an idle process writes nothing,
/// and what it may lose meanwhile the fence of the generation takes care of.
/// </summary>
internal sealed class ProjectionLease(ILeases leases, string name, RunnerOptions options, RunnerClock clock)
{
    private const int RenewalsPerLease = 3;

    private Lease? _held;
    private long _heldSince;

    public string Name => name;

    /// <summary>Who stands by shows what the other process folds no later than this.</summary>
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    private readonly TimeSpan _renewAfter = options.Lease / RenewalsPerLease;

    /// <summary>How often whoever does not hold it asks again.</summary>
    public TimeSpan Pause => _renewAfter < LongestPause ? _renewAfter : LongestPause;

    /// <returns>The token to write with.</returns>
    /// <exception cref="LeaseHeldElsewhereException">Another process holds it, or has held it since.</exception>
    public async ValueTask<long> HoldAsync(CancellationToken cancellationToken) =>
        await TryHoldAsync(cancellationToken).ConfigureAwait(false) ? _held!.Token : throw new LeaseHeldElsewhereException($"another process holds the lease '{name}'");

    /// <returns>False while another process holds it, or when one has held it since.</returns>
    public async ValueTask<bool> TryHoldAsync(CancellationToken cancellationToken)
    {
        if (_held is not null && clock.Since(_heldSince) < _renewAfter)
        {
            return true;
        }

        var asked = clock.Timestamp;
        if (_held is null)
        {
            _held = await leases.AcquireAsync(name, options.Owner, options.Lease, cancellationToken).ConfigureAwait(false);
        }
        else if (!await leases.RenewAsync(_held, options.Lease, cancellationToken).ConfigureAwait(false))
        {
            _held = null;
        }

        _heldSince = asked;
        return _held is not null;
    }

    /// <summary>It was found lost: the next one is another.</summary>
    public void Forget() => _held = null;

    public async Task ReleaseAsync()
    {
        if (_held is { } held)
        {
            _held = null;
            await leases.ReleaseAsync(held, CancellationToken.None).ConfigureAwait(false);
        }
    }
}

/// <summary>This process must not fold now.</summary>
internal sealed class LeaseHeldElsewhereException(string message) : Exception(message);
