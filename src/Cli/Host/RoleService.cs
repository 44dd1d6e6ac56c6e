using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Strata.Cli;

/// <summary>
/// A room's loop as a hosted service. A loop that ends by itself stays ended and is shown by <c>/health</c>; the others go on, so that a person can
/// still read, and register, while it is mended.
/// </summary>
internal sealed class RoleService(string name, Func<CancellationToken, Task> loop, RoleFailures failures, ILogger<RoleService> logger) : BackgroundService
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
#pragma warning disable CA1031 // whatever ended the loop, it is told here and by /health, and ends nothing else
        catch (Exception e)
#pragma warning restore CA1031
        {
            failures.Add(name, e.Message);
            logger.LogError("{Role}: stopped: {Reason}", name, e.Message);
            logger.LogDebug(e, "{Role}: where it stopped", name);
        }
    }
}
