using System.Diagnostics;
using System.Net;
using Strata.Bus.Tests;
using Strata.Servers;

namespace Strata.EndToEnd.Tests.Fleet;

/// <summary>
/// The compose file as containers run it, in processes: all of its settings, with a foreign object store in place of MinIO, and tokens of the one secret that is shared.
/// </summary>
[Collection(FleetServers.Name)]
public sealed class ContainerFleetTests(PostgresServer server, RabbitMqBroker broker, ForeignS3 s3) : IClassFixture<ForeignS3>, IDisposable
{
    /// <summary>Twelve seconds of simulation, and five processes on a machine that has other things to do, in milliseconds.</summary>
    private const int DemoPatience = 2 * FleetUnderTest.Patience;

    private readonly string _folder = Directory.CreateTempSubdirectory("strata-robot-of-fleet-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Its user at the broker of the tests.</summary>
    private string Robot => broker.Address!.UserInfo.Split(':')[0];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact(Timeout = FleetUnderTest.Patience)]
    public async Task A_robots_recording_gets_its_verdict_over_upload_with_a_token_broker_and_bucket()
    {
        await using var fleet = await FleetUnderTest.CreateAsInContainersAsync(server, broker, s3);
        var processes = await StartAllAsync(fleet);
        var catalog = processes[^1];
        var file = SmallRecordings.Write(_folder, "episode_7", 0.25, 0.5);
        using var http = new HttpClient();
        using (var refused = await http.PutAsync(new Uri(catalog.Url, $"/recordings/{new string('0', 64)}"), new ByteArrayContent([]), Token))
        {
            refused.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        }

        // Made where another service keeps its data: it counts at the catalog, since the secret is one.
        var token = (await fleet.JsonAsync("registrar", "registrar", "token", "create", "--register", "--subject", Robot)).GetProperty("token").GetString()!;
        var published = await StrataProgram.RunAsync(Publish(fleet, catalog.Url, token, file));

        published.Code.ShouldBe(0, published.Error);
        published.Out.ShouldContain("\"accepted\"");
        await fleet.SettleAsync();
        (await fleet.EffectsAsync()).ShouldBe(FleetUnderTest.Whole(1));
        var segment = (await fleet.JsonAsync("catalog", "catalog", "segments", FleetUnderTest.Dataset)).EnumerateArray().ShouldHaveSingleItem();
        StrataProgram.Layers(segment).ShouldBe("base, tracking_error, quality");
        segment.GetProperty("property:quality:tracking_good").GetArrayLength().ShouldBe(1);
        (await fleet.JsonAsync("catalog", "catalog", "verify", FleetUnderTest.Dataset)).GetProperty("equal").GetInt64().ShouldBe(3, "read back from the bucket");
        Directory.GetFiles(fleet.Recordings, "*.rrd", SearchOption.AllDirectories).ShouldBeEmpty();
        foreach (var process in processes)
        {
            (await http.GetStringAsync(new Uri(process.Url, "/health"), Token)).ShouldBe("healthy");
            (await process.TerminateAsync()).ShouldBe(0, string.Join('\n', process.SaidByNow));
        }
    }

    /// <summary>A stand-in for Docker runs what is to run in the catalog's container with its settings, on its data.</summary>
    [Fact(Timeout = DemoPatience)]
    public async Task Twenty_robots_of_the_demo_publish_to_the_fleet_that_docker_compose_runs_and_are_seen_in_it()
    {
        await using var fleet = await FleetUnderTest.CreateAsInContainersAsync(server, broker, s3);
        await StartAllAsync(fleet);
        var settings = fleet.SettingsOf("catalog").Append(new("STRATA_DATA", fleet.CatalogData)).Select(s => $"export {s.Key}='{s.Value}'");
        ShellScript.Write(_folder, "docker", $"""
            [ "$1" = compose ] || exit 1
            while [ "$1" != catalog ]; do
              if [ "$1" = --env ]; then shift; export "$1"; fi
              shift
            done
            [ "$2" != true ] || exit 0
            shift 2
            {string.Join('\n', settings)}
            exec dotnet '{StrataProgram.StartInfo(_folder).ArgumentList[0]}' "$@"
            """);
        var start = new ProcessStartInfo("bash", [Path.Combine(Samples.Repository, "demo"), "--fleet"]) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        start.Environment["PATH"] = $"{_folder}:{Environment.GetEnvironmentVariable("PATH")}";
        start.Environment.Remove("STRATA_DEMO_DATA");

        var demo = await StrataProgram.RunAsync(start);

        demo.Code.ShouldBe(0, demo.Error + demo.Out);
        demo.Error.ShouldContain("demo: in the catalog that docker compose runs");
        demo.Out.ShouldContain($"publishes over the broker at {broker.Address!.Host}:{broker.Address.Port}");
        demo.Out.ShouldContain("  docker compose exec catalog strata fleet\n");
        (await fleet.JsonAsync("catalog", "catalog", "fleet")).GetArrayLength().ShouldBe(20);
    }

    /// <summary>Nothing of the compose file is left out but what says where a server is.</summary>
    [Fact(Timeout = FleetUnderTest.Patience)]
    public async Task All_settings_of_the_compose_file_are_those_of_the_processes()
    {
        await using var fleet = await FleetUnderTest.CreateAsInContainersAsync(server, broker, s3);

        foreach (var service in ComposeFile.Strata)
        {
            service.Environment.Keys.Except(fleet.SettingsOf(service.Name).Keys).ShouldBeEmpty();
            service.Environment.Where(s => fleet.SettingsOf(service.Name)[s.Key] == s.Value).Select(s => s.Key).ShouldBe(["Strata__Recordings__S3__Region"]);
        }
    }

    private static async Task<List<StrataServerProcess>> StartAllAsync(FleetUnderTest fleet)
    {
        var processes = new List<StrataServerProcess>();
        foreach (var service in ComposeFile.Strata)
        {
            processes.Add(await fleet.StartAsync(service.Name));
        }

        return processes;
    }

    private ProcessStartInfo Publish(FleetUnderTest fleet, Uri catalog, string token, string file)
    {
        var start = StrataProgram.StartInfo(Path.Combine(_folder, "nothing"), "publish", file, "--dataset", FleetUnderTest.Dataset, "--robot", Robot, "--server", catalog.ToString(), "--spool", Path.Combine(_folder, "spool"), "--wait-answer", "--json");
        start.Environment["STRATA_BROKER"] = fleet.Broker.ToString();
        start.Environment["STRATA_TOKEN"] = token;
        start.Environment["Strata__Bus__Prefix"] = fleet.Prefix;
        return start;
    }
}
