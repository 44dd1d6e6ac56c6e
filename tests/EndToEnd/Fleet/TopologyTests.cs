using System.Diagnostics;
using System.Text.RegularExpressions;
using Npgsql;
using Strata.Bus.Tests;
using Strata.Servers;

namespace Strata.EndToEnd.Tests.Fleet;

/// <summary>What <c>docker-compose.yml</c> describes, as processes against a real PostgreSQL and a real RabbitMQ.</summary>
[Collection(FleetServers.Name)]
public sealed class TopologyTests(PostgresServer server, RabbitMqBroker broker)
{
    private const string Compose = "docker-compose";

    [Fact(Timeout = FleetUnderTest.Patience)]
    public async Task Layers_appear_with_every_service_of_the_compose_file_in_a_process_of_its_own()
    {
        await using var fleet = await FleetUnderTest.CreateAsync(server, broker);
        var started = new List<StrataServerProcess>();
        foreach (var service in ComposeFile.Strata)
        {
            started.Add(await fleet.StartAsync(service.Name));
        }

        await fleet.StartAsync("workers", "a second worker");

        await fleet.RegisterAsync(Samples.Files, "--wait");

        (await fleet.EffectsAsync()).ShouldBe(FleetUnderTest.Whole(5));
        var table = await StrataProgram.JsonAsync(fleet.CatalogData, 0, "segments", FleetUnderTest.Dataset);
        table.EnumerateArray().Select(StrataProgram.Layers).ShouldBe(Enumerable.Repeat("base, tracking_error, quality", 5));
        using var http = new HttpClient();
        foreach (var process in started)
        {
            (await http.GetStringAsync(new Uri(process.Url, "/health"), TestContext.Current.CancellationToken)).ShouldBe("healthy");
            (await process.TerminateAsync()).ShouldBe(0, string.Join('\n', process.SaidByNow));
        }
    }

    [Fact]
    public void The_services_are_those_of_a_fleet_with_all_roles_among_them()
    {
        ComposeFile.Strata.Select(s => s.Name).ShouldBe(["registrar", "relay", "workers", "catalog"]);
        ComposeFile.Strata.SelectMany(s => s.Command[s.Command.ToList().IndexOf("--roles") + 1].Split(',')).Order()
            .ShouldBe(["catalog", "projections", "registrar", "relay", "web", "workers"]);
        ComposeFile.Strata.ShouldAllBe(s => s.Environment.ContainsKey("Strata__EventStore__ConnectionString") && s.Environment.ContainsKey("Strata__Bus__RabbitMq"));
        ComposeFile.Strata.Select(s => s.Environment["Strata__Tokens__SecretFile"]).Distinct().ShouldBe(["/shared/token.secret"]);
        var log = new NpgsqlConnectionStringBuilder(ComposeFile.Service("catalog").Environment["Strata__EventStore__ConnectionString"]);
        (log.Host, log.Password, log.GssEncryptionMode).ShouldBe(("postgres", "strata", GssEncryptionMode.Disable));
    }

    /// <summary>And so the tests of this folder, whose processes are started by what they read in it themselves, are of what containers would do.</summary>
    [Fact(Timeout = FleetUnderTest.Patience)]
    public async Task Docker_compose_takes_the_file_and_reads_in_it_what_is_read_here()
    {
        var program = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Select(folder => Path.Combine(folder, Compose)).FirstOrDefault(File.Exists);
        Assert.SkipWhen(program is null, $"no {Compose}: install the package {Compose}, which checks the compose file without an engine");
        var start = new ProcessStartInfo(program, ["-f", ComposeFile.Path, "config"]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var variable in ComposeFile.VariableNames)
        {
            start.Environment.Remove(variable);
        }

        var config = await StrataProgram.RunAsync(start);

        config.Code.ShouldBe(0, config.Error);
        foreach (var service in ComposeFile.Strata)
        {
            // Its YAML: long values are broken, and what could be taken for something else is quoted.
            var read = string.Join(' ', Section(config.Out, service.Name).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).Replace("'", "", StringComparison.Ordinal);
            read.ShouldContain($"command: - {string.Join(" - ", service.Command)} ");
            foreach (var (name, value) in service.Environment)
            {
                read.ShouldContain($" {name}: {value} ");
            }
        }
    }

    [Fact]
    public void Every_variable_of_the_compose_file_is_in_the_example_with_its_default()
    {
        var example = File.ReadLines(Path.Combine(Samples.Repository, ".env.example")).Where(l => l.Contains('=')).Select(l => l.TrimStart('#', ' ').Split('=')[0]).ToList();

        ComposeFile.VariableNames.ShouldBe(example, ignoreOrder: true);
    }

    private static string Section(string config, string service)
    {
        var from = config.IndexOf($"\n  {service}:\n", StringComparison.Ordinal);
        from.ShouldBeGreaterThan(0, config);
        return config[from..(Regex.Match(config[(from + 1)..], @"\n {0,2}\w").Index + from + 1)];
    }
}
