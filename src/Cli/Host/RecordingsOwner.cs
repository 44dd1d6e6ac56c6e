using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Strata.Recordings;
using Strata.Registrar;
using Strata.Web;

namespace Strata.Cli;

/// <summary>
/// Finds out at the start whose the recordings are, and ends it where they are another catalog's. A store that does not answer keeps nobody from starting: nothing of it is
/// used before it is known, and it is asked again.
/// </summary>
internal sealed class RecordingsOwner(StoreOwnership ownership, RecordingStore store, RoleFailures failures, ILogger<RecordingsOwner> logger) : BackgroundService
{
    private static readonly TimeSpan AskAgain = TimeSpan.FromSeconds(5);

    private bool _isKnown;

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            await ownership.RequireAsync(store.Label, cancellationToken);
            _isKnown = true;
        }
        catch (ForeignStoreException e)
        {
            throw new OperationException(OperationErrors.Conflict, e.Message, e.Next);
        }
        catch (RecordingStorageException e)
        {
            logger.LogWarning("recordings: whose they are cannot be told yet, and none is used before: {Reason}", e.Message);
        }

        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (!_isKnown)
            {
                await Task.Delay(AskAgain, stoppingToken);
                await AskAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            logger.LogDebug("recordings: stopped before it was known whose they are");
        }
    }

    private async Task AskAsync(CancellationToken cancellationToken)
    {
        try
        {
            await ownership.RequireAsync(store.Label, cancellationToken);
            _isKnown = true;
        }
        catch (ForeignStoreException e)
        {
            _isKnown = true;
            failures.Add("recordings", $"{e.Message}; {e.Next}");
            logger.LogError("recordings: {Reason}; {Next}", e.Message, e.Next);
        }
        catch (Exception e) when (e is RecordingStorageException or EventStore.LogStorageException)
        {
            logger.LogDebug("recordings: whose they are cannot be told yet: {Reason}", e.Message);
        }
    }
}
