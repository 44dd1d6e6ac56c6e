using Microsoft.Extensions.Logging;
using Strata.EventStore;

namespace Strata.Webhooks;

/// <summary>Of several processes one tells a hook, while it holds the hook's lease; the others stand by.</summary>
/// <param name="owner">Names this process. Where only one process can work at a time it is one name for all, so that a restart need not wait for the lease to lapse.</param>
internal sealed class WebhookTurn(ILeases leases, string owner, TimeProvider time, ILogger logger)
{
    /// <summary>After a crash a hook is silent for so long.</summary>
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan AskAgain = TimeSpan.FromSeconds(15);

    /// <summary>Runs <paramref name="work"/> whenever it is this process's turn, until cancelled. The work is cancelled when the lease is lost.</summary>
    public async Task RunAsync(string hook, Func<Lease, CancellationToken, Task> work, CancellationToken cancellationToken)
    {
        while (true)
        {
            var lease = await AcquireAsync(hook, cancellationToken);
            using var held = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var keeping = KeepAsync(lease, held);
            try
            {
                await work(lease, held.Token);
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested && e is OperationCanceledException or LeaseLostException)
            {
                logger.LogWarning("webhook {Hook}: another process tells it now; what this one told last may be told twice, with the same id", hook);
            }
            finally
            {
                await held.CancelAsync();
                await keeping;
                await ReleaseAsync(lease);
            }
        }
    }

    private async Task<Lease> AcquireAsync(string hook, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                if (await leases.AcquireAsync(WebhookState.LeaseName(hook), owner, Duration, cancellationToken) is { } lease)
                {
                    return lease;
                }
            }
            catch (LogStorageException e)
            {
                logger.LogWarning("webhook {Hook}: its lease cannot be taken: {Reason}; trying again in {Pause}", hook, e.Message, AskAgain);
            }

            await Task.Delay(AskAgain, time, cancellationToken);
        }
    }

    private async Task KeepAsync(Lease lease, CancellationTokenSource held)
    {
        using var timer = new PeriodicTimer(Duration / 3, time);
        try
        {
            while (await timer.WaitForNextTickAsync(held.Token))
            {
                if (!await TryRenewAsync(lease, held.Token))
                {
                    await held.CancelAsync();
                }
            }
        }
        catch (OperationCanceledException) when (held.IsCancellationRequested)
        {
            logger.LogDebug("{Lease}: not renewed any more", lease.Name);
        }
    }

    /// <summary>A log that does not answer says nothing of who holds the lease; whoever writes then is compared with it anyway.</summary>
    private async Task<bool> TryRenewAsync(Lease lease, CancellationToken cancellationToken)
    {
        try
        {
            return await leases.RenewAsync(lease, Duration, cancellationToken);
        }
        catch (LogStorageException e)
        {
            logger.LogDebug("{Lease}: cannot be renewed: {Reason}", lease.Name, e.Message);
            return true;
        }
    }

    private async Task ReleaseAsync(Lease lease)
    {
        try
        {
            await leases.ReleaseAsync(lease, CancellationToken.None);
        }
        catch (LogStorageException e)
        {
            logger.LogDebug("{Lease}: cannot be released, it lapses in {Duration}: {Reason}", lease.Name, Duration, e.Message);
        }
    }
}

/// <summary>Another process holds the lease: whatever this one does counts for nothing.</summary>
internal sealed class LeaseLostException(string name) : Exception($"the lease '{name}' is held by another process");
