using System.Net;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Strata.Catalog.Transport;
using Strata.EventStore;
using Strata.EventStore.Sqlite;
using Strata.Projections;
using Strata.Recordings;
using Strata.Registrar;

namespace Strata.Catalog.Tests;

/// <summary>
/// The catalog in this process, on a free port of loopback, over a data directory of its own: no rules, no workers. What it holds outlives
/// <see cref="RestartAsync"/>, and only that.
/// </summary>
internal sealed class CatalogServer : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("strata-catalog-").FullName;
    private readonly Action<IServiceCollection> _services;
    private Running _running = null!;

    private CatalogServer(Action<IServiceCollection> services) => _services = services;

    public string Folder => _folder;

    /// <summary><c>http://127.0.0.1:port</c>.</summary>
    public string Url => _running.App.Urls.First();

    public GrpcChannel Channel => _running.Channel;

    public CatalogPorts Ports => _running.App.Services.GetRequiredService<CatalogPorts>();

    /// <param name="services">Replaces what a test wants to be otherwise.</param>
    public static async Task<CatalogServer> StartAsync(Action<IServiceCollection>? services = null)
    {
        var server = new CatalogServer(services ?? (_ => { }));
        await server.StartAgainAsync();
        return server;
    }

    public async Task RestartAsync()
    {
        await _running.DisposeAsync();
        await StartAgainAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _running.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task StartAgainAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenOnOnePort(new IPEndPoint(IPAddress.Loopback, 0), certificate: null, TimeProvider.System));
        var store = await SqliteEventStore.OpenAsync(_folder, TimeProvider.System, NullLogger.Instance, CancellationToken.None);
        var models = ReadModels.Open(_folder, store, NullLogger<ReadModels>.Instance);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<IEventStore>(store);
        builder.Services.AddSingleton<IReadModels>(models);
        builder.Services.AddSingleton<IRecordingStore>(new LocalRecordingStore(new LocalRecordingStoreOptions(_folder, [], null)));
        builder.Services.AddSingleton<IRecordingInspector, RecordingInspector>();
        builder.Services.AddSingleton<IRegistrar, CatalogRegistrar>();
        builder.Services.AddStrataCatalog(new CatalogOptions("1.2.3"));
        _services(builder.Services);
        var app = builder.Build();
        app.MapStrataCatalog();
        await app.StartAsync();
        _running = new(app, store, models);
    }

    private sealed class Running : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stop = new();
        private readonly SqliteEventStore _store;
        private readonly ReadModels _models;
        private readonly Task _folding;

        public Running(WebApplication app, SqliteEventStore store, ReadModels models)
        {
            (App, _store, _models) = (app, store, models);
            Channel = GrpcChannel.ForAddress(app.Urls.First(), new GrpcChannelOptions { MaxReceiveMessageSize = null });
            _folding = new ProjectionRunner(models, store, TimeProvider.System, NullLogger<ProjectionRunner>.Instance).RunAsync(_stop.Token);
        }

        public WebApplication App { get; }

        public GrpcChannel Channel { get; }

        public async ValueTask DisposeAsync()
        {
            Channel.Dispose();
            await App.StopAsync();
            await App.DisposeAsync();
            await _stop.CancelAsync();
            await _folding.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            _models.Dispose();
            await _store.DisposeAsync();
            _stop.Dispose();
        }
    }
}
