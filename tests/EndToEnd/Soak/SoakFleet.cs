using System.Net;
using System.Net.Sockets;
using Strata.Cli;
using Strata.EndToEnd.Tests.Fleet;
using Strata.Publishing;

namespace Strata.EndToEnd.Tests.Soak;

/// <summary>The services of the compose file as processes that are kept running: two relays, of which one stands by, and two workers.</summary>
internal sealed class SoakFleet : IAsyncDisposable
{
    private readonly FleetUnderTest _fleet;
    private readonly int _port = FreePort();

    private SoakFleet(FleetUnderTest fleet)
    {
        _fleet = fleet;
        Registrar = Keep("registrar", "registrar");
        Catalog = Keep("catalog", "catalog", "--listen", $"127.0.0.1:{_port}");
        Relays = [Keep("relay", "relay 1"), Keep("relay", "relay 2")];
        Workers = [.. Enumerable.Range(1, SoakPlan.Workers).Select(n => Keep("workers", $"worker {n}"))];
    }

    public KeptProcess Registrar { get; }

    public KeptProcess Catalog { get; }

    public IReadOnlyList<KeptProcess> Relays { get; }

    public IReadOnlyList<KeptProcess> Workers { get; }

    public IEnumerable<KeptProcess> All => [Registrar, Catalog, .. Relays, .. Workers];

    /// <summary>Where robots upload to and people read.</summary>
    public Uri Url => new($"http://127.0.0.1:{_port}");

    public RobotAddresses Addresses => new(new RobotServer(Url, Token: null), _fleet.Broker, _fleet.Prefix, BytesPerSecond: null);

    public string Prefix => _fleet.Prefix;

    public string CatalogData => _fleet.CatalogData;

    public static async Task<SoakFleet> StartAsync(FleetUnderTest fleet)
    {
        var soak = new SoakFleet(fleet);
        foreach (var process in soak.All)
        {
            await process.StartedAsync();
        }

        return soak;
    }

    public Task<List<string>> ReadAsync(string sql) => _fleet.Database.ReadAsync(sql);

    /// <summary>What a fresh replay gives otherwise than the tables in the data directory of each process that folds; the processes have ended.</summary>
    public async Task<IReadOnlyList<string>> DifferencesAsync()
    {
        var differences = new List<string>();
        foreach (var process in All.Where(p => p != Registrar))
        {
            var answer = await _fleet.JsonAsync(process.Service, process.Instance, "rebuild", "--verify");
            differences.AddRange(answer.GetProperty("differences").EnumerateArray().Select(d => $"{process.Instance}: {d}"));
        }

        return differences;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in All)
        {
            await process.DisposeAsync();
        }
    }

    private KeptProcess Keep(string service, string instance, params string[] options) => new(service, instance, () => _fleet.LaunchAsync(service, instance, options));

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
