using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Strata.EventStore;
using Strata.Web;
using Strata.Webhooks;

namespace Strata.Cli;

internal static class WebhookServices
{
    /// <summary>One name for all processes where the lock on the data directory says that the one before has ended: its lease need not lapse first.</summary>
    private const string OnlyProcess = "the holder of strata.lock";

    /// <summary>Who tells of silent robots looks into the tables, and brings them along.</summary>
    public static Roles WithTablesForHooks(this Roles roles, HostSettings settings) =>
        roles.HasFlag(Roles.Relay) && WebhookSettings.Read(settings.Configuration).Any(hook => hook.Topics.Contains(WebhookTopics.RobotSilent)) ? roles | Roles.Projections : roles;

    /// <summary>Hooks are told by a process that relays the log: it follows the log anyway.</summary>
    public static void AddStrataWebhooks(this IServiceCollection services, HostSettings settings, Roles roles)
    {
        var hooks = WebhookSettings.Read(settings.Configuration);
        services.AddSingleton<IReadOnlyList<Webhook>>(hooks);
        services.AddSingleton<IWebhookList, WebhookList>();
        if (hooks.IsEmpty || !roles.HasFlag(Roles.Relay))
        {
            return;
        }

        var owner = settings.EventStoreConnection is null ? OnlyProcess : $"{Environment.MachineName}:{Environment.ProcessId}:{Guid.NewGuid():N}";
        services.AddSingleton<WebhookSender>();
        services.AddSingleton<IPartHealth, WebhookHealth>();
        services.AddSingleton<IHostedService>(provider => new WebhookService(
            hooks,
            new WebhookPorts(provider.GetRequiredService<IEventStore>(), provider.GetRequiredService<ILeases>(), provider.GetRequiredService<ILeasedStates>(), owner) { Silence = provider.GetService<IRobotSilence>() },
            provider.GetRequiredService<WebhookSender>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<WebhookService>>()));
    }
}
