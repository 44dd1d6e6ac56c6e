using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Strata.EventStore;

namespace Strata.Bus;

public static class BusServices
{
    /// <summary>
    /// Adds the bus and, where asked for, the relay and the receiving endpoint. Needs an <see cref="IEventStore"/> for the relay and an
    /// <c>IHandle&lt;EvaluateSegment&gt;</c> for receiving. A broker that is away delays nothing but messages: the host starts without it.
    /// </summary>
    public static IServiceCollection AddStrataBus(this IServiceCollection services, BusOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        services.AddMassTransit(bus =>
        {
            bus.DisableUsageTelemetry();
            if (options.Consume)
            {
                bus.AddConsumer<EvaluateSegmentConsumer>();
            }

            if (options.RabbitMq is { } address)
            {
                bus.UsingRabbitMq((context, rabbit) =>
                {
                    rabbit.Host(address, host => host.PublisherConfirmation = true);
                    Configure(rabbit, context, options);
                });
            }
            else
            {
                bus.UsingInMemory((context, memory) => Configure(memory, context, options));
            }
        });

        services.RemoveMassTransitHostedService();
        if (options.RabbitMq is { } broker)
        {
            services.AddBrokerWatch(broker);
        }

        services.AddHostedService<BusLifetime>();
        if (options.Relay)
        {
            AddCheckpoint(services, options);
            services.AddSingleton(_ => new RelayProgress(TimeProvider.System, options.Prefix));
            services.AddSingleton<IPublishMessages, MassTransitPublisher>();
            services.AddSingleton(provider => new Relay(
                provider.GetRequiredService<IEventStore>(),
                provider.GetRequiredService<IRelayTurn>(),
                provider.GetRequiredService<IRelayCheckpoint>(),
                provider.GetRequiredService<IPublishMessages>(),
                // Messages in memory never leave the process, and no part of Strata subscribes to the feed: writing it would be work for nobody.
                publishFeed: options.RabbitMq is not null,
                provider.GetRequiredService<RelayProgress>(),
                TimeProvider.System,
                provider.GetRequiredService<ILogger<Relay>>()));
            services.AddSingleton<IHostedService>(provider => provider.GetRequiredService<Relay>());
        }

        return services;
    }

    /// <summary>For every process that uses the broker, whatever it does there; once is enough.</summary>
    internal static void AddBrokerWatch(this IServiceCollection services, Uri broker)
    {
        if (services.Any(s => s.ServiceType == typeof(BrokerWatch)))
        {
            return;
        }

        services.AddSingleton(provider => new BrokerStanding(broker, TimeProvider.System, provider.GetService<IBusControl>()));
        services.AddSingleton(provider => new BrokerWatch(
            provider.GetRequiredService<BrokerStanding>(),
            cancellationToken => WatchedConnection.OpenAsync(broker, cancellationToken),
            TimeProvider.System,
            provider.GetRequiredService<ILogger<BrokerWatch>>()));
        services.AddHostedService(provider => provider.GetRequiredService<BrokerWatch>());
    }

    private static void AddCheckpoint(IServiceCollection services, BusOptions options)
    {
        if (options.CheckpointFile is { } file)
        {
            services.AddSingleton<IRelayTurn, OnlyRelay>();
            services.AddSingleton<IRelayCheckpoint>(provider => new FileRelayCheckpoint(file, provider.GetRequiredService<ILogger<FileRelayCheckpoint>>()));
            return;
        }

        services.AddSingleton(provider => new LeasedRelay(
            provider.GetRequiredService<ILeases>(),
            provider.GetRequiredService<ILeasedPositions>(),
            LeaseName(options.Prefix),
            $"{Environment.MachineName}:{Environment.ProcessId}:{Guid.NewGuid():N}",
            options.RelayLease,
            TimeProvider.System,
            provider.GetRequiredService<ILogger<LeasedRelay>>()));
        services.AddSingleton<IRelayTurn>(provider => provider.GetRequiredService<LeasedRelay>());
        services.AddSingleton<IRelayCheckpoint>(provider => provider.GetRequiredService<LeasedRelay>());
    }

    /// <summary>Two installations on one log, with different prefixes, publish each for itself.</summary>
    internal static string LeaseName(string prefix) => prefix.Length == 0 ? "relay" : $"relay/{prefix}";

    private static void Configure(IBusFactoryConfigurator bus, IRegistrationContext context, BusOptions options)
    {
        BusEndpoints.ConfigureShape(bus, options.Prefix);
        if (options.Consume)
        {
            var queue = options.Prefix + BusNames.EvaluateQueue;
            bus.ReceiveEndpoint(queue, endpoint => BusEndpoints.ConfigureEvaluate(endpoint, context, queue));
        }
    }
}
