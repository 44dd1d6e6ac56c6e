using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Net;
using Grpc.Core;
using Grpc.Net.Client;
using Grpc.Net.Client.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Strata.Catalog.Transport;

namespace Strata.Catalog.Tests.Transport;

/// <summary>The transport with <see cref="ProbeService"/> behind it, on a free port of this machine.</summary>
internal sealed class TransportHost : IAsyncDisposable
{
    public const int LargestMessageBytes = 1 << 20;

    public const int UnfinishedMessagesBytes = 4 << 20;

    private readonly WebApplication _app;

    private TransportHost(WebApplication app, Seen seen, Log log)
    {
        (_app, Seen, Log) = (app, seen, log);
        Url = new Uri(app.Urls.Single());
        Address = new IPEndPoint(IPAddress.Loopback, Url.Port);
    }

    public Uri Url { get; }

    public IPEndPoint Address { get; }

    public Seen Seen { get; }

    public Log Log { get; }

    public static async Task<TransportHost> StartAsync(TimeProvider? clock = null, ServerCertificate? certificate = null, TimeSpan? silentRequestFor = null)
    {
        var (seen, log) = (new Seen(), new Log());
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders().AddProvider(log).SetMinimumLevel(LogLevel.Information).AddFilter("Microsoft", LogLevel.Warning).AddFilter("Grpc", LogLevel.Warning);
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenOnOnePort(new IPEndPoint(IPAddress.Loopback, 0), certificate, clock ?? TimeProvider.System));
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(seen);
        builder.Services.AddGrpcTransport<ProbeService>(
            new TransportOptions
            {
                AllowedOrigins = ["*://localhost:*", "https://*.example.org"],
                AnswerHeaders = ImmutableDictionary<string, string>.Empty.Add("x-probe", "yes"),
                LargestMessageBytes = LargestMessageBytes,
                UnfinishedMessagesBytes = UnfinishedMessagesBytes,
                SilentRequestFor = silentRequestFor ?? TimeSpan.FromMinutes(1),
                AllowedHosts = ["strata.example.org"],
            },
            e => e is KeyNotFoundException ? new Status(StatusCode.NotFound, e.Message) : null);
        var app = builder.Build();
        app.UseGrpcTransport();
        app.MapGrpcService<ProbeService>();
        app.MapGet("/plain", () => Results.Text("plain"));
        app.MapPost("/work", () => Results.Text("worked"));
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new(app, seen, log);
    }

    public Probe.ProbeClient Client() => new(GrpcChannel.ForAddress(Url, new GrpcChannelOptions { MaxReceiveMessageSize = null, DisposeHttpClient = true }));

    public Probe.ProbeClient WebClient() =>
        new(GrpcChannel.ForAddress(Url, new GrpcChannelOptions { HttpHandler = new GrpcWebHandler(GrpcWebMode.GrpcWeb, new SocketsHttpHandler()), HttpVersion = HttpVersion.Version11 }));

    public async ValueTask DisposeAsync()
    {
        // Tests leave calls open on purpose: the server does not wait for them.
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }
}

/// <summary>What the server logged, one entry a line.</summary>
internal sealed class Log : ILoggerProvider, ILogger
{
    private readonly ConcurrentQueue<string> _lines = new();

    public IReadOnlyList<string> Lines => [.. _lines];

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    void ILogger.Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _lines.Enqueue($"{logLevel}: {formatter(state, exception)} {exception?.Message}");

    public void Dispose()
    {
    }
}
