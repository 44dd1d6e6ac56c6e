using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Strata.Contracts;
using Strata.Registrar;

namespace Strata.Bus;

public static class RobotServices
{
    /// <summary>Messages that one append registers: a flush to disk is shared by so many, and their files are looked at in the time of a few.</summary>
    private const int RecordingsABatch = 256;

    private const int HeartbeatsABatch = 64;

    /// <summary>Of heartbeats only the newest ones are of any use, also of the wrong ones.</summary>
    private const int MaxDeadHeartbeats = 1_000;

    /// <summary>
    /// Adds the endpoints of robots: recordings go to the <see cref="IPublishRecordings"/>, heartbeats to the <c>IHandle&lt;RobotHeartbeat&gt;</c> where there is one;
    /// without it no queue of heartbeats is bound. A broker that is away delays nothing but messages.
    /// </summary>
    public static IServiceCollection AddRobotEndpoints(this IServiceCollection services, RobotEndpointOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        services.AddBrokerWatch(options.Broker);
        services.AddSingleton(_ => new RobotStanding(options.Broker, TimeProvider.System));
        services.AddSingleton(provider => new RobotMeasures(provider.GetRequiredService<RobotStanding>(), options.Prefix));
        services.AddSingleton<RobotWatch>();
        services.AddSingleton<IHostedService>(provider => Endpoint(
            provider,
            new QueueSpec(options.Prefix + BusNames.RobotsQueue, "robot.#", RecordingsABatch, MaxDead: null),
            new PublishedRecordings(provider.GetRequiredService<IPublishRecordings>(), options, provider.GetRequiredService<RobotMeasures>(), TimeProvider.System, provider.GetRequiredService<ILogger<PublishedRecordings>>())));
        services.AddSingleton<IHostedService>(provider => provider.GetService<IHandle<RobotHeartbeat>>() is { } handler
            ? Endpoint(provider, new QueueSpec(options.Prefix + BusNames.HeartbeatsQueue, "heartbeat.#", HeartbeatsABatch, MaxDeadHeartbeats), new Heartbeats(handler, options, provider.GetRequiredService<RobotMeasures>()))
            : new NoHeartbeats());
        return services;

        RobotEndpoint Endpoint(IServiceProvider provider, QueueSpec queue, IRobotMessages messages) =>
            new(queue, options, messages, provider.GetRequiredService<RobotWatch>(), TimeProvider.System, provider.GetRequiredService<ILogger<RobotEndpoint>>());
    }

    /// <summary>Nobody wants them here: they are left to processes that do.</summary>
    private sealed class NoHeartbeats : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
