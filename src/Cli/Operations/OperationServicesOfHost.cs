using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Strata.Bus;
using Strata.EventStore;
using Strata.Projections;
using Strata.Registrar;
using Strata.Web;

namespace Strata.Cli;

/// <summary>What whoever runs Strata looks at: traces and metrics that are sent away, <c>/metrics</c>, <c>/health</c>.</summary>
internal static class OperationServicesOfHost
{
    /// <summary>The meters at <c>/metrics</c> and over OTLP; a name that ends with a dot stands for all that begin so.</summary>
    public static readonly IReadOnlyList<string> Meters = ["Strata.", "System.Runtime", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel"];

    /// <summary>Before all other hosted services: what is started first is stopped last, so that the last span is sent too.</summary>
    public static void AddStrataTelemetry(this IServiceCollection services, HostSettings settings, Roles roles)
    {
        services.AddSingleton<IHostedService>(provider => new TelemetryExport(settings.Telemetry, RoleNames.Of(roles), provider.GetRequiredService<ILogger<TelemetryExport>>()));
    }

    /// <summary>For a server: what it measures from here on, and how its parts are.</summary>
    public static void AddStrataHealth(this IServiceCollection services, DataDirectory data, HostSettings settings, Roles roles)
    {
        services.AddSingleton(new ProcessMetrics(Meters));
        services.AddSingleton<Readiness>();
        services.AddSingleton<IPartHealth, ProcessHealth>();
        services.AddSingleton<IPartHealth>(provider => new LogHealth(provider.GetRequiredService<IEventStore>(), settings.EventStoreConnection is not null));
        services.AddSingleton<IPartHealth, ProjectionHealth>();
        services.AddStoreHealth(data, settings, roles);
        var disks = new DiskFolders(DiskFolders.Of(data, settings, (roles & RoleNames.NeedRecordings) != Roles.None));
        services.AddSingleton(disks);
        services.AddSingleton<IPartHealth>(new DiskHealth(disks));
        if (settings.RabbitMq is not null && (roles & RoleNames.UseBroker) != Roles.None)
        {
            services.AddSingleton<IPartHealth>(provider => new BrokerHealth(provider.GetRequiredService<BrokerStanding>(), provider.GetService<RelayProgress>()));
        }

        if (settings.RabbitMq is not null && roles.HasFlag(Roles.Registrar))
        {
            services.AddSingleton<IPartHealth, RobotsHealth>();
        }

        if (roles.HasFlag(Roles.Workers))
        {
            services.AddSingleton(provider => new WorkersHealth(provider.GetRequiredService<WorkStandstills>(), provider.GetRequiredService<IReadModels>(), provider.GetRequiredService<StoreStanding>(), provider.GetRequiredService<TimeProvider>()));
            services.AddSingleton<IPartHealth>(provider => provider.GetRequiredService<WorkersHealth>());
            services.AddHostedService(provider => provider.GetRequiredService<WorkersHealth>());
        }

        if (roles.HasFlag(Roles.Registrar))
        {
            services.AddSingleton<IPartHealth, ErasureHealth>();
        }

        services.AddSingleton(provider => new HealthWatch(provider.GetServices<IPartHealth>(), RoleNames.Of(roles), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(data);
        services.AddSingleton(settings);
        services.AddHostedService<CatalogMeasures>();
    }
}
