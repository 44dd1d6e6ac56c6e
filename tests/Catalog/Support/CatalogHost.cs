using System.Net;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Strata.Catalog.Tests.Transport;
using Strata.Catalog.Tokens;
using Strata.Catalog.Transport;
using Strata.EventStore;
using Strata.EventStore.Sqlite;
using Strata.Projections;
using Strata.Recordings;
using Strata.Registrar;

namespace Strata.Catalog.Tests;

/// <summary>The catalog over the real rooms, in a folder of its own and on a free port of this machine.</summary>
internal sealed class CatalogHost : IAsyncDisposable
{
    public const string Version = "1.2.3";

    private readonly WebApplication _app;
    private readonly bool _isOwned;
    private readonly CancellationTokenSource _stop;
    private readonly Task _projections;

    private CatalogHost(WebApplication app, string folder, bool isOwned, Log log, CancellationTokenSource stop, Task projections)
    {
        (_app, Folder, _isOwned, Log, _stop, _projections) = (app, folder, isOwned, log, stop, projections);
        Url = new Uri(app.Urls.Single());
        Address = new IPEndPoint(IPAddress.Loopback, Url.Port);
        Channel = GrpcChannel.ForAddress(Url, new GrpcChannelOptions { MaxReceiveMessageSize = null });
    }

    public Uri Url { get; }

    public IPEndPoint Address { get; }

    public GrpcChannel Channel { get; }

    public Log Log { get; }

    public string Folder { get; }

    public IServiceProvider Services => _app.Services;

    public CatalogPorts Ports => Services.GetRequiredService<CatalogPorts>();

    /// <param name="folder">Where another host left its data, for a restart; it stays when this one ends.</param>
    /// <param name="services">Replaces what a test wants to be otherwise.</param>
    public static async Task<CatalogHost> StartAsync(Func<CatalogOptions, CatalogOptions>? configure = null, TokenOptions? tokens = null, string? folder = null, Action<IServiceCollection>? services = null)
    {
        var owned = folder is null;
        folder ??= Directory.CreateTempSubdirectory("strata-catalog-").FullName;
        var log = new Log();
        var store = await SqliteEventStore.OpenAsync(folder, TimeProvider.System, NullLogger.Instance, TestContext.Current.CancellationToken);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders().AddProvider(log).SetMinimumLevel(LogLevel.Information).AddFilter("Microsoft", LogLevel.Warning).AddFilter("Grpc", LogLevel.Warning);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenOnOnePort(new IPEndPoint(IPAddress.Loopback, 0), certificate: null, TimeProvider.System));
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<IEventStore>(_ => store);
        var recordings = new LocalRecordingStore(new LocalRecordingStoreOptions(folder, [], null));
        builder.Services.AddSingleton<IRecordingStore>(recordings);
        builder.Services.AddSingleton<IStagedRecordings>(new StagedRecordings(recordings, new UploadOptions()));
        builder.Services.AddSingleton<IRecordingInspector, RecordingInspector>();
        builder.Services.AddSingleton<IRegistrar, CatalogRegistrar>();
        builder.Services.AddSingleton(_ => ReadModels.Open(folder, store, NullLogger<ReadModels>.Instance));
        builder.Services.AddSingleton<IReadModels>(provider => provider.GetRequiredService<ReadModels>());
        builder.Services.AddSingleton<ILeases>(_ => store);
        builder.Services.AddSingleton(new RunnerOptions("test"));
        builder.Services.AddSingleton<ProjectionRunner>();
        if (tokens is not null)
        {
            builder.Services.AddStrataTokens(tokens);
        }

        builder.Services.AddStrataCatalog((configure ?? (options => options))(new CatalogOptions(Version)));
        services?.Invoke(builder.Services);
        var app = builder.Build();
        app.UseStrataCatalog();
        app.UseStrataTokens();
        app.MapStrataCatalog();
        await app.StartAsync(TestContext.Current.CancellationToken);
        var stop = new CancellationTokenSource();
        return new(app, folder, owned, log, stop, app.Services.GetRequiredService<ProjectionRunner>().RunAsync(stop.Token));
    }

    public async Task<TResponse> CallAsync<TRequest, TResponse>(string method, TRequest request, params (string Name, string Value)[] headers)
        where TRequest : class, Google.Protobuf.IMessage<TRequest>, new()
        where TResponse : class, Google.Protobuf.IMessage<TResponse>, new()
    {
        using var call = Channel.CreateCallInvoker().AsyncUnaryCall(CatalogMethods.Of<TRequest, TResponse>(MethodType.Unary, method), null, Options(headers), request);
        return await call;
    }

    public async Task<List<TResponse>> StreamAsync<TRequest, TResponse>(string method, TRequest request, params (string Name, string Value)[] headers)
        where TRequest : class, Google.Protobuf.IMessage<TRequest>, new()
        where TResponse : class, Google.Protobuf.IMessage<TResponse>, new()
    {
        using var call = Channel.CreateCallInvoker().AsyncServerStreamingCall(CatalogMethods.Of<TRequest, TResponse>(MethodType.ServerStreaming, method), null, Options(headers), request);
        return await call.ResponseStream.ReadAllAsync(TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Until the tables show all that the log holds.</summary>
    public async Task CaughtUpAsync()
    {
        var head = await Ports.Store.HeadAsync(TestContext.Current.CancellationToken);
        await Ports.ReadModels.WaitForAsync(head, TestContext.Current.CancellationToken);
        await Ports.ReadModels.Fleet.WaitForAsync(head, TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        Channel.Dispose();
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _app.StopAsync(now.Token);
        await _stop.CancelAsync();
        try
        {
            await _projections;
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Asked to.
        }

        await _app.DisposeAsync();
        _stop.Dispose();
        if (_isOwned)
        {
            Directory.Delete(Folder, recursive: true);
        }
    }

    private static CallOptions Options((string Name, string Value)[] headers)
    {
        var metadata = new Metadata();
        foreach (var (name, value) in headers)
        {
            metadata.Add(name, value);
        }

        return new CallOptions(metadata, cancellationToken: TestContext.Current.CancellationToken);
    }
}
