using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Strata.Bench;

/// <summary>Who serves the client.</summary>
/// <param name="Strata">Null: Rerun's server, whose samples stand beside all of Strata's.</param>
internal sealed record ClientSetup(StrataSetup? Strata)
{
    public bool DerivesLayers => Strata is { Rules: "howto" };
}

/// <param name="Rules"><c>none</c> or <c>howto</c>: of the datasets that clients create.</param>
/// <param name="References">Recordings stay where they are, as with Rerun's server; otherwise they are copied, as without any setting.</param>
internal sealed record StrataSetup(string Rules, bool References)
{
    /// <summary>In turns.</summary>
    public static IReadOnlyList<StrataSetup> All { get; } = [new("none", References: true), new("howto", References: true), new("none", References: false)];

    public string Name => $"rules {(Rules == "none" ? "off" : "on")}, {(References ? "reference" : "copy")}";
}

/// <summary>One client with one server after another on its port, and what they were seen to take.</summary>
internal sealed class ClientSession : IAsyncDisposable
{
    private readonly ClientSetup _setup;
    private readonly int _run;
    private readonly ResultFile _results;
    private readonly string? _peerProgram;
    private readonly int _port;
    private readonly RealClient _client;
    private readonly TemporaryFolder _data = new();
    private CatalogServer _server;

    private ClientSession(ClientSetup setup, int run, ResultFile results, string? peerProgram, int port, RealClient client)
    {
        (_setup, _run, _results, _peerProgram, _port, _client) = (setup, run, results, peerProgram, port, client);
        _server = StartServer();
    }

    public static async Task<ClientSession> StartAsync(ClientSetup setup, int run, ResultFile results, string? peerProgram, CancellationToken cancellationToken)
    {
        var port = CatalogServer.FreePort();
        var session = new ClientSession(setup, run, results, peerProgram, port, await RealClient.StartAsync(port, cancellationToken));
        await session.DoAsync(["connect"], cancellationToken);
        return session;
    }

    /// <summary>Done, but no sample: a warm-up.</summary>
    public Task<double> DoAsync(JsonArray step, CancellationToken cancellationToken) => _client.DoAsync(step, cancellationToken);

    /// <param name="name">Of the sample, without the rules.</param>
    public async Task MeasureAsync(string name, JsonArray step, CancellationToken cancellationToken)
    {
        var cpu = _server.CpuSeconds;
        var seconds = await _client.DoAsync(step, cancellationToken);
        Add(name, seconds, "s");
        Add(name, _server.CpuSeconds - cpu, "s of the server's core");
    }

    public void AddMemory(string name)
    {
        Add(name, _server.PeakMib, "MiB peak");
        Add(name, _server.ResidentMib, "MiB RSS");
    }

    /// <summary>From starting the server's process again until the client, which stayed, has done the steps.</summary>
    public async Task MeasureRestartAsync(string name, IReadOnlyList<JsonArray> steps, CancellationToken cancellationToken)
    {
        await _server.DisposeAsync();
        var clock = Stopwatch.StartNew();
        _server = StartServer();
        await _client.DoAsync(["connect"], cancellationToken);
        foreach (var step in steps)
        {
            await _client.DoAsync(step, cancellationToken);
        }

        Add(name, clock.Elapsed.TotalSeconds, "s");
        Add(name, _server.CpuSeconds, "s of the server's core");
    }

    public async ValueTask DisposeAsync()
    {
        await _client.DisposeAsync();
        await _server.DisposeAsync();
    }

    private CatalogServer StartServer() => _setup.Strata is { } strata
        ? CatalogServer.StartStrata(strata, _data.Path, _port)
        : CatalogServer.StartPeer(_peerProgram!, _port);

    private void Add(string name, double value, string unit)
    {
        var side = _setup.Strata is null ? Side.Peer : Side.Strata;
        foreach (var strata in _setup.Strata is { } one ? [one] : StrataSetup.All)
        {
            _results.Add(new Sample($"{strata.Name}, {name}", side, _run, value, unit));
        }
    }
}
