using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Strata.EventStore;

namespace Strata.Webhooks;

/// <param name="Leases">Decide which process tells a hook.</param>
/// <param name="States">Remember how far each has got.</param>
/// <param name="Owner">Names this process in leases.</param>
public sealed record WebhookPorts(IEventStore Events, ILeases Leases, ILeasedStates States, string Owner)
{
    /// <summary>Null: nobody here hears the robots' heartbeats.</summary>
    public IRobotSilence? Silence { get; init; }
}

/// <summary>All hooks of a process, each for itself.</summary>
public sealed class WebhookService(IReadOnlyList<Webhook> hooks, WebhookPorts ports, WebhookSender sender, TimeProvider time, ILogger<WebhookService> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        foreach (var hook in hooks.Where(h => ports.Silence is null && h.Topics.Contains(WebhookTopics.RobotSilent)))
        {
            logger.LogWarning("webhook {Hook}: nobody here hears the robots' heartbeats, so it is told of no silent robot", hook.Name);
        }

        await Task.WhenAll(hooks.Select(hook => Task.Run(() => FollowAsync(hook, stoppingToken), stoppingToken)));
    }

    private async Task FollowAsync(Webhook hook, CancellationToken stoppingToken)
    {
        try
        {
            await new WebhookTurn(ports.Leases, ports.Owner, time, logger).RunAsync(
                hook.Name, (lease, held) => new WebhookFollower(hook, lease, ports.Events, ports.States, sender, ports.Silence, time, logger).RunAsync(held), stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            logger.LogDebug("webhook {Hook}: stopped", hook.Name);
        }
#pragma warning disable CA1031 // whatever ended one hook, the others go on, and it is told here
        catch (Exception e)
#pragma warning restore CA1031
        {
            logger.LogError("webhook {Hook}: stopped until the next start: {Reason}", hook.Name, e.Message);
            logger.LogDebug(e, "webhook {Hook}: where it stopped", hook.Name);
        }
    }
}
