using Microsoft.Extensions.Logging;
using Strata.EventStore;

namespace Strata.Bus;

/// <summary>
/// The turn of one among several relays is a lease in the event store, and the checkpoint its position there: who takes over goes on where the one before has come to,
/// and who was stopped past its lease finds that it moves nothing any more.
/// </summary>
/// <param name="name">Of the lease, one a broker prefix.</param>
/// <param name="owner">Unlike that of any other process.</param>
internal sealed class LeasedRelay(
    ILeases leases, ILeasedPositions positions, string name, string owner, TimeSpan duration, TimeProvider time, ILogger<LeasedRelay> logger) : IRelayTurn, IRelayCheckpoint, IAsyncDisposable
{
    private const int RenewalsPerLease = 3;

    /// <summary>Who stands by asks no less often: a relay that has let go is followed at once.</summary>
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _disposed = new();
    private Task _renewing = Task.CompletedTask;
    private volatile Lease? _held;
    private long _heldSince;
    private int _isDisposed;

    public async Task TakeAsync(CancellationToken cancellationToken)
    {
        var stoodBy = false;
        while (!await TryTakeAsync(cancellationToken))
        {
            if (!stoodBy)
            {
                logger.LogInformation("relay: another process publishes; this one stands by");
                stoodBy = true;
            }

            await Task.Delay(duration / RenewalsPerLease < LongestPause ? duration / RenewalsPerLease : LongestPause, time, cancellationToken);
        }

        if (stoodBy)
        {
            logger.LogInformation("relay: takes over");
        }
    }

    public async Task HoldAsync(CancellationToken cancellationToken)
    {
        var held = Held();

        // A process that was stopped for a while asks first whether it is still its turn.
        if (time.GetElapsedTime(Interlocked.Read(ref _heldSince)) > duration / 2)
        {
            await RenewAsync(held, cancellationToken);
            Held();
        }
    }

    public async Task ReleaseAsync(CancellationToken cancellationToken)
    {
        if (_held is { } held)
        {
            _held = null;
            await leases.ReleaseAsync(held, cancellationToken);
        }
    }

    public Task<long> ReadAsync(CancellationToken cancellationToken) => positions.ReadPositionAsync(name, cancellationToken);

    public async Task WriteAsync(long position, CancellationToken cancellationToken)
    {
        var (held, asked) = (Held(), time.GetTimestamp());
        if (!await positions.MoveAsync(held, position, duration, cancellationToken))
        {
            _held = null;
            Held();
        }

        Interlocked.Exchange(ref _heldSince, asked);
    }

    /// <summary>A container that gives it out as several services disposes of it as often.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
        {
            return;
        }

        await _disposed.CancelAsync();
        await _renewing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _disposed.Dispose();
    }

    private async Task<bool> TryTakeAsync(CancellationToken cancellationToken)
    {
        var asked = time.GetTimestamp();
        if (await leases.AcquireAsync(name, owner, duration, cancellationToken) is not { } lease)
        {
            return false;
        }

        Interlocked.Exchange(ref _heldSince, asked);
        _held = lease;
        if (_renewing.IsCompleted)
        {
            _renewing = KeepAsync(_disposed.Token);
        }

        return true;
    }

    private Lease Held() => _held ?? throw new RelayTurnLostException("another process has taken over");

    /// <summary>Beside the publishing: a broker that is away or slow is no reason to hand over, the next one would wait for it too.</summary>
    private async Task KeepAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(duration / RenewalsPerLease, time);
        while (_held is { } held && await timer.WaitForNextTickAsync(cancellationToken))
        {
            try
            {
                await RenewAsync(held, cancellationToken);
            }
#pragma warning disable CA1031 // A store that does not answer is told of by who reads the log; before anything is published the lease is asked for again.
            catch (Exception fault) when (fault is not OperationCanceledException)
#pragma warning restore CA1031
            {
                logger.LogDebug(fault, "relay: the lease could not be renewed");
            }
        }
    }

    private async Task RenewAsync(Lease held, CancellationToken cancellationToken)
    {
        var asked = time.GetTimestamp();
        if (await leases.RenewAsync(held, duration, cancellationToken))
        {
            Interlocked.Exchange(ref _heldSince, asked);
        }
        else if (_held == held)
        {
            _held = null;
        }
    }
}
