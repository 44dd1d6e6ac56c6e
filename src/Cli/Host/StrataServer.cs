using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Strata.Catalog;
using Strata.Catalog.Tokens;
using Strata.DerivationWorkers;
using Strata.EventStore;
using Strata.EventStore.Postgres;
using Strata.Projections;
using Strata.Web;

namespace Strata.Cli;

/// <summary>Strata as a server: all asked roles in one process, one port, one data directory held by an OS lock. Source: DESIGN §8.</summary>
internal sealed class StrataServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly DataDirectory _data;
    private readonly DataDirectoryLock _lock;
    private readonly Readiness _readiness;

    private StrataServer(WebApplication app, DataDirectory data, DataDirectoryLock taken)
    {
        (_app, _data, _lock, _readiness) = (app, data, taken, app.Services.GetRequiredService<Readiness>());
        Url = app.Urls.First();
    }

    public string Url { get; }

    public IServiceProvider Services => _app.Services;

    /// <summary>Ends when the host stops by itself: a role has failed, and the log says which.</summary>
    public Task WaitForShutdownAsync(CancellationToken cancellationToken) => _app.WaitForShutdownAsync(cancellationToken);

    /// <summary>Listens when this returns; <c>/health</c> says 503 until <see cref="BecomeReadyAsync"/> has run. A database that does not answer is waited for.</summary>
    /// <exception cref="OperationException">Another server has the data directory, or another process the port.</exception>
    public static async Task<StrataServer> StartAsync(DataDirectory data, ServeOptions options, HostSettings settings, LogLevel usual, CancellationToken cancellationToken)
    {
        options = options with { Roles = options.Roles.WithTablesForHooks(settings) };
        var taken = DataDirectoryLock.TryTake(data) ?? throw Occupied(data);
        try
        {
            RunningServer.Remove(data);
            ServerPort.RequireFree(options.Listen);
            using var awaited = new AwaitedDatabase(data, settings, usual);
            while (true)
            {
                var (database, listen) = await awaited.OpenAsync(options, cancellationToken);
                options = options with { Listen = listen };
                try
                {
                    return await StartAsync(data, taken, options, settings, usual, database, cancellationToken);
                }
                catch (LogStorageException e) when (e.IsAway)
                {
                    await awaited.PauseAsync(e, cancellationToken);
                }
            }
        }
        catch
        {
            taken.Dispose();
            throw;
        }
    }

    /// <param name="database">Belongs to the server from now on; null: the log is a file.</param>
    private static async Task<StrataServer> StartAsync(
        DataDirectory data, DataDirectoryLock taken, ServeOptions options, HostSettings settings, LogLevel usual, PostgresEventStore? database, CancellationToken cancellationToken)
    {
        WebApplication? app = null;
        try
        {
            var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
            StderrLogging.Configure(builder.Logging, settings, usual);
            var certificate = settings.LoadCertificate();
            ServerPort.Configure(builder, options.Listen, certificate);
            builder.Services.AddSingleton<IHostLifetime, SilentLifetime>();
            await builder.Services.AddStrataAsync(data, options.Roles, settings, AllowedRoots(options, settings), database, cancellationToken);
            AddRoles(builder.Services, data, options, settings);
            app = builder.Build();
            Map(app, options.Roles);
            await app.StartAsync(cancellationToken);
            var server = new StrataServer(app, data, taken);
            ServerPort.Announce(data, server.Url, options, settings, certificate);
            return server;
        }
        catch (Exception e)
        {
            if (app is not null)
            {
                // What has started already must end before what it works with is disposed.
                await StopAsync(app);
                await app.DisposeAsync();
            }

            if (database is not null)
            {
                await database.DisposeAsync();
            }

            if (ServerPort.TryExplain(e, options.Listen) is { } explained)
            {
                throw explained;
            }

            throw;
        }
    }

    private static void AddRoles(IServiceCollection services, DataDirectory data, ServeOptions options, HostSettings settings)
    {
        services.AddRobotDoors(options.Roles, settings, new RuleSets(HowToRules.Definitions).Named(options.DefaultRules));
        services.AddStrataHealth(data, settings, options.Roles);
        if (options.Roles.HasFlag(Roles.Registrar))
        {
            services.AddHostedService<CompanionsOfOldDatasets>();
            services.AddHostedService<OrphanSweep>();
            services.AddHostedService<PurgeFinisher>();
        }

        if (options.Roles.HasFlag(Roles.Catalog))
        {
            services.AddStrataCatalog(new CatalogOptions(ProgramVersion.Text)
            {
                SecretPath = data.TokenSecretOf(settings),
                AllowedOrigins = settings.AllowedOrigins,
                AllowedHosts = options.IsOpenToThisMachineOnly ? settings.AllowedHosts : null,
                DefaultRules = new RuleSets(HowToRules.Definitions).Named(options.DefaultRules),
            });
        }

        if (options.RequiresToken)
        {
            services.AddStrataTokens(new TokenOptions(data.TokenSecretOf(settings), settings.Oidc));
        }
    }

    private static async Task StopAsync(WebApplication app)
    {
        try
        {
            await app.StopAsync(CancellationToken.None);
        }
        catch (ArgumentNullException)
        {
            // So .NET's host says that it failed before it had made its services: none runs.
        }
    }

    /// <summary>Read models catch up with the log as it is now, datasets named on the line are registered; then <c>/health</c> answers 200.</summary>
    public async Task<IReadOnlyList<ServedDataset>> BecomeReadyAsync(ServeOptions options, IProgress<OperationProgress> progress, CancellationToken cancellationToken)
    {
        var database = new DatabaseWait(TimeProvider.System, Services.GetRequiredService<ILogger<StrataServer>>());
        if (options.Roles.HasFlag(Roles.Projections))
        {
            var head = await database.ForAsync(Services.GetRequiredService<IEventStore>().HeadAsync, cancellationToken);
            await CatchUpAsync(head, cancellationToken);
        }

        var served = new List<ServedDataset>();
        foreach (var dataset in options.Datasets)
        {
            served.Add(await database.ForAsync(token => RegisterAsync(dataset, options.DefaultRules, progress, token), cancellationToken));
        }

        _readiness.Ready = true;
        return served;
    }

    public async ValueTask DisposeAsync()
    {
        RunningServer.Remove(_data);
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
        _lock.Dispose();
    }

    /// <summary>A server whose tables stand still serves all the same: what they show is true up to there, and <c>/health</c> says why it is no more.</summary>
    private async Task CatchUpAsync(long head, CancellationToken cancellationToken)
    {
        try
        {
            await Services.GetRequiredService<ReadModels>().WaitUntilServingAsync(head, cancellationToken);
        }
        catch (ProjectionBehindException e)
        {
            Services.GetRequiredService<ILogger<StrataServer>>().LogWarning("serving with tables that are behind: {Reason}", e.Message);
        }
    }

    /// <summary>
    /// Whoever reaches loopback can read local files anyway; for others, and for callers behind a proxy, who are asked for a token, only configured folders are opened.
    /// Source: DESIGN rule 12.
    /// </summary>
    /// <returns>Null: any local path.</returns>
    internal static ImmutableArray<string>? AllowedRoots(ServeOptions options, HostSettings settings) =>
        IPAddress.IsLoopback(options.Listen.Address) && options.Tokens != TokenUse.Always ? null : settings.Roots;

    private static void Map(WebApplication app, Roles roles)
    {
        if (roles.HasFlag(Roles.Catalog))
        {
            app.UseStrataCatalog();
        }

        app.UseStrataTokens();
        app.MapStrataHealth();
        app.MapStrataMetrics();
        if (roles.HasFlag(Roles.Catalog))
        {
            app.MapStrataCatalog();
        }

        if (roles.HasFlag(Roles.Web))
        {
            app.MapStrataApi();
        }
    }

    private async Task<ServedDataset> RegisterAsync(DatasetPaths dataset, string rules, IProgress<OperationProgress> progress, CancellationToken cancellationToken)
    {
        var expansion = RecordingPaths.Expand(dataset.Paths, Environment.CurrentDirectory);
        if (expansion.Refused is [var refused, ..])
        {
            throw new OperationException(OperationErrors.Invalid, $"--dataset {dataset.Dataset}: {refused.Shown}: {refused.Reason}", null);
        }

        var request = new RegisterRequest(dataset.Dataset, [.. expansion.Found.Select(f => new RegisterSource(f.FullPath, f.Url))], Rules: rules) { IsServed = true };
        var registered = await Services.GetRequiredService<IOperations>().RunAsync(RegisterOperation.Route, request, progress, cancellationToken);
        return new(registered, FolderWords.PassedOver(expansion));
    }

    private static OperationException Occupied(DataDirectory data)
    {
        var who = RunningServer.Read(data) is { } server
            ? $"is served already at {server.Url} by process {server.ProcessId.ToString(CultureInfo.InvariantCulture)} since {server.StartedAt.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z"
            : "is in use by another strata command";
        return new(OperationErrors.Conflict, $"{data.Path} {who}", "use that one (commands find it by themselves), or another folder with --data DIR");
    }
}
