using Microsoft.Extensions.DependencyInjection;
using Strata.Contracts;
using Strata.EventStore;
using Strata.Projections;
using Strata.Registrar;
using Strata.Webhooks;

namespace Strata.Cli;

internal static class FleetServices
{
    private static readonly TimeSpan UsualSilence = TimeSpan.FromTicks(SignOfLife.UsualSilenceNs / TimeSpan.NanosecondsPerTick);

    /// <summary>What robots say of themselves, whatever brings it, and who says nothing any more.</summary>
    public static void AddFleet(this IServiceCollection services, HostSettings settings)
    {
        services.AddSingleton<IHandle<RobotHeartbeat>, HeartbeatHandler>();
        var silentAfter = settings.RobotSilentAfter ?? UsualSilence;
        services.AddSingleton<IRobotSilence>(provider => new RobotSilence(
            provider.GetRequiredService<IEventStore>(), provider.GetRequiredService<IReadModels>(), provider.GetRequiredService<IHeartbeats>(), provider.GetRequiredService<TimeProvider>(), silentAfter));
    }
}
