using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Strata.Rrd.Tests;

namespace Strata.EndToEnd.Tests;

/// <summary>A server that asks for tokens, as a user runs it.</summary>
public sealed class TokenTests : IDisposable
{
    private readonly string _data = Directory.CreateTempSubdirectory("strata-tokens-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Rest_is_closed_without_a_token_and_open_as_far_as_one_goes()
    {
        await using var server = await StrataServerProcess.StartAsync(_data, "--require-tokens", "--default-rules", "none");
        var reader = await CreateAsync("--read", "--dataset", "mine");

        (await GetAsync(server, "/health", null)).Status.ShouldBe(HttpStatusCode.OK);
        (await GetAsync(server, "/version", null)).Status.ShouldBe(HttpStatusCode.OK);
        var closed = await GetAsync(server, "/api/v1/datasets", null);
        closed.Status.ShouldBe(HttpStatusCode.Unauthorized);
        JsonElement.Parse(closed.Body).GetProperty("code").GetString().ShouldBe("unauthenticated");

        (await GetAsync(server, "/api/v1/datasets/mine/segments", reader)).Status.ShouldBe(HttpStatusCode.NotFound, "it may be read, and is not there");
        var other = await GetAsync(server, "/api/v1/datasets/theirs/segments", reader);
        other.Status.ShouldBe(HttpStatusCode.Forbidden);
        JsonElement.Parse(other.Body).GetProperty("message").GetString()
            .ShouldBe("GET /api/v1/datasets/{dataset}/segments needs 'read:theirs', and the token of 'tester' has read:mine");
        await StrataProgram.RunAsync(_data, "dataset", "create", "mine");
        await StrataProgram.RunAsync(_data, "dataset", "create", "theirs");
        Names(await GetAsync(server, "/api/v1/datasets", reader)).ShouldBe(["mine"]);
        Names(await GetAsync(server, "/api/v1/datasets", await CreateAsync("--read"))).ShouldBe(["mine", "theirs"]);
    }

    [Fact]
    public async Task Commands_of_the_same_data_directory_need_no_token()
    {
        await using var server = await StrataServerProcess.StartAsync(_data, "--require-tokens", "--default-rules", "none");

        var created = await StrataProgram.RunAsync(_data, "dataset", "create", "mine");
        var removed = await StrataProgram.RunAsync(_data, "rebuild");

        created.Code.ShouldBe(0, created.Error);
        (await StrataProgram.RunAsync(_data, "history", "mine")).Out.ShouldContain($"by {Environment.UserName} (cli)");
        removed.Code.ShouldBe(0, removed.Error);
    }

    [Fact]
    public async Task A_token_made_for_one_server_counts_at_another_that_shares_its_secret_and_at_no_other()
    {
        var (secret, other, lone) = (Path.Combine(_data, "shared", "token.secret"), Path.Combine(_data, "other"), Path.Combine(_data, "lone"));
        var shared = new Dictionary<string, string>(StringComparer.Ordinal) { ["Strata__Tokens__SecretFile"] = secret, ["Strata__Tokens__Required"] = "true" };
        await using var first = await StrataServerProcess.StartAsync(_data, shared);
        await using var second = await StrataServerProcess.StartAsync(other, shared);
        await using var third = await StrataServerProcess.StartAsync(lone, "--require-tokens");

        var token = (await StrataProgram.RunAsync(_data, new Dictionary<string, string>(StringComparer.Ordinal) { ["Strata__Tokens__SecretFile"] = secret }, "token", "create", "--read")).Out.Trim();

        (await GetAsync(first, "/api/v1/datasets", token)).Status.ShouldBe(HttpStatusCode.OK);
        (await GetAsync(second, "/api/v1/datasets", token)).Status.ShouldBe(HttpStatusCode.OK);
        (await GetAsync(third, "/api/v1/datasets", token)).Status.ShouldBe(HttpStatusCode.Unauthorized);
        File.Exists(Path.Combine(_data, "token.secret")).ShouldBeFalse();
        if (!OperatingSystem.IsWindows())
        {
            File.GetUnixFileMode(secret).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        // Commands find the secret as they find the server.
        (await StrataProgram.RunAsync(other, "dataset", "list")).Code.ShouldBe(0);
    }

    [Fact]
    public async Task A_simulated_fleet_records_where_a_server_that_asks_for_tokens_opens_recordings()
    {
        var roots = new Dictionary<string, string>(StringComparer.Ordinal) { ["Strata__Recordings__Roots"] = Path.Combine(_data, "in") };
        await using var server = await StrataServerProcess.StartAsync(_data, roots, "--require-tokens");

        var simulated = await StrataProgram.RunAsync(_data, roots, "fleet", "simulate", "--robots", "2", "--rate", "1", "--duration", "2s", "--broken", "0", "--json");

        simulated.Code.ShouldBe(0, simulated.Error);
        JsonElement.Parse(simulated.Out).GetProperty("accepted").GetInt32().ShouldBeGreaterThan(0);
        Directory.GetFileSystemEntries(roots["Strata__Recordings__Roots"]).ShouldBeEmpty("they are removed at the end");
    }

    [Fact]
    public async Task The_real_client_gets_in_with_a_token_only()
    {
        await using var server = await StrataServerProcess.StartAsync(_data, "--require-tokens");

        var printed = await RerunSdk.PythonAsync(
            """
            import sys
            from rerun.catalog import CatalogClient
            url, good, forged, elsewhere = sys.argv[1:]
            def connect(token):
                try:
                    return CatalogClient(url, token=token).version_info().version
                except Exception as e:
                    return " ".join([type(e).__name__, *str(e).splitlines()])
            for token in (good, forged, elsewhere, None):
                print(connect(token))
            """,
            $"rerun+{server.Url}",
            await CreateAsync("--read"),
            await ForgedAsync(),
            await CreateAsync("--read", "--host", "another.example.org"));

        var lines = printed.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        lines[0].ShouldStartWith("strata ");
        lines[1].ShouldStartWith("PermissionError ");
        lines[1].ShouldContain("bad token: its signature is not one of this server");
        lines[2].ShouldStartWith("PermissionError token not allowed for host '127.0.0.1'", Case.Sensitive, "the client keeps a token from hosts that it does not name");
        lines[3].ShouldContain("no token; give one to the client");
    }

    [Fact]
    public async Task A_token_is_printed_alone_and_told_of_beside()
    {
        var text = await StrataProgram.RunAsync(_data, "token", "create", "--register", "--dataset", "a", "--dataset", "b", "--host", ".example.org", "--expires", "2w", "--subject", "robot-7");
        var json = await StrataProgram.JsonAsync(_data, 0, "token", "create", "--admin", "--subject", "jane");

        text.Out.Trim().Split('.').Length.ShouldBe(3);
        text.Error.ShouldStartWith("for 'robot-7': register:a, register:b; until ");
        json.GetProperty("scopes").EnumerateArray().Single().GetString().ShouldBe("admin");
        json.GetProperty("allowed_hosts").EnumerateArray().Select(h => h.GetString()).ShouldContain("127.0.0.1");
        (json.GetProperty("expires_at").GetDateTimeOffset() - DateTimeOffset.UtcNow).TotalDays.ShouldBe(30, tolerance: 0.1);
    }

    [Theory]
    [InlineData("--read", "--admin")]
    [InlineData("--expires", "soon")]
    [InlineData("--expires", "0d")]
    [InlineData("--expires", "d")]
    public async Task Contradictions_are_refused(string one, string other) => (await StrataProgram.RunAsync(_data, "token", "create", one, other)).Code.ShouldBe(2);

    public void Dispose() => Directory.Delete(_data, recursive: true);

    private async Task<string> CreateAsync(params string[] arguments) =>
        (await StrataProgram.JsonAsync(_data, 0, ["token", "create", "--subject", "tester", .. arguments])).GetProperty("token").GetString()!;

    /// <summary>Signed with another data directory's secret.</summary>
    private static async Task<string> ForgedAsync()
    {
        var elsewhere = Directory.CreateTempSubdirectory("strata-forger-").FullName;
        try
        {
            return (await StrataProgram.JsonAsync(elsewhere, 0, "token", "create", "--admin")).GetProperty("token").GetString()!;
        }
        finally
        {
            Directory.Delete(elsewhere, recursive: true);
        }
    }

    private static IEnumerable<string?> Names((HttpStatusCode Status, string Body) answer)
    {
        answer.Status.ShouldBe(HttpStatusCode.OK, answer.Body);
        return JsonElement.Parse(answer.Body).GetProperty("datasets").EnumerateArray().Select(d => d.GetProperty("name").GetString());
    }

    private static async Task<(HttpStatusCode Status, string Body)> GetAsync(StrataServerProcess server, string path, string? token)
    {
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        using var response = await http.GetAsync(new Uri(server.Url, path), Token);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(Token));
    }
}
