using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Npgsql;
using Strata.Servers;

namespace Strata.EndToEnd.Tests;

/// <summary>A server whose database does not answer at its start waits for it, and says so; what waiting does not mend ends it.</summary>
public sealed partial class DatabaseAtStartTests(PostgresServer postgres) : IClassFixture<PostgresServer>, IDisposable
{
    /// <summary>A server that never says what it should is a failure.</summary>
    private const int Patience = 120_000;

    private readonly string _data = Directory.CreateTempSubdirectory("strata-database-at-start-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_data, recursive: true);

    [Fact(Timeout = Patience)]
    public async Task One_that_is_away_is_waited_for_in_one_line_with_health_that_says_why_until_it_is_there()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var proxy = Before(database, out var address);
        await proxy.GoAwayAsync();
        await using var server = StartingServer.Start(_data, address);

        var line = await server.SaysAsync("waiting for the database");
        line.ShouldMatch("since 20..-..-.. ..:..:..Z: 127.0.0.1:[0-9]+/strata_[0-9a-f]+: the database does not answer");
        using var http = new HttpClient { BaseAddress = UrlIn(await server.SaysAsync("meanwhile")) };
        (await GetAsync(http, "/alive")).ShouldBe((HttpStatusCode.OK, "alive"));
        var (status, health) = await GetAsync(http, "/health?details");
        status.ShouldBe(HttpStatusCode.ServiceUnavailable);
        var part = JsonElement.Parse(health).GetProperty("parts").EnumerateArray().Single(p => p.GetProperty("name").GetString() == "database");
        part.GetProperty("status").GetString().ShouldBe("down");
        part.GetProperty("words").GetString()!.ShouldContain("does not answer");
        (await GetAsync(http, "/health")).Text.ShouldContain("does not answer");
        (await GetAsync(http, "/api/v1/datasets")).Status.ShouldBe(HttpStatusCode.ServiceUnavailable);
        var refused = await StrataProgram.RunAsync(_data, "dataset", "list");
        (refused.Code, refused.Out).ShouldBe((1, ""));
        refused.Error.ShouldContain("does not answer");

        proxy.ComeBack();

        UrlIn(await server.SaysAsync(" serves ")).ShouldBe(http.BaseAddress);
        while ((await GetAsync(http, "/health")).Status != HttpStatusCode.OK)
        {
            await Task.Delay(20, Token);
        }

        await StrataProgram.JsonAsync(_data, 0, "register", Samples.Files[0], "--dataset", "arm", "--wait");
        server.Said.ShouldNotContain(l => l.Contains("cannot listen", StringComparison.Ordinal));
        server.Said.Count(l => l.Contains("waiting for the database", StringComparison.Ordinal)).ShouldBe(1);
        (await server.TerminateAsync()).ShouldBe(0);
    }

    [Fact(Timeout = Patience)]
    public async Task Whoever_waits_ends_at_once_when_it_is_told_to()
    {
        await using var server = StartingServer.Start(_data, "Host=127.0.0.1;Port=1;Database=strata;Username=u;Password=hunter2");
        await server.SaysAsync("waiting for the database");

        (await server.TerminateAsync()).ShouldBe(0);

        server.Said.ShouldNotContain(l => l.Contains("hunter2", StringComparison.Ordinal));
    }

    /// <param name="call">What the start asks when the database goes: it never comes there, and the connection breaks.</param>
    [Theory(Timeout = Patience)]
    [InlineData("pg_tables")]
    [InlineData("strata.leased_states")]
    [InlineData("strata.leases")]
    [InlineData("coalesce(max(seq_id), 0)")]
    public async Task One_that_goes_away_in_the_middle_of_the_start_is_waited_for_too(string call)
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var proxy = Before(database, out var address);
        await MakeTablesAsync(database);
        var lost = proxy.LoseCall(Encoding.UTF8.GetBytes(call));
        await using var server = StartingServer.Start(_data, address);

        await lost.WaitAsync(Token);
        await proxy.GoAwayAsync();
        await server.SaysAsync("does not answer");
        proxy.ComeBack();

        await server.SaysAsync(" serves ");
        (await server.TerminateAsync()).ShouldBe(0);
    }

    [Theory(Timeout = Patience)]
    [InlineData("Database=nosuch", "there is no such database")]
    [InlineData("Username=nobody", "the server refused the user")]
    public async Task What_waiting_does_not_mend_ends_it_with_its_reason(string setting, string reason)
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var server = StartingServer.Start(_data, $"{database.ConnectionString};{setting}");

        (await server.EndedAsync()).ShouldBe(1);

        server.Said.ShouldHaveSingleItem().ShouldContain(reason);
    }

    [Fact(Timeout = Patience)]
    public async Task So_does_a_password_that_is_not_there()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var asking = AskForPasswordsAsync(listener, stop.Token);
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        await using var server = StartingServer.Start(_data, $"Host=127.0.0.1;Port={port};Database=strata;Username=u;SSL Mode=Disable;GSS Encryption Mode=Disable");

        (await server.EndedAsync()).ShouldBe(1);

        server.Said.ShouldHaveSingleItem().ShouldSatisfyAllConditions(l => l.ShouldContain("No password has been provided"), l => l.ShouldNotContain("does not answer"));
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(asking);
    }

    [Fact(Timeout = Patience)]
    public async Task A_newer_schema_ends_it_with_its_reason()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await database.ExecuteAsync("create schema strata; create table strata.schema_version (version integer not null); insert into strata.schema_version values (4711)");
        await using var server = StartingServer.Start(_data, database.ConnectionString);

        (await server.EndedAsync()).ShouldBe(1);

        server.Said.ShouldHaveSingleItem().ShouldContain("a newer version of Strata wrote it");
    }

    /// <summary>Otherwise all of this would be asked for the first time while they are made.</summary>
    private async Task MakeTablesAsync(PostgresDatabase database)
    {
        var settings = new Dictionary<string, string>(StringComparer.Ordinal) { ["Strata__EventStore__ConnectionString"] = database.ConnectionString };
        (await StrataProgram.RunAsync(Path.Combine(_data, "first"), settings, "dataset", "list")).Code.ShouldBe(0);
    }

    /// <summary>As a server that takes nobody without one: AuthenticationCleartextPassword.</summary>
    private static async Task AskForPasswordsAsync(TcpListener listener, CancellationToken cancellationToken)
    {
        while (true)
        {
            using var client = await listener.AcceptSocketAsync(cancellationToken);
            var startup = new byte[1024];
            await client.ReceiveAsync(startup, cancellationToken);
            await client.SendAsync(new byte[] { (byte)'R', 0, 0, 0, 8, 0, 0, 0, 3 }, cancellationToken);
            while (await client.ReceiveAsync(startup, cancellationToken) > 0)
            {
            }
        }
    }

    private static CuttingProxy Before(PostgresDatabase database, out string address)
    {
        var settings = new NpgsqlConnectionStringBuilder(database.PooledConnectionString);
        var proxy = new CuttingProxy(settings.Host!, settings.Port);
        (settings.Host, settings.Port) = ("127.0.0.1", proxy.Port);
        address = settings.ConnectionString;
        return proxy;
    }

    private static Uri UrlIn(string line) => new(Url().Match(line).Value);

    private static async Task<(HttpStatusCode Status, string Text)> GetAsync(HttpClient http, string path)
    {
        using var response = await http.GetAsync(path, Token);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(Token));
    }

    [GeneratedRegex("http://[0-9.:]+[0-9]")]
    private static partial Regex Url();
}
