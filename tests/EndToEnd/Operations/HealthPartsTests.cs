using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Npgsql;
using Strata.Cli;
using Strata.Servers;

namespace Strata.EndToEnd.Tests;

/// <summary><c>/health</c> says what is wrong, part by part, and what to do.</summary>
public sealed class HealthPartsTests(PostgresServer postgres) : IClassFixture<PostgresServer>, IDisposable
{
    private static readonly ServeOptions Options = ServeOptions.Default with { Listen = new IPEndPoint(IPAddress.Loopback, 0) };

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("strata-health-parts-");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Whoever_asks_for_json_gets_each_part_and_the_roles()
    {
        await using var server = await ServeAsync(Options);
        await server.BecomeReadyAsync(Options, NoProgress.Instance, Token);

        var report = await ReportAsync(server, HttpStatusCode.OK);

        report.GetProperty("status").GetString().ShouldBe("ok");
        report.GetProperty("version").GetString().ShouldBe(Strata.Contracts.StrataVersion.Current);
        report.GetProperty("roles").EnumerateArray().Select(r => r.GetString()).ShouldBe(["registrar", "relay", "workers", "projections", "catalog", "web"]);
        Parts(report).Keys.ShouldBe(["process", "log", "projections", "store", "recordings", "disk", "workers", "erasure"], ignoreOrder: true);
        Parts(report)["disk"].GetProperty("words").GetString()!.ShouldEndWith("are free");
        (await TextAsync(server)).ShouldBe((HttpStatusCode.OK, "healthy"));
    }

    [Fact]
    public async Task A_process_tells_of_the_parts_that_its_roles_need()
    {
        var options = Options with { Roles = Roles.Web | Roles.Projections };
        await using var server = await ServeAsync(options);

        Parts(await ReportAsync(server, HttpStatusCode.ServiceUnavailable)).Keys.ShouldBe(["process", "log", "projections", "store", "recordings", "disk"], ignoreOrder: true);
    }

    [Fact]
    public async Task A_database_that_goes_away_is_told_with_503_and_what_to_do_and_its_return_with_200()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        var address = new NpgsqlConnectionStringBuilder(database.ConnectionString);
        await using var proxy = new CuttingProxy(address.Host!, address.Port);
        (address.Host, address.Port) = ("127.0.0.1", proxy.Port);
        await using var server = await ServeAsync(Options, ("Strata:EventStore:ConnectionString", address.ConnectionString));
        await server.BecomeReadyAsync(Options, NoProgress.Instance, Token);
        (await TextAsync(server)).ShouldBe((HttpStatusCode.OK, "healthy"));

        await proxy.GoAwayAsync();

        var part = Parts(await ReportAsync(server, HttpStatusCode.ServiceUnavailable))["database"];
        part.GetProperty("status").GetString().ShouldBe("down");
        part.GetProperty("next").GetString()!.ShouldStartWith("start the database");
        (await TextAsync(server)).Status.ShouldBe(HttpStatusCode.ServiceUnavailable);

        proxy.ComeBack();
        while ((await TextAsync(server)).Status != HttpStatusCode.OK)
        {
            await Task.Delay(20, Token);
        }
    }

    [Fact]
    public async Task An_upload_that_the_database_stands_in_the_way_of_is_told_that_it_is_the_database()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        var address = new NpgsqlConnectionStringBuilder(database.ConnectionString);
        await using var proxy = new CuttingProxy(address.Host!, address.Port);
        (address.Host, address.Port) = ("127.0.0.1", proxy.Port);
        await using var server = await ServeAsync(Options, ("Strata:EventStore:ConnectionString", address.ConnectionString));
        await server.BecomeReadyAsync(Options, NoProgress.Instance, Token);
        await proxy.GoAwayAsync();
        using var http = new HttpClient { BaseAddress = new Uri(server.Url) };

        using var refused = await http.PutAsync($"/recordings/{Contracts.Sha256Digest.Of("bytes"u8)}", new ByteArrayContent("bytes"u8.ToArray()), Token);

        refused.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        var error = JsonElement.Parse(await refused.Content.ReadAsStringAsync(Token));
        error.GetProperty("message").GetString()!.ShouldContain("the database does not answer");
        error.GetProperty("next").GetString()!.ShouldSatisfyAllConditions(n => n.ShouldStartWith("start the database"), n => n.ShouldNotContain("disk"));
    }

    [Fact]
    public async Task A_broker_that_is_away_degrades_a_server_that_serves_all_the_same()
    {
        await using var server = await ServeAsync(Options, ("Strata:Bus:RabbitMq", "amqp://somebody:secret@127.0.0.1:1/"));
        await server.BecomeReadyAsync(Options, NoProgress.Instance, Token);

        var report = await ReportAsync(server, HttpStatusCode.OK);

        report.GetProperty("status").GetString().ShouldBe("degraded");
        var words = Parts(report)["broker"].GetProperty("words").GetString()!;
        words.ShouldStartWith("the broker at 127.0.0.1:1 does not answer");
        report.GetRawText().ShouldNotContain("secret");
        var told = await TextAsync(server);
        told.Status.ShouldBe(HttpStatusCode.OK);
        told.Text.ShouldStartWith($"healthy; {words}");
    }

    [Fact]
    public async Task A_data_directory_that_cannot_be_written_is_told()
    {
        await using var server = await ServeAsync(Options);
        await server.BecomeReadyAsync(Options, NoProgress.Instance, Token);
        var gone = _folder.FullName + "-moved";
        Directory.Move(_folder.FullName, gone);
        try
        {
            Parts(await ReportAsync(server, HttpStatusCode.ServiceUnavailable))["store"].GetProperty("words").GetString()!.ShouldStartWith($"{_folder.FullName} cannot be written");
        }
        finally
        {
            Directory.Move(gone, _folder.FullName);
        }
    }

    [Fact]
    public async Task A_right_that_an_erasure_lacks_degrades_a_server_until_it_is_given_and_the_erasure_is_done()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var server = await ServeAsync(Options, ("Strata:EventStore:ConnectionString", database.ConnectionString));
        await server.BecomeReadyAsync(Options, NoProgress.Instance, Token);
        await StrataProgram.JsonAsync(_folder.FullName, 0, "register", Samples.Files[0], "--dataset", "arm", "--rules", "none");
        await database.ExecuteAsync("create function no_right() returns trigger language plpgsql as $$ begin raise insufficient_privilege using message = 'permission denied for table blobs'; end $$");
        await database.ExecuteAsync("create trigger no_right before delete on strata.blobs for each statement execute function no_right()");

        var refused = await StrataProgram.RunAsync(_folder.FullName, "purge", "arm", Samples.Segments[0], "--reason", "asked for it");

        refused.Code.ShouldBe(1);
        refused.Error.ShouldContain("it is not erased yet");
        refused.Error.ShouldContain("permission denied for table blobs");
        var part = Parts(await ReportAsync(server, HttpStatusCode.OK))["erasure"];
        part.GetProperty("status").GetString().ShouldBe("degraded");
        part.GetProperty("words").GetString()!.ShouldStartWith("1 purged segment cannot be erased, tried 1 time: ");
        part.GetProperty("words").GetString()!.ShouldContain("permission denied for table blobs");
        part.GetProperty("next").GetString()!.ShouldContain("strata purge");
        var doctor = await StrataProgram.RunAsync(_folder.FullName, "doctor");
        doctor.Code.ShouldBe(1, doctor.Out);
        doctor.Out.ShouldContain($"problem  erasure      1 purged segment not erased yet: segment '{Samples.Segments[0]}' of dataset 'arm'");

        await database.ExecuteAsync("drop trigger no_right on strata.blobs");
        (await StrataProgram.RunAsync(_folder.FullName, "purge", "arm", Samples.Segments[0], "--reason", "asked for it")).Code.ShouldBe(0);
        Parts(await ReportAsync(server, HttpStatusCode.OK))["erasure"].GetProperty("status").GetString().ShouldBe("ok");
    }

    private Task<StrataServer> ServeAsync(ServeOptions options, params (string Name, string Value)[] settings) => StrataServer.StartAsync(
        new DataDirectory(_folder.FullName),
        options,
        new HostSettings(new ConfigurationBuilder().AddInMemoryCollection(settings.ToDictionary(s => s.Name, s => (string?)s.Value)).Build(), Verbose: false),
        LogLevel.None,
        Token);

    private static Dictionary<string, JsonElement> Parts(JsonElement report) => report.GetProperty("parts").EnumerateArray().ToDictionary(p => p.GetProperty("name").GetString()!, p => p);

    private static async Task<JsonElement> ReportAsync(StrataServer server, HttpStatusCode expected)
    {
        using var http = new HttpClient { BaseAddress = new Uri(server.Url) };
        using var request = new HttpRequestMessage(HttpMethod.Get, "/health");
        request.Headers.Accept.ParseAdd("application/json");
        using var response = await http.SendAsync(request, Token);
        var body = await response.Content.ReadAsStringAsync(Token);
        response.StatusCode.ShouldBe(expected, body);
        return JsonElement.Parse(body);
    }

    private static async Task<(HttpStatusCode Status, string Text)> TextAsync(StrataServer server)
    {
        using var http = new HttpClient { BaseAddress = new Uri(server.Url) };
        using var response = await http.GetAsync("/health", Token);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(Token));
    }
}
