using System.Diagnostics;
using System.Text.Json;
using Strata.Bus.Tests;
using Strata.Contracts;
using Strata.UnreliableBus;

namespace Strata.EndToEnd.Tests;

/// <summary><c>strata fleet simulate</c> where the server has a broker: the robots' own way, from spools over uploads and messages to answers.</summary>
public sealed class FleetOverBrokerTests(RabbitMqBroker broker) : IClassFixture<RabbitMqBroker>, IDisposable
{
    private const int Patience = 180_000;

    /// <summary>Each break counts as a delivery of what the server had taken; at five a message is dead.</summary>
    private const int MostBreaksOfTheServer = 4;

    private static readonly string[] Few = ["fleet", "simulate", "--robots", "5", "--rate", "4", "--duration", "1s", "--broken", "0.1", "--duplicates", "0.3"];

    private readonly string _folder = Directory.CreateTempSubdirectory("strata-fleet-broker-").FullName;
    private readonly string _prefix = $"f{Guid.NewGuid():N}-";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Data => Path.Combine(_folder, "data");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory(Timeout = Patience)]
    [InlineData(Transport.Reliable)]
    [InlineData(Transport.Unreliable)]
    public async Task Simulated_robots_publish_over_the_broker_and_each_message_that_came_is_answered_and_judged(Transport transport)
    {
        var (toServer, toRobots) = Between(transport);
        await using var ofServer = toServer;
        await using var ofRobots = toRobots;
        await using var server = await ServeAsync(toServer.Address, "--require-tokens");

        var result = await StrataProgram.RunAsync(Data, Settings(toRobots.Address), [.. Few, "--json"]);

        result.Code.ShouldBe(0, result.Error);
        result.Error.ShouldContain($"each robot has a spool, uploads to {server.Url.ToString().TrimEnd('/')} and publishes over the broker at {toRobots.Address.Host}:{toRobots.Address.Port}");
        (toServer.Breaks > 0, toRobots.Breaks > 0).ShouldBe((transport == Transport.Unreliable, transport == Transport.Unreliable));
        var summary = JsonElement.Parse(result.Out);
        (summary.GetProperty("published_over").GetString(), summary.GetProperty("recordings").GetInt32()).ShouldBe(("amqp", 20));

        // A heartbeat is sent once, whether it arrives or not: the last one of a robot that then ends may be lost.
        var hears = transport == Transport.Reliable;
        var fleet = await UntilAsync(robots => robots.Count == 5 && (!hears || robots.TrueForAll(r => r.GetProperty("spooled") is { ValueKind: JsonValueKind.Number } left && left.GetInt64() == 0)));
        foreach (var (told, counted) in new[] { ("accepted", "recordings"), ("quarantined", "quarantined"), ("good", "good"), ("bad", "bad") })
        {
            summary.GetProperty(told).GetInt64().ShouldBe(fleet.Sum(r => r.GetProperty(counted).GetInt64()), told);
            summary.GetProperty(told).GetInt64().ShouldBePositive(told);
        }

        summary.GetProperty("known").GetInt64().ShouldBePositive("what is sent twice");
        fleet.Where(r => hears || r.GetProperty("version").ValueKind != JsonValueKind.Null).ShouldAllBe(r => r.GetProperty("version").GetString() == StrataVersion.Current);
        var exported = Path.Combine(_folder, "log.ndjson");
        (await StrataProgram.RunAsync(Data, "log", "export", exported)).Code.ShouldBe(0);
        (await File.ReadAllTextAsync(exported, Token)).ShouldContain("\"message_answered\"", Case.Sensitive, "they came as messages, not as register requests");
    }

    [Theory(Timeout = Patience)]
    [InlineData(Transport.Reliable)]
    [InlineData(Transport.Unreliable)]
    public async Task While_they_record_faster_than_they_are_answered_the_fleet_sees_their_spools_which_go_with_the_simulation(Transport transport)
    {
        var (toServer, toRobots) = Between(transport);
        await using var ofServer = toServer;
        await using var ofRobots = toRobots;
        await using var server = await ServeAsync(toServer.Address);
        var start = StartInfo(toRobots.Address, ["fleet", "simulate", "--robots", "2", "--rate", "500", "--duration", "10m", "--json"]);
        var temporary = Directory.CreateDirectory(Path.Combine(_folder, "tmp")).FullName;
        start.Environment["TMPDIR"] = temporary;
        using var simulation = Process.Start(start)!;

        (await UntilAsync(robots => robots.Exists(r => r.GetProperty("spooled") is { ValueKind: JsonValueKind.Number } waiting && waiting.GetInt64() > 0)))
            .ShouldAllBe(r => r.GetProperty("robot").GetString()!.StartsWith("arm-", StringComparison.Ordinal));

        Directory.GetDirectories(temporary, "strata-fleet-*").ShouldHaveSingleItem();
        using (var stop = Process.Start("kill", ["-TERM", $"{simulation.Id}"]))
        {
            await simulation.WaitForExitAsync(Token);
        }

        Directory.GetDirectories(temporary, "strata-fleet-*").ShouldBeEmpty();
    }

    [Fact(Timeout = Patience)]
    public async Task A_server_that_is_killed_and_started_again_meanwhile_is_waited_for_and_everything_is_answered()
    {
        Assert.SkipWhen(broker.Address is null, broker.Absence);
        var server = await ServeAsync(broker.Address!);
        var address = $"{server.Url.Host}:{server.Url.Port}";
        using var simulation = Process.Start(StartInfo(broker.Address!, ["fleet", "simulate", "--robots", "5", "--rate", "4", "--duration", "4s", "--json"]))!;
        var output = simulation.StandardOutput.ReadToEndAsync(Token);
        await UntilAsync(robots => robots.Sum(r => r.GetProperty("recordings").GetInt64()) > 3);
        await server.KillAsync();
        await server.DisposeAsync();
        while (await simulation.StandardError.ReadLineAsync(Token) is { } line && !line.StartsWith("waiting: ", StringComparison.Ordinal))
        {
            // Until it notices.
        }

        await using var again = await ServeAsync(broker.Address!, "--listen", address);
        var errors = await simulation.StandardError.ReadToEndAsync(Token);
        await simulation.WaitForExitAsync(Token);

        simulation.ExitCode.ShouldBe(0, errors);
        var summary = JsonElement.Parse(await output);
        (summary.GetProperty("recordings").GetInt32(), summary.GetProperty("unanswered").GetInt32()).ShouldBe((80, 0));
        (summary.GetProperty("good").GetInt32() + summary.GetProperty("bad").GetInt32() + summary.GetProperty("quarantined").GetInt32()).ShouldBe(80);
    }

    /// <summary>Nothing is sent.</summary>
    [Fact(Timeout = Patience)]
    public async Task A_broker_without_a_server_and_one_that_nobody_reads_from_are_told_at_once()
    {
        Assert.SkipWhen(broker.Address is null, broker.Absence);

        (await StrataProgram.RunAsync(Data, [.. Few, "--broker", "amqp://arm:secret@localhost"])).ShouldSatisfyAllConditions(
            r => r.Code.ShouldBe(1), r => r.Error.ShouldContain("no server runs on"), r => r.Error.ShouldContain("Strata__Bus__RabbitMq=amqp://…@localhost strata serve"), r => r.Error.ShouldNotContain("secret"));
        await using var server = await StrataServerProcess.StartAsync(Data);
        (await StrataProgram.RunAsync(Data, Settings(broker.Address!), Few)).ShouldSatisfyAllConditions(
            r => r.Code.ShouldBe(1), r => r.Error.ShouldContain($"nobody reads its queue '{_prefix}strata-robots'"));
        (await StrataProgram.RunAsync(Data, [.. Few, "--json"])).ShouldSatisfyAllConditions(
            r => r.Error.ShouldContain("no broker is set: the robots register over HTTP"), r => JsonElement.Parse(r.Out).GetProperty("published_over").GetString().ShouldBe("http"));
    }

    /// <summary>The broker as the server and as the robots reach it.</summary>
    private (UnreliableBroker ToServer, UnreliableBroker ToRobots) Between(Transport transport)
    {
        Assert.SkipWhen(broker.Address is null, broker.Absence);
        var seed = Seeds.Of(transport);
        return (new(broker.Address!, Faults.Of(transport), seed, MostBreaksOfTheServer), new(broker.Address!, Faults.Of(transport), ~seed));
    }

    private Task<StrataServerProcess> ServeAsync(Uri address, params string[] arguments) => StrataServerProcess.StartAsync(Data, Settings(address), arguments);

    private ProcessStartInfo StartInfo(Uri address, string[] arguments) => StrataProgram.StartInfo(Data, Settings(address), arguments);

    private Dictionary<string, string> Settings(Uri address) => new(StringComparer.Ordinal) { ["Strata__Bus__RabbitMq"] = address.ToString(), ["Strata__Bus__Prefix"] = _prefix };

    /// <summary>The fleet as soon as it is so: a heartbeat is heard a little after it was sent.</summary>
    private async Task<List<JsonElement>> UntilAsync(Predicate<List<JsonElement>> isSo)
    {
        while (true)
        {
            var fleet = (await StrataProgram.JsonAsync(Data, 0, "fleet")).EnumerateArray().ToList();
            if (isSo(fleet))
            {
                return fleet;
            }
        }
    }
}
