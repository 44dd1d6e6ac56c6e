using MassTransit;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Strata.Bus;

/// <summary>
/// Says once that the broker does not answer, and once that it does again. MassTransit says so itself, with a stack trace, each time that it tries.
/// </summary>
internal sealed class BrokerWatch(IBusControl bus, Uri broker, TimeProvider time, ILogger<BrokerWatch> logger) : BackgroundService
{
    /// <summary>Longer than a broker that is there takes to be connected with.</summary>
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(5);

    private bool _isAway;

    /// <summary>Tells of a broker that was given up before the first look.</summary>
    public void GaveUp() => See(isAway: true);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(LookEvery, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                See(bus.CheckHealth().Status != BusHealthStatus.Healthy);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            logger.LogDebug("bus: the broker is not watched any more");
        }
    }

    private void See(bool isAway)
    {
        if (isAway == _isAway)
        {
            return;
        }

        _isAway = isAway;
        if (isAway)
        {
            logger.LogWarning(
                "bus: the broker at {Host}:{Port} does not answer; it is tried again and again. Registering and deriving go on without messages, a little later; subscribers get theirs when it is back",
                broker.Host, broker.Port);
        }
        else
        {
            logger.LogWarning("bus: the broker at {Host}:{Port} answers again", broker.Host, broker.Port);
        }
    }
}
