using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Strata.EventStore;
using Strata.Recordings;
using Strata.Registrar;
using Strata.Web;

namespace Strata.Cli;

/// <summary>
/// Finds out at the start whose the recordings are, and ends it where they are another catalog's. A store that does not answer keeps nobody from starting: nothing of it is
/// used before it is known, and it is asked again. So is one that is known: a person may give the log another place meanwhile.
/// </summary>
internal sealed class RecordingsOwner(StoreOwnership ownership, RecordingStore store, ILogger<RecordingsOwner> logger) : BackgroundService
{
    private static readonly TimeSpan AskAgain = TimeSpan.FromSeconds(5);

    /// <summary>Each append that names a file is told by itself; this is for who reads, and for the log of a process that idles.</summary>
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(30);

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            await ownership.RequireAsync(store.Label, cancellationToken);
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
        var told = "";
        try
        {
            while (true)
            {
                await Task.Delay(ownership.IsAdmitted ? LookAgain : AskAgain, stoppingToken);
                told = await AskAsync(told, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            logger.LogDebug("recordings: whose they are is not looked at any more");
        }
    }

    /// <param name="told">The refusal that the log of this process has already.</param>
    /// <returns>The one that it has now.</returns>
    private async Task<string> AskAsync(string told, CancellationToken cancellationToken)
    {
        try
        {
            await ownership.RequireAsync(store.Label, cancellationToken);
            return "";
        }
        catch (ForeignStoreException e)
        {
            if (e.Message != told)
            {
                logger.LogError("recordings: {Reason}; {Next}", e.Message, e.Next);
            }

            return e.Message;
        }
        catch (Exception e) when (e is RecordingStorageException or LogStorageException)
        {
            logger.LogDebug("recordings: whose they are cannot be told now: {Reason}", e.Message);
            return told;
        }
    }
}
