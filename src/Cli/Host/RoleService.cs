using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Strata.Cli;

/// <summary>A room's loop as a hosted service. A loop that ends by itself is a fault of the whole process: the host stops, and whoever watches it restarts it.</summary>
internal sealed class RoleService(string name, Func<CancellationToken, Task> loop, ILogger<RoleService> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            // Off the starting thread: a loop that finds work at once must not hold up the start of the others.
            await Task.Run(() => loop(stoppingToken), stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            logger.LogDebug("{Role}: stopped", name);
        }
    }
}
