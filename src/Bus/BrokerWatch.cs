using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Strata.Bus;

/// <summary>
/// Keeps a connection of its own with the broker, and says once that the broker does not answer, and once that it does again: for every process that uses it, also one that
/// only publishes. MassTransit says so itself, with a stack trace, each time that it tries; and of a connection on which nothing is received it does not say that it broke.
/// </summary>
/// <param name="connect">Ends with a connection, or throws.</param>
internal sealed class BrokerWatch(BrokerStanding standing, Func<CancellationToken, Task<IWatchedConnection>> connect, TimeProvider time, ILogger<BrokerWatch> logger) : BackgroundService
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(250);

    /// <summary>An attempt that is refused costs next to nothing, and whoever starts the broker looks at health a moment later.</summary>
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    /// <summary>Tells of a broker with which the bus was not connected before it was stopped.</summary>
    public void GaveUp()
    {
        if (!standing.IsConnected)
        {
            Miss(standing.Reason ?? "no connection until the end of this process");
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            for (var pause = FirstPause; ; pause = pause + pause < LongestPause ? pause + pause : LongestPause)
            {
                if (await HoldAsync(stoppingToken))
                {
                    pause = FirstPause;
                }

                await Task.Delay(pause, time, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            logger.LogDebug("bus: the broker is not watched any more");
        }
    }

    /// <returns>Whether it was connected; ends when it is no more.</returns>
    private async Task<bool> HoldAsync(CancellationToken stoppingToken)
    {
        try
        {
            await using var connection = await connect(stoppingToken);
            if (standing.Connected())
            {
                logger.LogWarning("bus: the broker at {Address} answers again", standing.Address);
            }

            Miss(await connection.EndedAsync(stoppingToken));
            return true;
        }
#pragma warning disable CA1031 // whatever stands between this process and its broker is told, and tried again
        catch (Exception e) when (!stoppingToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            Miss(BrokerFailures.ReasonOf(e));
            return false;
        }
    }

    private void Miss(string reason)
    {
        if (standing.Away(reason))
        {
            logger.LogWarning(
                "bus: the broker at {Address} does not answer ({Reason}); it is tried again and again. Registering and deriving go on without messages, a little later; subscribers get theirs when it is back",
                standing.Address, reason);
        }
    }
}
