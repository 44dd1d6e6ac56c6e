using Microsoft.Extensions.DependencyInjection;
using Strata.Contracts;
using Strata.Registrar;

namespace Strata.Cli;

internal static class FleetServices
{
    /// <summary>What robots say of themselves, whatever brings it.</summary>
    public static void AddFleet(this IServiceCollection services) => services.AddSingleton<IHandle<RobotHeartbeat>, HeartbeatHandler>();
}
