using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Strata.EndToEnd.Tests;

/// <summary>Webhooks of a server as an operator sets them; their details are tested in their own room.</summary>
public sealed class WebhookServerTests : IDisposable
{
    private const string Secret = "a secret that is known here";

    private readonly string _data = Directory.CreateTempSubdirectory("strata-webhooks-e2e-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_data, recursive: true);

    [Fact]
    public async Task A_process_without_a_door_for_commands_says_so_and_where_to_ask()
    {
        await using var server = await StrataServerProcess.StartAsync(_data, "--roles", "relay,projections");

        var asked = await StrataProgram.RunAsync(_data, "webhooks", "list");

        asked.Code.ShouldBe(1);
        asked.Error.ShouldContain($"the process {server.ProcessId} that holds this data directory takes no command '/api/v1/webhooks'");
        asked.Error.ShouldContain("it runs without the role web, or is of another version");
        asked.Error.ShouldContain("Next: run the command on the data directory of a process with the role web, with the same settings");
        asked.Error.ShouldNotContain("404");
    }

    [Fact]
    public async Task A_broken_recording_and_a_bad_one_are_told_and_the_list_says_how_far_it_is()
    {
        var came = Channel.CreateUnbounded<(string Signed, string Signature, JsonElement Body)>();
        await using var receiver = await ReceiverAsync(came.Writer);
        var bad = Samples.Segments.First(s => !Samples.Golden(s).Good);
        var broken = Path.Combine(_data, "broken.rrd");
        await File.WriteAllTextAsync(broken, "no recording", Token);
        await using var server = await StrataServerProcess.StartAsync(_data, new Dictionary<string, string>
        {
            ["Strata__Webhooks__0__Url"] = receiver.Urls.First() + "/hook",
            ["Strata__Webhooks__0__Secret"] = Secret,
            ["Strata__Webhooks__0__On"] = "quarantine,bad_quality",
        });
        while ((await StrataProgram.JsonAsync(_data, 0, "webhooks", "list"))[0].GetProperty("state").GetString() == "new")
        {
            await Task.Delay(20, Token);
        }

        await StrataProgram.JsonAsync(_data, 1, "register", Path.Combine(Samples.Folder, bad + ".rrd"), broken, "--dataset", "arm", "--wait");

        var told = new[] { await came.Reader.ReadAsync(Token), await came.Reader.ReadAsync(Token) };
        told.ShouldAllBe(t => t.Signature == "v1," + Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), Encoding.UTF8.GetBytes(t.Signed))));
        told.Select(t => t.Body.GetProperty("type").GetString()).ShouldBe(["quarantine", "bad_quality"]);
        told[1].Body.GetProperty("data").GetProperty("segment").GetString().ShouldBe(bad);

        JsonElement line;
        do
        {
            line = (await StrataProgram.JsonAsync(_data, 0, "webhooks", "list"))[0];
        }
        while (line.GetProperty("delivered").GetInt64() < 2 || line.GetProperty("position").GetInt64() < line.GetProperty("head").GetInt64());

        line.GetProperty("state").GetString().ShouldBe("delivering");
        line.GetProperty("url").GetString().ShouldBe(receiver.Urls.First());
        line.GetRawText().ShouldNotContain(Secret);
    }

    [Theory]
    [InlineData("heartbeat")]
    [InlineData("recording")]
    public async Task A_robot_of_which_nothing_comes_any_more_is_told_and_is_silent_in_the_fleet(string lastSign)
    {
        var came = Channel.CreateUnbounded<(string Signed, string Signature, JsonElement Body)>();
        await using var receiver = await ReceiverAsync(came.Writer);
        await using var server = await StrataServerProcess.StartAsync(_data, new Dictionary<string, string>
        {
            ["Strata__Webhooks__0__Url"] = receiver.Urls.First() + "/hook",
            ["Strata__Webhooks__0__Secret"] = Secret,
            ["Strata__Webhooks__0__On"] = "robot_silent",
            ["Strata__Fleet__SilentAfter"] = "00:00:01",
        });
        using var http = new HttpClient { BaseAddress = server.Url };
        using var sign = lastSign == "heartbeat"
            ? await http.PostAsJsonAsync("/api/v1/fleet/arm-07/heartbeat", new { sent_at_ns = 1 }, Token)
            : await http.PostAsJsonAsync("/api/v1/datasets/arms/recordings", new { robot = "arm-07", sources = new[] { new { path = Samples.Files[0], url = "file://" + Samples.Files[0] } } }, Token);
        sign.EnsureSuccessStatusCode();

        // Hooks look for silent robots every half minute, and after each event.
        (string Signed, string Signature, JsonElement Body) told;
        for (var i = 0; !came.Reader.TryRead(out told); i++)
        {
            (await http.PostAsJsonAsync("/api/v1/datasets", new { name = $"dataset-{i}" }, Token)).EnsureSuccessStatusCode();
            await Task.Delay(100, Token);
        }

        var robot = (await StrataProgram.JsonAsync(_data, 0, "fleet", "--silent-after", "1s")).EnumerateArray().ShouldHaveSingleItem();
        robot.GetProperty("silent").GetBoolean().ShouldBeTrue();
        (robot.GetProperty("heartbeat_ns").ValueKind == JsonValueKind.Null).ShouldBe(lastSign == "recording");
        told.Body.GetProperty("type").GetString().ShouldBe("robot_silent");
        told.Body.GetProperty("data").GetProperty("robot").GetString().ShouldBe("arm-07");
        told.Body.GetProperty("data").GetProperty("last_seen_ns").GetInt64().ShouldBe(robot.GetProperty("last_seen_ns").GetInt64());
    }

    private static async Task<WebApplication> ReceiverAsync(ChannelWriter<(string, string, JsonElement)> came)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.MapPost("/hook", async (HttpRequest request) =>
        {
            using var reader = new StreamReader(request.Body);
            var body = await reader.ReadToEndAsync();
            await came.WriteAsync(($"{request.Headers["webhook-id"]}.{request.Headers["webhook-timestamp"]}.{body}", request.Headers["webhook-signature"].ToString(), JsonElement.Parse(body)));
        });
        await app.StartAsync(Token);
        return app;
    }
}
