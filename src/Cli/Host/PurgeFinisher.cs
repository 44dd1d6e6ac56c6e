using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Strata.EventStore;
using Strata.Registrar;

namespace Strata.Cli;

/// <summary>Finishes at start what a purge that was cut short left to do. Source: DESIGN rule 15.</summary>
internal sealed class PurgeFinisher(IErasePurged erasure, ILogger<PurgeFinisher> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            var report = await erasure.EraseAsync(progress: null, stoppingToken);
            if (report.Segments > 0)
            {
                logger.LogInformation("purge: finished for {Segments} segments: {Files} files and {Blobs} blobs are gone", report.Segments, report.Files, report.Blobs);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            logger.LogDebug("purge: stopped");
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException or LogStorageException)
        {
            logger.LogWarning("purge: cannot be finished: {Reason}; it is tried again at the next start and by the next 'strata purge'", refused.Message);
        }
    }
}
