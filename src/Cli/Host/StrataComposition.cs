using System.Collections.Immutable;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Strata.Bus;
using Strata.Contracts;
using Strata.DerivationWorkers;
using Strata.EventStore;
using Strata.EventStore.Postgres;
using Strata.EventStore.Sqlite;
using Strata.Projections;
using Strata.Recordings;
using Strata.Registrar;
using Strata.Web;

namespace Strata.Cli;

/// <summary>Puts the rooms together, for the roles that this process has. The one place that knows every implementation.</summary>
internal static class StrataComposition
{
    // The log's own logger is needed before there is a container to make it; what it has to say early is an exception anyway.
    /// <summary>The database of the log; null where the log is a file.</summary>
    /// <exception cref="LogStorageException">It does not answer, or refuses.</exception>
    public static async Task<PostgresEventStore?> OpenDatabaseAsync(HostSettings settings, CancellationToken cancellationToken) => settings.EventStoreConnection is { } connection
        ? await PostgresEventStore.OpenAsync(connection, new PostgresEventStoreOptions(), NullLogger.Instance, cancellationToken)
        : null;

    /// <summary>As the other one, with a database that answers at once or not at all.</summary>
    public static async Task AddStrataAsync(
        this IServiceCollection services, DataDirectory data, Roles roles, HostSettings settings, ImmutableArray<string>? allowedRoots, CancellationToken cancellationToken) =>
        await services.AddStrataAsync(data, roles, settings, allowedRoots, await OpenDatabaseAsync(settings, cancellationToken), cancellationToken);

    /// <param name="allowedRoots">Folders outside of which no recording is opened; null: any local path.</param>
    /// <param name="database">As <see cref="OpenDatabaseAsync"/> gives it; the services dispose of it.</param>
    public static async Task AddStrataAsync(
        this IServiceCollection services, DataDirectory data, Roles roles, HostSettings settings, ImmutableArray<string>? allowedRoots, PostgresEventStore? database, CancellationToken cancellationToken)
    {
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton<RoleFailures>();
        services.AddStrataTelemetry(settings, roles);
        await AddStoresAsync(services, data, settings, allowedRoots, database, cancellationToken);
        AddDerivers(services, data, roles, settings);
        services.AddStrataOperations();
        services.AddFleet(settings);
        services.AddSingleton<WorkStandstills>();
        services.AddSingleton(new SomebodyDerives(roles.HasFlag(Roles.Workers) || settings.EventStoreConnection is not null));
        services.AddSingleton(new RuleSets(HowToRules.Definitions));

        services.AddStrataWebhooks(settings, roles);

        // Order matters: hosted services start in it and stop against it, so the read models run longest. Before all it is told whose the recordings are.
        if ((roles & RoleNames.NeedRecordings) != Roles.None)
        {
            services.AddHostedService<RecordingsOwner>();
        }

        if (roles.HasFlag(Roles.Projections))
        {
            services.AddSingleton<ProjectionRunner>();
            AddRole(services, "projections", provider => provider.GetRequiredService<ProjectionRunner>().KeepRunningAsync);
        }

        if (roles.HasFlag(Roles.Workers))
        {
            AddRole(services, "workers", provider => provider.GetRequiredService<DerivationWorker>().RunAsync);
            AddRole(services, "backfills", provider => provider.GetRequiredService<BackfillDriver>().RunAsync);
        }

        if (roles.HasFlag(Roles.Relay) || roles.HasFlag(Roles.Workers))
        {
            services.AddStrataBus(FleetSettings.Bus(settings, roles, data));
        }
    }

    private static async Task AddStoresAsync(
        IServiceCollection services, DataDirectory data, HostSettings settings, ImmutableArray<string>? allowedRoots, PostgresEventStore? database, CancellationToken cancellationToken)
    {
        if (database is not null)
        {
            AddEventStore(services, database, database.Log, isShared: true);
            services.AddSingleton<ISharedLocks>(provider => provider.GetRequiredService<PostgresEventStore>());
        }
        else
        {
            var store = await SqliteEventStore.OpenAsync(data.Path, TimeProvider.System, NullLogger.Instance, cancellationToken);
            AddEventStore(services, store, store.Path, isShared: false);

            // Whoever composes holds the lock of the data directory: claims in it are those of a process that died, and should not lie idle until they lapse.
            await store.FreeAllAsync(cancellationToken);
        }

        services.AddRecordingStore(data, settings, allowedRoots);
        services.AddRecordingUploads(settings);
        services.AddSingleton<IRecordingInspector, RecordingInspector>();
        services.AddRegistrar();
        services.AddSingleton<IErasePurged, PurgedErasure>();
        services.AddSingleton<KeptRecordings>();
        services.AddSingleton<IContentCollector>(provider =>
        {
            var clock = provider.GetRequiredService<TimeProvider>();
            return new ContentCollector(
                provider.GetRequiredService<IEventStore>(), provider.GetRequiredService<IRecordingStore>(), () => (clock.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick);
        });
        services.AddSingleton<IDiskUsage>(new DiskUsage(data, settings.EventStoreConnection is null));
        services.AddSingleton(provider =>
            ReadModels.Open(data.Path, provider.GetRequiredService<IEventStore>(), provider.GetRequiredService<ILogger<ReadModels>>()));
        services.AddSingleton<IReadModels>(provider => provider.GetRequiredService<ReadModels>());
        services.AddSingleton<IRebuild, Rebuild>();
        services.AddSingleton<IProjectionControl, ProjectionControl>();

        // One name for all processes: the lock on the data directory, which is held here, says that the one before has ended, so its lease need not lapse first.
        services.AddSingleton(new RunnerOptions("the holder of strata.lock"));
    }

    /// <param name="name">As errors name it.</param>
    /// <param name="isShared">Other processes may work with it.</param>
    private static void AddEventStore<T>(IServiceCollection services, T store, string name, bool isShared)
        where T : class, IEventStore, IWorkClaims, ILeases, ILeasedPositions, ILeasedStates, ILogCopy, IBlobErasure, IHeartbeats
    {
        // By a factory: what the container makes it also disposes of.
        services.AddSingleton(_ => store);
        services.AddSingleton<IEventStore>(provider => provider.GetRequiredService<T>());
        services.AddSingleton<IWorkClaims>(provider => provider.GetRequiredService<T>());
        services.AddSingleton<ILeases>(provider => provider.GetRequiredService<T>());
        services.AddSingleton<ILeasedPositions>(provider => provider.GetRequiredService<T>());
        services.AddSingleton<ILeasedStates>(provider => provider.GetRequiredService<T>());
        services.AddSingleton<ILogCopy>(provider => provider.GetRequiredService<T>());
        services.AddSingleton<IBlobErasure>(provider => provider.GetRequiredService<T>());
        services.AddSingleton<IHeartbeats>(provider => provider.GetRequiredService<T>());
        services.AddSingleton(provider => new StoreOwnership(
            provider.GetRequiredService<IEventStore>(), provider.GetRequiredService<ILeases>(), provider.GetRequiredService<ILeasedStates>(), name, isShared, Guid.CreateVersion7));
    }

    private static void AddDerivers(IServiceCollection services, DataDirectory data, Roles roles, HostSettings settings)
    {
        if (roles.HasFlag(Roles.Workers))
        {
            // Whoever composes holds the lock of the data directory: nobody else runs jobs in it.
            OutsideDerivers.SweepLeftovers(OutsideDeriverSettings.Options(data.DeriverJobs));
        }

        // Definitions are read now, once; what the container makes it also disposes of.
        var queues = OutsideDeriverSettings.QueuesOf(settings);
        var registry = OutsideDeriverSettings.Registry(data, settings, queues);
        if (queues is not null)
        {
            services.AddSingleton(_ => queues);
        }

        services.AddSingleton(provider =>
        {
            provider.GetService<DeriverQueues>();
            return registry;
        });
        services.AddSingleton(provider => RecordingReading.With(provider.GetRequiredService<IRecordingInspector>()));
        services.AddSingleton(provider => new WorkerPorts(
            provider.GetRequiredService<IEventStore>(),
            provider.GetRequiredService<IWorkClaims>(),
            provider.GetRequiredService<IReadModels>(),
            provider.GetRequiredService<IRecordingStore>(),
            provider.GetRequiredService<IRegistrar>())
        {
            Standstills = provider.GetRequiredService<WorkStandstills>(),
            Standing = provider.GetRequiredService<StoreStanding>(),
        });
        services.AddSingleton(provider => new StoreStanding(
            provider.GetRequiredService<StoreOwnership>(), provider.GetRequiredService<ILeasedStates>(), provider.GetRequiredService<RecordingStore>().Label));
        services.AddSingleton(FleetSettings.Worker(settings));
        services.AddSingleton<DerivationWorker>();
        services.AddSingleton<IHandle<EvaluateSegment>>(provider => provider.GetRequiredService<DerivationWorker>());
        services.AddSingleton(provider => new WhyReader(
            provider.GetRequiredService<IEventStore>(),
            provider.GetRequiredService<IWorkClaims>(),
            provider.GetRequiredService<IReadModels>(),
            provider.GetRequiredService<IRecordingStore>(),
            provider.GetRequiredService<RecordingReading>().ReadSchema,
            TimeProvider.System));
        services.AddSingleton(provider => new Verification(
            provider.GetRequiredService<IEventStore>(),
            provider.GetRequiredService<IReadModels>().Segments,
            provider.GetRequiredService<IRecordingStore>(),
            provider.GetRequiredService<IRegistrar>(),
            provider.GetRequiredService<RecordingReading>(),
            provider.GetRequiredService<DeriverRegistry>()));
        services.AddSingleton(provider => new RuleSuggester(
            provider.GetRequiredService<IEventStore>(), provider.GetRequiredService<IReadModels>().Manifest, provider.GetRequiredService<IRecordingStore>()));
        services.AddSingleton(provider => new RuleTrial(
            provider.GetRequiredService<IEventStore>(),
            provider.GetRequiredService<IRecordingStore>(),
            provider.GetRequiredService<RecordingReading>(),
            provider.GetRequiredService<DeriverRegistry>()));
        services.AddSingleton<IRuleDerivers, RuleDerivers>();
        services.AddSingleton<ISegmentConditions, SegmentConditions>();
        services.AddSingleton(provider => new BackfillPorts(
            provider.GetRequiredService<IEventStore>(),
            provider.GetRequiredService<IReadModels>(),
            provider.GetRequiredService<ILeases>(),
            provider.GetRequiredService<IBackfills>(),
            provider.GetRequiredService<ISegmentConditions>(),
            FleetSettings.LeaseOwner(settings)));
        services.AddSingleton<BackfillDriver>();
        services.AddSingleton<IDeriverList, DeriverListings>();
        services.AddSingleton<IRuleSuggestions, RuleSuggestionAnswers>();
        services.AddSingleton<IRuleTrials, RuleTrials>();
        services.AddSingleton<IWhyStories, WhyStories>();
        services.AddSingleton<IVerifyDerivedLayers, DerivedLayerVerification>();
    }

    private static void AddRole(IServiceCollection services, string name, Func<IServiceProvider, Func<CancellationToken, Task>> loop) =>
        services.AddSingleton<IHostedService>(provider => new RoleService(name, loop(provider), provider.GetRequiredService<RoleFailures>(), provider.GetRequiredService<ILogger<RoleService>>()));
}
