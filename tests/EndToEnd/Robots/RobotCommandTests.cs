using System.Diagnostics;
using System.Text.Json;
using Strata.Bus.Tests;
using Strata.EndToEnd.Tests.Docs;
using Strata.Publishing.Tests;

namespace Strata.EndToEnd.Tests;

/// <summary><c>strata publish</c>, <c>watch</c> and <c>spool</c> as a robot runs them, over a real RabbitMQ and a door for files that stands in for the server's.</summary>
public sealed class RobotCommandTests(RabbitMqBroker rabbit) : IClassFixture<RabbitMqBroker>, IAsyncLifetime
{
    private const string Robot = "arm_7";
    private const string Dataset = "my_robot";

    private readonly string _folder = Directory.CreateTempSubdirectory("strata-robot-").FullName;
    private UploadServer _uploads = null!;
    private ServerSide _server = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Recordings => Path.Combine(_folder, "recordings");

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(rabbit.Address is null, rabbit.Absence);
        _uploads = await UploadServer.StartAsync();
        _server = await ServerSide.ConnectAsync(rabbit.Address!, robot: Robot);
        SmallRecordings.Write(Recordings, "episode_7", 0.1);
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
            await _uploads.DisposeAsync();
        }

        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_recording_is_published_and_answered_and_the_second_time_it_is_the_same()
    {
        await using var answering = new AnsweringServer(_server);

        var first = (await JsonAsync(0, "publish", Recordings, "--dataset", Dataset, "--wait-answer"))[0];
        var second = (await JsonAsync(0, "publish", Recordings, "--dataset", Dataset, "--wait-answer"))[0];

        first.EnumerateObject().Select(m => m.Name).ShouldBe(
            ["id", "message_id", "path", "robot", "dataset", "layer", "state", "outcome", "reason", "needs_person", "segment", "position", "quarantine_id", "size_bytes", "sha256", "cut", "spooled_at_ns"]);
        (Text(first, "state"), Text(first, "outcome"), Text(first, "robot")).ShouldBe(("done", "accepted", Robot));
        Text(second, "message_id").ShouldBe(Text(first, "message_id"));
        answering.MessageIds.ShouldHaveSingleItem();
        _uploads.Whole.Keys.ShouldBe([Text(first, "sha256")!]);
        await File.WriteAllTextAsync(Path.Combine(_folder, "spool", "files", "left.rrd"), "by a killed process", Token);
        (await StrataProgram.RunAsync(StartInfo("spool", "list"))).Error.ShouldContain("let go of 1 file (19 B) that no recording needs any more");
        (await JsonAsync(0, "spool", "list", "--all")).GetArrayLength().ShouldBe(1);
        (await JsonAsync(0, "spool", "drop", "--done")).GetArrayLength().ShouldBe(1);
        (await JsonAsync(0, "spool", "list", "--all")).GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task Without_a_network_it_is_safe_in_the_spool_and_a_retry_sends_it()
    {
        var start = StartInfo("publish", Recordings, "--dataset", Dataset, "--try-for", "1s");
        start.Environment["STRATA_BROKER"] = "amqp://localhost:1";
        start.Environment["STRATA_SERVER"] = "http://127.0.0.1:1";

        var offline = await StrataProgram.RunAsync(start);

        offline.Code.ShouldBe(1, offline.Error);
        offline.Error.ShouldContain("nothing moves any more; the rest stays in the spool");
        offline.Error.ShouldContain("1 spooled; they are safe in the spool; next: strata spool retry");
        Text((await JsonAsync(0, "spool", "list"))[0], "reason")!.ShouldContain("127.0.0.1:1");
        Text((await JsonAsync(0, "spool", "retry"))[0], "state").ShouldBe("published");
        (await _server.TakeAllAsync()).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_mistake_on_the_line_is_one_sentence_with_the_next_step()
    {
        foreach (var (code, words, command) in new (int, string, string[])[]
        {
            (2, "--bandwidth: expected a number with B, kB, MB, KiB or MiB, found 'fast'. Next: --bandwidth 2MiB", ["publish", Recordings, "--dataset", Dataset, "--bandwidth", "fast"]),
            (2, "--server: expected http://HOST or https://HOST, found 'ftp://x'", ["publish", Recordings, "--dataset", Dataset, "--server", "ftp://x"]),
            (2, "--robot: robot id has 65 bytes of UTF-8; at most 64 are allowed", ["publish", Recordings, "--dataset", Dataset, "--robot", new string('r', 65)]),
            (2, "--quiet: expected a number with ms, s, m or h", ["watch", Recordings, "--dataset", Dataset, "--quiet", "long"]),
            (1, "there is no such folder to watch. Next: make it", ["watch", Path.Combine(_folder, "nowhere"), "--dataset", Dataset]),
            (1, "there is no recording 99 in the spool", ["spool", "drop", "99"]),
            (2, "spool drop: missing ID", ["spool", "drop"]),
        })
        {
            var result = await StrataProgram.RunAsync(StartInfo(command));
            result.Code.ShouldBe(code, string.Join(' ', command));
            result.Error.ShouldContain(words);
        }
    }

    [Fact]
    public async Task A_link_in_a_folder_is_skipped_and_said_so_and_one_that_is_named_is_followed()
    {
        await using var answering = new AnsweringServer(_server);
        SmallRecordings.Write(Path.Combine(_folder, "elsewhere"), "secret", 0.2);
        var secret = Directory.GetFiles(Path.Combine(_folder, "elsewhere"))[0];
        var (link, linkedFolder) = (Path.Combine(Recordings, "link.rrd"), Path.Combine(Recordings, "linked"));
        File.CreateSymbolicLink(link, secret);
        Directory.CreateSymbolicLink(linkedFolder, Path.Combine(_folder, "elsewhere"));

        foreach (var argument in (string[])[Recordings, Path.Combine(Recordings, "*.rrd"), Path.Combine(Recordings, "**", "*.rrd"), Path.Combine(Recordings, "*", "*.rrd")])
        {
            var result = await StrataProgram.RunAsync(StartInfo("publish", argument, "--dataset", Dataset, "--wait-answer", "--json"));
            (result.Out + result.Error).ShouldContain("a symbolic link in a folder is not followed", Case.Sensitive, argument);
            result.Code.ShouldBe(argument.EndsWith("*/*.rrd", StringComparison.Ordinal) && !argument.Contains("**", StringComparison.Ordinal) ? 1 : 0, argument + result.Error);
        }

        _uploads.Whole.ShouldHaveSingleItem("only what lies in the folder itself");
        (await JsonAsync(0, "publish", link, Path.Combine(linkedFolder, Path.GetFileName(secret)), "--dataset", Dataset, "--wait-answer")).GetArrayLength().ShouldBe(1, "both lead to the same bytes");
        _uploads.Whole.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_watched_folder_publishes_by_itself_and_ends_well_on_SIGTERM()
    {
        await using var answering = new AnsweringServer(_server);
        using var watch = Process.Start(StartInfo("watch", Recordings, "--dataset", Dataset, "--quiet", "200ms"))!;
        await LineAsync(watch, "episode_7", "accepted as segment");
        var cut = Path.Combine(Recordings, "cut.rrd");
        await File.WriteAllBytesAsync(cut, (await File.ReadAllBytesAsync(Directory.GetFiles(Recordings)[0], Token))[..^20], Token);
        await LineAsync(watch, "cut.rrd", "it is published as cut");
        await LineAsync(watch, "cut.rrd", "accepted as segment");

        using (var kill = Process.Start("kill", ["-TERM", $"{watch.Id}"]))
        {
            await kill.WaitForExitAsync(Token);
        }

        await LineAsync(watch, "stopped; 0 recordings wait", "");
        await watch.WaitForExitAsync(Token);
        watch.ExitCode.ShouldBe(0);
        answering.MessageIds.Count.ShouldBe(2);
    }

    [Fact]
    public async Task The_commands_of_the_page_about_robots_run_as_they_stand_there()
    {
        await using var answering = new AnsweringServer(_server);
        var page = string.Join('\n', FencedBlocks.Of("docs/robots.md", "sh"));
        page.ShouldContain("http://127.0.0.1:51234/");
        page.ShouldContain("amqp://arm_7:secret@localhost");
        var script = page.Replace("http://127.0.0.1:51234/", $"{_uploads.Address}", StringComparison.Ordinal).Replace("amqp://arm_7:secret@localhost", $"{rabbit.Address}", StringComparison.Ordinal);

        var (output, errors, code) = await new DocumentShell(_folder, Path.Combine(_folder, "data")).RunAsync($"export Strata__Bus__Prefix={_server.Prefix}\n{script}");

        code.ShouldBe(0, errors);
        output.ShouldContain("accepted");
        errors.ShouldContain("1 recording: 1 accepted");
        errors.ShouldContain("1 recording dropped from");
    }

    private static string? Text(JsonElement line, string key) => line.GetProperty(key).GetString();

    /// <summary>Reads until a line holds both.</summary>
    private static async Task LineAsync(Process process, string first, string second)
    {
        var lines = new List<string>();
        while (await process.StandardError.ReadLineAsync(Token) is { } line)
        {
            lines.Add(line);
            if (line.Contains(first, StringComparison.Ordinal) && line.Contains(second, StringComparison.Ordinal))
            {
                return;
            }
        }

        Assert.Fail($"it ended without '{first}' and '{second}':\n{string.Join('\n', lines)}");
    }

    private async Task<JsonElement> JsonAsync(int code, params string[] arguments)
    {
        var result = await StrataProgram.RunAsync(StartInfo([.. arguments, "--json"]));
        result.Code.ShouldBe(code, $"strata {string.Join(' ', arguments)}: {result.Error}{result.Out}");
        return JsonElement.Parse(result.Out);
    }

    private ProcessStartInfo StartInfo(params string[] arguments)
    {
        var start = StrataProgram.StartInfo(Path.Combine(_folder, "data"), arguments);
        start.Environment["STRATA_ROBOT"] = Robot;
        start.Environment["STRATA_SPOOL"] = Path.Combine(_folder, "spool");
        start.Environment["STRATA_SERVER"] = $"{_uploads.Address}";
        start.Environment["STRATA_BROKER"] = $"{rabbit.Address}";
        start.Environment["Strata__Bus__Prefix"] = _server.Prefix;
        return start;
    }
}
