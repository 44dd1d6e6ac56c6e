using System.Text.Json;
using Strata.Servers;

namespace Strata.EndToEnd.Tests;

/// <summary><c>strata doctor</c>, with a server and without one.</summary>
public sealed class DoctorTests(PostgresServer postgres) : IClassFixture<PostgresServer>, IDisposable
{
    private readonly string _data = Directory.CreateTempSubdirectory("strata-doctor-").FullName;

    public void Dispose() => Directory.Delete(_data, recursive: true);

    [Fact]
    public async Task Of_data_that_is_sound_each_line_is_ok_without_a_server_and_nothing_is_changed()
    {
        await StrataProgram.JsonAsync(_data, 0, "register", Samples.Files[0], "--dataset", "arm", "--wait");
        var before = await LogAsync("before.ndjson");

        var lines = await StrataProgram.JsonAsync(_data, 0, "doctor");

        lines.EnumerateArray().ShouldAllBe(l => l.GetProperty("status").GetString() == "ok", lines.GetRawText());
        Names(lines).ShouldBe(["versions", "settings", "store", "disk", "log", "ownership", "broker", "server", "erasure", "projections", "quarantine"]);
        Words(lines, "log").ShouldContain("events");
        Words(lines, "store").ShouldContain("held by nobody");
        (await LogAsync("after.ndjson")).ShouldBe(before);
    }

    [Fact]
    public async Task A_running_server_is_asked_how_it_is_and_what_time_it_has()
    {
        await using var server = await StrataServerProcess.StartAsync(_data, "--require-tokens");

        var lines = await StrataProgram.JsonAsync(_data, 0, "doctor");

        Words(lines, "server").ShouldStartWith(server.Url.ToString().TrimEnd('/'));
        Words(lines, "store").ShouldContain($"process {server.ProcessId}");
        Words(lines, "clock").ShouldBe("the server's clock and this machine's agree");
    }

    [Fact]
    public async Task What_lies_in_quarantine_is_a_warning_and_no_failure()
    {
        var broken = Path.Combine(_data, "broken.rrd");
        await File.WriteAllTextAsync(broken, "no recording", TestContext.Current.CancellationToken);
        await StrataProgram.RunAsync(_data, "register", broken, "--dataset", "arm");

        var lines = await StrataProgram.JsonAsync(_data, 0, "doctor");

        var line = Line(lines, "quarantine");
        (line.GetProperty("status").GetString(), line.GetProperty("words").GetString()).ShouldBe(("warning", "1 recording in quarantine"));
        line.GetProperty("next").GetString()!.ShouldContain("strata quarantine list");
    }

    [Fact]
    public async Task A_database_and_a_broker_that_are_away_are_problems_with_a_next_step_and_exit_code_1()
    {
        var result = await RunAsync(("Strata__EventStore__ConnectionString", "Host=127.0.0.1;Port=1;Database=x;Username=u;Password=secret"), ("Strata__Bus__RabbitMq", "amqp://robot:secret@127.0.0.1:1/"));

        result.Code.ShouldBe(1);
        var lines = JsonElement.Parse(result.Out);
        Line(lines, "database").GetProperty("status").GetString().ShouldBe("problem");
        Words(lines, "database").ShouldContain("127.0.0.1:1/x");
        Line(lines, "broker").GetProperty("status").GetString().ShouldBe("problem");
        lines.EnumerateArray().Where(l => l.GetProperty("status").GetString() == "problem").ShouldAllBe(l => l.GetProperty("next").GetString()!.Length > 0);
        result.Out.ShouldNotContain("secret");
    }

    [Fact]
    public async Task A_sound_database_is_told_with_its_version_schema_and_clock_and_a_dangerous_setting_is_a_problem()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        var setting = ("Strata__EventStore__ConnectionString", database.ConnectionString);
        // A server for tests may be one that flushes nothing, which is told as what it is.
        var isDurable = (await database.ReadAsync("show fsync")).Single() == "on";
        var sound = await RunAsync(setting);
        sound.Code.ShouldBe(isDurable ? 0 : 1, sound.Out);
        sound.Out.Contains("fsync is off: a power cut can destroy the whole database", StringComparison.Ordinal).ShouldBe(!isDurable);
        Words(JsonElement.Parse(sound.Out), "database").ShouldStartWith("PostgreSQL ");
        Words(JsonElement.Parse(sound.Out), "clock").ShouldContain("agree");

        await database.ExecuteAsync($"alter database {database.Name} set default_transaction_read_only = on");

        var dangerous = await RunAsync(setting);
        dangerous.Code.ShouldBe(1);
        JsonElement.Parse(dangerous.Out).EnumerateArray().ShouldContain(l => l.GetProperty("words").GetString()!.Contains("default_transaction_read_only is on"));
    }

    [Fact]
    public async Task A_setting_that_cannot_be_is_a_problem_and_the_rest_is_looked_at()
    {
        var result = await RunAsync(("Strata__Webhooks__0__Url", "ftp://example.org"));

        result.Code.ShouldBe(1);
        var lines = JsonElement.Parse(result.Out);
        Words(lines, "settings").ShouldStartWith("Strata:Webhooks:0:Url: expected http");
        Names(lines).ShouldContain("store");
    }

    private Task<ProgramResult> RunAsync(params (string Name, string Value)[] settings) =>
        StrataProgram.RunAsync(_data, settings.ToDictionary(s => s.Name, s => s.Value, StringComparer.Ordinal), "doctor", "--json");

    private async Task<string> LogAsync(string name)
    {
        var file = Path.Combine(_data, name);
        (await StrataProgram.RunAsync(_data, "log", "export", file)).Code.ShouldBe(0);
        return await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);
    }

    private static JsonElement Line(JsonElement lines, string name) => lines.EnumerateArray().First(l => l.GetProperty("name").GetString() == name);

    private static string Words(JsonElement lines, string name) => Line(lines, name).GetProperty("words").GetString()!;

    private static IEnumerable<string?> Names(JsonElement lines) => lines.EnumerateArray().Select(l => l.GetProperty("name").GetString()).Distinct();
}
