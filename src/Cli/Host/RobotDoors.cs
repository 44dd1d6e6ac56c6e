using System.Collections.Immutable;
using Microsoft.Extensions.DependencyInjection;
using Strata.Bus;
using Strata.Recordings;
using Strata.Registrar;

namespace Strata.Cli;

/// <summary>What a server with the role <c>registrar</c> takes of robots over the broker.</summary>
internal static class RobotDoors
{
    /// <param name="defaultRules">Of datasets that a robot's message is the first to name.</param>
    public static IServiceCollection AddRobotDoors(this IServiceCollection services, Roles roles, HostSettings settings, ImmutableArray<RuleDefinition> defaultRules)
    {
        // Robots are elsewhere: that a server on loopback opens any local path for its own people is nothing that they may use.
        services.AddSingleton(provider => new PublishOptions(defaultRules) { Sources = provider.GetRequiredService<IRecordingStore>().OnlyBelow(settings.Roots) });
        if (roles.HasFlag(Roles.Registrar) && settings.RabbitMq is { } broker)
        {
            services.AddRobotEndpoints(new RobotEndpointOptions(broker, settings.BusPrefix, settings.RobotGateways));
        }

        return services;
    }

    /// <summary>The registrar under both of its ports.</summary>
    public static IServiceCollection AddRegistrar(this IServiceCollection services)
    {
        services.AddSingleton<IUploadedRecordings>(provider => provider.GetRequiredService<IRecordingUploads>());
        services.AddSingleton<CatalogRegistrar>();
        services.AddSingleton<IRegistrar>(provider => provider.GetRequiredService<CatalogRegistrar>());
        services.AddSingleton<IPublishRecordings>(provider => provider.GetRequiredService<CatalogRegistrar>());
        services.AddSingleton<IBackfills>(provider => provider.GetRequiredService<CatalogRegistrar>());
        return services;
    }
}
