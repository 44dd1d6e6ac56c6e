using System.Text.Json;
using Strata.Bus.Tests;
using Strata.Servers;

namespace Strata.EndToEnd.Tests.Fleet;

/// <summary>
/// The services of the compose file as processes, with its commands and its settings: on a database of their own, under a prefix of their own on the broker, each with a data
/// directory of its own, and one folder of recordings; or as in containers, with a bucket and with tokens.
/// </summary>
internal sealed class FleetUnderTest : IAsyncDisposable
{
    public const string Dataset = "arms";

    /// <summary>What never happens is a failure, in milliseconds.</summary>
    public const int Patience = 120_000;

    private const string BucketSettings = "Strata__Recordings__S3__";
    private const string Leases = "00:00:02";
    private const string Sweep = "00:00:00.5";

    private readonly List<IAsyncDisposable> _processes = [];
    private readonly string _folder = Directory.CreateTempSubdirectory("strata-fleet-").FullName;
    private readonly Dictionary<string, string> _standIns;

    private readonly bool _isAsInContainers;

    /// <param name="bucket"><c>http://ACCESS:SECRET@HOST:PORT/BUCKET</c>; null: recordings lie in the shared folder, and nobody is asked for a token.</param>
    private FleetUnderTest(PostgresDatabase database, Uri broker, Uri? bucket)
    {
        (Database, Broker, _isAsInContainers) = (database, broker, bucket is not null);
        _standIns = new(StringComparer.Ordinal)
        {
            ["Strata__EventStore__ConnectionString"] = database.ConnectionString.Replace("Pooling=False", "Pooling=True", StringComparison.OrdinalIgnoreCase),
            ["Strata__Bus__RabbitMq"] = broker.ToString(),
            ["Strata__Recordings__Roots"] = Path.Combine(_folder, "shared", "in"),
            ["Strata__Tokens__SecretFile"] = Path.Combine(_folder, "shared", "token.secret"),
            ["Strata__Recordings__Folder"] = Recordings,
        };
        if (bucket is not null)
        {
            var keys = bucket.UserInfo.Split(':');
            _standIns["Strata__Recordings__S3__Endpoint"] = bucket.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped);
            _standIns["Strata__Recordings__S3__Bucket"] = bucket.AbsolutePath.Trim('/');
            (_standIns["Strata__Recordings__S3__AccessKey"], _standIns["Strata__Recordings__S3__SecretKey"]) = (keys[0], keys[1]);
        }
    }

    public PostgresDatabase Database { get; }

    public Uri Broker { get; }

    public string Prefix { get; } = $"f{Guid.NewGuid():N}-";

    /// <summary>What is shared by all; with a bucket what is being uploaded, and nothing else.</summary>
    public string Recordings => Path.Combine(_folder, "shared", "recordings");

    /// <summary>Commands that find the catalog there.</summary>
    public string CatalogData => DataOf("catalog");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<FleetUnderTest> CreateAsync(PostgresServer server, RabbitMqBroker broker)
    {
        Assert.SkipWhen(broker.Address is null, broker.Absence);
        return new(await server.CreateDatabaseAsync(), broker.Address!, bucket: null);
    }

    /// <summary>All settings of the compose file, its bucket's too, and tokens, which a container asks for since it listens on every address.</summary>
    public static async Task<FleetUnderTest> CreateAsInContainersAsync(PostgresServer server, RabbitMqBroker broker, ForeignS3 s3)
    {
        Assert.SkipWhen(broker.Address is null, broker.Absence);
        Assert.SkipWhen(s3.Address is null, s3.Absence);
        return new(await server.CreateDatabaseAsync(), broker.Address!, s3.Address!);
    }

    public string DataOf(string instance) => Path.Combine(_folder, instance);

    /// <param name="instance">Of a service of which several run.</param>
    public async Task<StrataServerProcess> StartAsync(string service, string? instance = null)
    {
        var process = await LaunchAsync(service, instance ?? service);
        _processes.Add(process);
        return process;
    }

    /// <summary>A process that its caller ends.</summary>
    public Task<StrataServerProcess> LaunchAsync(string service, string instance, params string[] options) =>
        StrataServerProcess.StartAsync(DataOf(instance), SettingsOf(service), [.. ComposeFile.Service(service).Command.Skip(1), .. _isAsInContainers ? (string[])["--require-tokens"] : [], .. options]);

    /// <summary>A command of the program over the data directory of an instance, with the settings of its service.</summary>
    public Task<JsonElement> JsonAsync(string service, string instance, params string[] arguments) => StrataProgram.JsonAsync(DataOf(instance), SettingsOf(service), 0, arguments);

    /// <summary>A worker with other derivers than the program's: <c>hold</c>, <c>computed</c>, <c>newer</c> or <c>burn ROUNDS</c>.</summary>
    public async Task<WorkerProcess> StartWorkerAsync(string instance, params string[] derivers)
    {
        var process = await WorkerProcess.StartAsync(DataOf(instance), SettingsOf("workers"), derivers);
        _processes.Add(process);
        return process;
    }

    public Task<JsonElement> RegisterAsync(IEnumerable<string> files, params string[] options) =>
        StrataProgram.JsonAsync(CatalogData, 0, ["register", .. files, "--dataset", Dataset, .. options]);

    /// <summary>Small recordings, a segment each.</summary>
    public string[] Record(string name, int count) => [.. Enumerable.Range(0, count).Select(i => SmallRecordings.Write(Path.Combine(_folder, "in"), $"{name}_{i}", 0.25, 0.5))];

    /// <summary>Per segment what was registered and evaluated, in the log: each once, or something was doubled or lost.</summary>
    public async Task<IReadOnlyList<string>> EffectsAsync() => await Database.ReadAsync(
        """
        select string_agg(what || case when n = 1 then '' else ' x' || n end, ', ' order by what) from (
            select data ->> 'segment' as segment, coalesce(data ->> 'layer', type || ' ' || (data ->> 'rule')) as what, count(*) as n
              from mt_events where type in ('layer_registered', 'derivation_done', 'derivation_skipped', 'derivation_failed') group by 1, 2) effects
         group by segment order by segment
        """);

    /// <summary>What <see cref="EffectsAsync"/> says of so many recordings of which everything was derived once.</summary>
    public static IEnumerable<string> Whole(int count) => Enumerable.Repeat("base, derivation_done quality, derivation_done tracking_error, quality, tracking_error", count);

    /// <summary>Ends when every rule has been evaluated for all that was registered.</summary>
    public async Task SettleAsync()
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Token);
        patience.CancelAfter(Patience);
        while ((await Database.ReadAsync("""
            select 1 from mt_events base where type = 'layer_registered' and data ->> 'layer' = 'base' and (
                select count(*) from mt_events e where e.type like 'derivation_%' and e.data ->> 'segment' = base.data ->> 'segment') < 2 limit 1
            """)).Count > 0)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(200), patience.Token);
        }
    }

    /// <summary>Those of the compose file with the servers of the tests in their place.</summary>
    public Dictionary<string, string> SettingsOf(string service)
    {
        var settings = ComposeFile.Service(service).Environment
            .Where(s => _isAsInContainers || !s.Key.StartsWith(BucketSettings, StringComparison.Ordinal))
            .ToDictionary(s => s.Key, s => _standIns.GetValueOrDefault(s.Key, s.Value), StringComparer.Ordinal);
        settings["Strata__Bus__Prefix"] = Prefix;
        if (_isAsInContainers)
        {
            settings[BucketSettings + "Prefix"] = Prefix + "/";
        }

        settings["Strata__Workers__ClaimLease"] = Leases;
        settings["Strata__Workers__SweepEvery"] = Sweep;
        settings["Strata__Relay__Lease"] = Leases;
        return settings;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes)
        {
            await process.DisposeAsync();
        }

        await Database.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
