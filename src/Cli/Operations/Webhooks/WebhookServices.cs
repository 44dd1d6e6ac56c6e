using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Strata.EventStore;
using Strata.Web;
using Strata.Webhooks;

namespace Strata.Cli;

internal static class WebhookServices
{
    /// <summary>Hooks are told by the process that relays the log: it follows the log anyway, and there is one of them.</summary>
    public static void AddStrataWebhooks(this IServiceCollection services, DataDirectory data, HostSettings settings, Roles roles)
    {
        var hooks = WebhookSettings.Read(settings.Configuration);
        services.AddSingleton<IReadOnlyList<Webhook>>(hooks);
        services.AddSingleton<IWebhookStates>(new FileWebhookStates(data.Webhooks));
        services.AddSingleton<IWebhookList, WebhookList>();
        if (hooks.IsEmpty || !roles.HasFlag(Roles.Relay))
        {
            return;
        }

        services.AddSingleton<WebhookSender>();
        services.AddSingleton<IPartHealth, WebhookHealth>();
        services.AddSingleton<IHostedService>(provider => new WebhookService(
            hooks,
            provider.GetRequiredService<IEventStore>(),
            provider.GetRequiredService<IWebhookStates>(),
            provider.GetRequiredService<WebhookSender>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<WebhookService>>(),
            provider.GetService<IRobotSilence>()));
    }
}
