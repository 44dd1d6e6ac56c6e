using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Strata.Registrar;

namespace Strata.Cli;

/// <summary>Removes what a crash left behind in the recording store, at start and then daily. What is superseded goes only when somebody says <c>strata gc</c>. Source: DESIGN rule 15.</summary>
internal sealed class OrphanSweep(IContentCollector collector, TimeProvider clock, ILogger<OrphanSweep> logger) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromHours(24);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            using var timer = new PeriodicTimer(Period, clock);
            do
            {
                // Off the starting thread: a long log must not hold up the start of the others.
                await Task.Run(() => SweepAndTellAsync(stoppingToken), stoppingToken);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            logger.LogDebug("orphans: stopped");
        }
    }

    private async Task SweepAndTellAsync(CancellationToken cancellationToken)
    {
        try
        {
            var swept = await collector.SweepAsync(cancellationToken);
            logger.Log(swept.Files.IsEmpty ? LogLevel.Debug : LogLevel.Information, "orphans: removed {Count} files that no event names, or that were let go of before", swept.Files.Length);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            logger.LogWarning("orphans: cannot sweep: {Reason}; they only take room, and are tried again in {Hours} h", e.Message, Period.TotalHours);
        }
    }
}
