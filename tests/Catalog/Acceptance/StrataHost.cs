using System.Net;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Strata.Catalog.Protocol;
using Strata.Catalog.Tests.Transport;
using Strata.Catalog.Transport;
using Strata.Cli;
using Strata.Contracts;
using Strata.DerivationWorkers;
using Strata.EventStore.Sqlite;
using Strata.Recordings;
using Strata.Projections;
using Strata.Registrar;
using Strata.Web;

namespace Strata.Catalog.Tests.Acceptance;

/// <summary>All of Strata in this process, on a free port: catalog, rules, workers, bus and tables as the program puts them together, with gates between them.</summary>
internal sealed class StrataHost : IAsyncDisposable
{
    private static readonly EventSource Test = new("cli", "test");

    private readonly WebApplication _app;

    private StrataHost(WebApplication app, Gates gates, Log log)
    {
        (_app, Gates, Log) = (app, gates, log);
        Url = new Uri(app.Urls.Single());
        Channel = GrpcChannel.ForAddress(Url, new GrpcChannelOptions { MaxReceiveMessageSize = null });
    }

    public Uri Url { get; }

    public GrpcChannel Channel { get; }

    public Gates Gates { get; }

    public Log Log { get; }

    public CatalogPorts Ports => _app.Services.GetRequiredService<CatalogPorts>();

    /// <param name="data">Of the data directory; it stays.</param>
    /// <param name="finished">Is told the last part of the path of every call that was answered to its end.</param>
    public static async Task<StrataHost> StartAsync(string data, Action<string>? finished = null)
    {
        var (gates, log) = (new Gates(), new Log());
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders().AddProvider(log).SetMinimumLevel(LogLevel.Warning);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenOnOnePort(new IPEndPoint(IPAddress.Loopback, 0), certificate: null, TimeProvider.System));
        Directory.CreateDirectory(data);
        await builder.Services.AddStrataAsync(new DataDirectory(data), Roles.All, HostSettings.Load(verbose: false), allowedRoots: null, TestContext.Current.CancellationToken);
        builder.Services.AddStrataCatalog(new CatalogOptions("1.2.3") { DefaultRules = HowToRules.Definitions });
        builder.Services.AddSingleton(provider => gates.Around(new CatalogRegistrar(
            gates.Around(provider.GetRequiredService<SqliteEventStore>()),
            provider.GetRequiredService<IRecordingStore>(),
            provider.GetRequiredService<IRecordingInspector>(),
            provider.GetRequiredService<KeepingGate>(),
            provider.GetRequiredService<ILogger<CatalogRegistrar>>())));
        var app = builder.Build();
        app.Use(async (context, next) =>
        {
            await next(context);
            if (!context.RequestAborted.IsCancellationRequested && context.Request.Method == HttpMethods.Post)
            {
                finished?.Invoke(context.Request.Path.Value!.Split('/')[^1]);
            }
        });
        app.UseStrataCatalog();
        app.MapStrataCatalog();
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new(app, gates, log);
    }

    public async Task<DatasetId> CreateAsync(string name, bool hasRules = true)
    {
        var rules = hasRules ? HowToRules.Definitions : [];
        return (await Ports.Registrar.CreateDatasetAsync(new CreateDataset(name, KeepMode.Auto, rules, Test), TestContext.Current.CancellationToken)).Dataset;
    }

    public Task<RegisterOutcome> RegisterAsync(string dataset, OnDuplicate onDuplicate, string layer, params string[] paths) => Ports.Registrar.RegisterAsync(
        new(dataset, layer, [.. paths.Select(p => new RecordingRequest(p, new Uri(p).AbsoluteUri))], onDuplicate, null, [], Test, null), null, TestContext.Current.CancellationToken);

    /// <summary>As a client does it, over gRPC.</summary>
    public async Task UnregisterAsync(DatasetId dataset, string[] segments, string[] layers)
    {
        var request = new UnregisterFromDatasetRequest { SegmentsToDrop = { segments.Select(s => new SegmentId { Id = s }) }, LayersToDrop = { layers } };
        using var call = Channel.CreateCallInvoker().AsyncServerStreamingCall(
            CatalogMethods.Of<UnregisterFromDatasetRequest, UnregisterFromDatasetResponse>(MethodType.ServerStreaming, "UnregisterFromDataset"),
            null,
            new CallOptions(new Metadata { { "x-rerun-entry-id", EntryIdText.Of(dataset) } }, cancellationToken: TestContext.Current.CancellationToken),
            request);
        await call.ResponseStream.ReadAllAsync(TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Ends when the rules have nothing more to do in the dataset.</summary>
    public Task SettledAsync(DatasetId dataset) =>
        new Settlement(Ports.Store, Ports.ReadModels, new WorkStandstills()).WaitAsync(dataset, segments: null, toldBefore: 0, new NoSteps(), TestContext.Current.CancellationToken);

    /// <summary>The layer as it stands now, from the log.</summary>
    public async Task<LayerRegistered?> StandingAsync(DatasetId dataset, string segment, string layer)
    {
        var stream = (await Ports.Store.ReadStreamsAsync([StreamIds.Segment(dataset, segment)], TestContext.Current.CancellationToken)).Single();
        return stream.Events.Select(e => e.Event).LastOrDefault(e => e is LayerRegistered r && r.Layer == layer || e is LayerUnregistered u && u.Layer == layer) as LayerRegistered;
    }

    public async ValueTask DisposeAsync()
    {
        Channel.Dispose();
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
    }

    private sealed class NoSteps : IProgress<OperationProgress>
    {
        public void Report(OperationProgress value)
        {
            // Nobody looks.
        }
    }
}
