using System.Buffers.Binary;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Strata.Contracts;
using Strata.EndToEnd.Tests.Docs;

namespace Strata.EndToEnd.Tests;

/// <summary>Robots without a broker: the same messages to the server itself, by any program and by <c>strata publish</c>. Source: docs/publishing.md.</summary>
public sealed class PublishOverHttpTests : IDisposable
{
    private const string Robot = "arm-7";
    private const int StreamHeaderBytes = 12;
    private const int MessageHeaderBytes = 16;
    private const string Door = "/api/v1/recordings";

    private readonly string _folder = Directory.CreateTempSubdirectory("strata-publish-rest-").FullName;
    private readonly HttpClient _http = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Data => Path.Combine(_folder, "data");

    public void Dispose()
    {
        _http.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task What_a_robot_publishes_is_uploaded_registered_derived_and_answered_from_its_spool()
    {
        await using var server = await ServeAsync();
        var cut = Path.Combine(_folder, "cut.rrd");
        await File.WriteAllBytesAsync(cut, (await File.ReadAllBytesAsync(Samples.Files[0], Token))[..5_000], Token);

        var good = await PublishAsync(server, Robot, Samples.Files);
        var forgotten = await PublishAsync(server, Robot, ["--spool", Path.Combine(_folder, "another-spool"), Samples.Files[0]]);
        var broken = await PublishAsync(server, Robot, [cut]);

        (good.Code, forgotten.Code, broken.Code).ShouldBe((0, 0, 1), good.Error + forgotten.Error + broken.Error);
        JsonElement.Parse(good.Out).EnumerateArray().Select(r => $"{r.GetProperty("state").GetString()}, {r.GetProperty("outcome").GetString()}").ShouldAllBe(r => r == "done, accepted");
        JsonElement.Parse(forgotten.Out)[0].GetProperty("outcome").GetString().ShouldBe("known");
        broken.Out.ShouldContain("truncated");
        while ((await StrataProgram.JsonAsync(Data, 0, "segments", "pick")).EnumerateArray().Count(s => StrataProgram.Layers(s) == "base, tracking_error, quality") < Samples.Files.Length)
        {
            // A robot does not hear of what is derived: whoever looks again sees it.
            Token.ThrowIfCancellationRequested();
        }

        var robot = (await StrataProgram.JsonAsync(Data, 0, "fleet")).EnumerateArray().ShouldHaveSingleItem();
        (robot.GetProperty("robot").GetString(), robot.GetProperty("recordings").GetInt64(), robot.GetProperty("quarantined").GetInt64()).ShouldBe((Robot, Samples.Files.Length, 1));
        robot.GetProperty("version").GetString().ShouldBe(StrataVersion.Current, "its heartbeats came, too");
    }

    [Fact]
    public async Task A_recording_whose_writer_paused_is_registered_as_a_half_and_then_whole_in_its_place()
    {
        await using var server = await ServeAsync();
        var watched = Directory.CreateDirectory(Path.Combine(_folder, "watched")).FullName;
        var whole = await File.ReadAllBytesAsync(Samples.Files[0], Token);
        using var watch = Process.Start(await RobotAsync(Robot, "watch", watched, "--dataset", "pick", "--robot", Robot, "--server", server.Url.ToString(), "--quiet", "300ms"))!;
        await File.WriteAllBytesAsync(Path.Combine(watched, "run.rrd"), WholeMessagesOf(whole, whole.Length / 2), Token);
        var half = await LineAsync(watch, "accepted as segment");
        var before = await BaseBytesAsync();

        await File.WriteAllBytesAsync(Path.Combine(watched, "run.rrd"), whole, Token);
        var second = await LineAsync(watch, "accepted as segment");

        half.ShouldContain(Samples.Segments[0]);
        second.ShouldContain(Samples.Segments[0]);
        (await BaseBytesAsync()).ShouldBeGreaterThan(before);
        (await StrataProgram.JsonAsync(Data, 0, "quarantine", "list")).GetArrayLength().ShouldBe(0);
        watch.Kill();
    }

    [Fact]
    public async Task A_robot_that_publishes_as_another_one_is_refused_and_its_recording_stays_in_the_spool()
    {
        await using var server = await ServeAsync();
        Bearer(await TokenAsync(Robot));
        await UploadAsync(server);

        var (status, body) = await PostAsync(server, Message(robot: "arm-8"));
        var published = await PublishAsync(server, "arm-8", ["--try-for", "1s", Samples.Files[0]], tokenOf: Robot);

        status.ShouldBe(HttpStatusCode.Forbidden);
        body.GetProperty("message").GetString()!.ShouldContain("a robot may publish only as itself, and the token is of 'arm-7', not of 'arm-8'");
        published.Code.ShouldBe(1);
        JsonElement.Parse(published.Out)[0].ShouldSatisfyAllConditions(
            r => r.GetProperty("state").GetString().ShouldBe("uploaded"), r => r.GetProperty("reason").GetString()!.ShouldContain("does not let this robot's token do that (HTTP 403)"));
        (await StrataProgram.JsonAsync(Data, 0, "quarantine", "list")).GetArrayLength().ShouldBe(0);
        (await StrataProgram.JsonAsync(Data, 0, "dataset", "list")).GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task A_token_for_one_dataset_publishes_into_that_one_and_the_owners_for_every_robot()
    {
        await using var server = await ServeAsync();
        Bearer(await TokenAsync(Robot, "--dataset", "pick"));
        var sha256 = await UploadAsync(server);

        (await PostAsync(server, Message(dataset: "place", upload: sha256))).Status.ShouldBe(HttpStatusCode.Forbidden);
        Outcome(await PostAsync(server, Message(upload: sha256))).ShouldBe("accepted");
        Bearer((await StrataProgram.JsonAsync(Data, 0, "token", "create", "--admin", "--subject", "ada")).GetProperty("token").GetString()!);
        Outcome(await PostAsync(server, Message(id: "2", robot: "arm-8", dataset: "place", upload: sha256))).ShouldBe("accepted");
    }

    [Fact]
    public async Task The_same_message_however_often_and_at_once_is_one_layer_and_one_answer()
    {
        await using var server = await StrataServerProcess.StartAsync(Data);
        var sha256 = await UploadAsync(server);

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => PostAsync(server, Message(upload: sha256))));
        var later = await PostAsync(server, Message(upload: sha256));

        answers.Append(later).Select(a => a.Body.GetRawText()).Distinct().ShouldHaveSingleItem();
        Outcome(later).ShouldBe("accepted");
        (await StrataProgram.JsonAsync(Data, 0, "history", "pick")).EnumerateArray().Count(e => e.GetProperty("text").GetString()!.StartsWith("layer 'base' was registered", StringComparison.Ordinal)).ShouldBe(1);
    }

    [Theory]
    [InlineData("""{"messageId":"1","robot":"arm-7","layer":"base","upload":"0000000000000000000000000000000000000000000000000000000000000000"}""", "field 'dataset': expected text, found nothing")]
    [InlineData("""{"messageId":"1","dataset":"pick","layer":"base"}""", "field 'robot': expected text, found nothing")]
    [InlineData("""{"messageId":"1","robot":"arm-7","dataset":"pick","layer":"base","upload":"00"}""", "field 'upload': expected SHA-256 as 64 lower-case hexadecimal digits, found '00'")]
    [InlineData("nonsense", "expected a JSON object")]
    [InlineData("", "found an empty body")]
    public async Task What_is_no_message_is_answered_and_lies_in_quarantine_with_the_name_of_its_field(string message, string words)
    {
        await using var server = await ServeAsync();
        Bearer(await TokenAsync(Robot));

        var answer = await PostAsync(server, message);

        Outcome(answer).ShouldBe("quarantined");
        answer.Body.GetProperty("reason").GetString()!.ShouldContain(words);
        var quarantined = (await StrataProgram.JsonAsync(Data, 0, "quarantine", "list")).EnumerateArray().ShouldHaveSingleItem();
        quarantined.GetProperty("id").GetString().ShouldBe(answer.Body.GetProperty("quarantineId").GetString());
        (await PostAsync(server, message)).Body.GetProperty("quarantineId").GetString().ShouldBe(quarantined.GetProperty("id").GetString(), "once, however often it comes");
        (await StrataProgram.JsonAsync(Data, 0, "quarantine", "list")).GetArrayLength().ShouldBe(1);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_message_that_is_too_large_is_refused_whether_it_says_its_length_or_not(bool saysLength)
    {
        await using var server = await StrataServerProcess.StartAsync(Data);
        using var content = new ByteArrayContent(new byte[RobotMessageLimits.MaxMessageBytes + 1]);
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(server.Url, Door)) { Content = content };
        request.Headers.TransferEncodingChunked = !saysLength;

        using var response = await _http.SendAsync(request, Token);

        response.StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        (await response.Content.ReadAsStringAsync(Token)).ShouldContain("expected a message of at most 65536 bytes, found more");
        (await StrataProgram.JsonAsync(Data, 0, "quarantine", "list")).GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task The_lines_of_the_page_publish_a_recording()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/curl") && File.Exists("/usr/bin/sha256sum"), "the lines are for curl and sha256sum, which are absent here: install curl and coreutils");
        await using var server = await ServeAsync();
        File.Copy(Samples.Files[0], Path.Combine(_folder, "run.rrd"));
        var lines = FencedBlocks.Of("docs/publishing.md", "bash").ShouldHaveSingleItem();

        var (output, errors, code) = await new DocumentShell(_folder, Data).RunAsync($"STRATA={server.Url.AbsoluteUri.TrimEnd('/')}\nSTRATA_TOKEN={await TokenAsync(Robot)}\n{lines}");

        code.ShouldBe(0, errors + output);
        JsonElement.Parse(output).ShouldSatisfyAllConditions(a => a.GetProperty("outcome").GetString().ShouldBe("accepted"), a => a.GetProperty("segmentId").GetString().ShouldBe(Samples.Segments[0]));
    }

    private Task<StrataServerProcess> ServeAsync() => StrataServerProcess.StartAsync(Data, "--require-tokens");

    private void Bearer(string token) => _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);

    private async Task<string> TokenAsync(string subject, params string[] more) =>
        (await StrataProgram.JsonAsync(Data, 0, ["token", "create", "--register", "--subject", subject, .. more])).GetProperty("token").GetString()!;

    private async Task<string> UploadAsync(StrataServerProcess server)
    {
        var file = await File.ReadAllBytesAsync(Samples.Files[0], Token);
        var sha256 = Convert.ToHexStringLower(SHA256.HashData(file));
        using var content = new ByteArrayContent(file);
        using var response = await _http.PutAsync(new Uri(server.Url, $"/recordings/{sha256}"), content, Token);
        response.IsSuccessStatusCode.ShouldBeTrue(await response.Content.ReadAsStringAsync(Token));
        return sha256;
    }

    private async Task<(HttpStatusCode Status, JsonElement Body)> PostAsync(StrataServerProcess server, string message)
    {
        using var content = new StringContent(message, Encoding.UTF8, "application/json");
        using var response = await _http.PostAsync(new Uri(server.Url, Door), content, Token);
        return (response.StatusCode, JsonElement.Parse(await response.Content.ReadAsStringAsync(Token)));
    }

    private static string? Outcome((HttpStatusCode Status, JsonElement Body) answer)
    {
        answer.Status.ShouldBe(HttpStatusCode.OK, answer.Body.GetRawText());
        return answer.Body.GetProperty("outcome").GetString();
    }

    private static string Message(string id = "1", string robot = Robot, string dataset = "pick", string? upload = null) =>
        $$"""{"messageId":"{{id}}","robot":"{{robot}}","dataset":"{{dataset}}","layer":"base","upload":"{{upload ?? new string('0', 64)}}"}""";

    private async Task<ProgramResult> PublishAsync(StrataServerProcess server, string robot, string[] arguments, string? tokenOf = null)
    {
        return await StrataProgram.RunAsync(await RobotAsync(
            tokenOf ?? robot, ["publish", "--dataset", "pick", "--robot", robot, "--server", server.Url.ToString(), "--wait-answer", "--json", .. arguments]));
    }

    private async Task<ProcessStartInfo> RobotAsync(string tokenOf, params string[] arguments)
    {
        var start = StrataProgram.StartInfo(Path.Combine(_folder, "no-data"), arguments);
        start.Environment["STRATA_SPOOL"] = Path.Combine(_folder, "spool");
        start.Environment["STRATA_TOKEN"] = await TokenAsync(tokenOf);
        return start;
    }

    /// <summary>What a writer that pauses has written: messages, each of them whole. Source: rrd-format §2.</summary>
    private static byte[] WholeMessagesOf(byte[] file, int within)
    {
        var end = StreamHeaderBytes;
        while (end + MessageHeaderBytes + (int)BinaryPrimitives.ReadInt64LittleEndian(file.AsSpan(end + sizeof(ulong))) is var next && next <= within)
        {
            end = next;
        }

        return file[..end];
    }

    private async Task<long> BaseBytesAsync() => (await StrataProgram.JsonAsync(Data, 0, "manifest", "pick")).EnumerateArray()
        .Single(l => l.GetProperty("rerun_layer_name").GetString() == "base").GetProperty("rerun_size_bytes").GetInt64();

    /// <summary>The next line that holds this.</summary>
    private static async Task<string> LineAsync(Process process, string words)
    {
        var lines = new List<string>();
        while (await process.StandardError.ReadLineAsync(Token) is { } line)
        {
            if (line.Contains(words, StringComparison.Ordinal))
            {
                return line;
            }

            lines.Add(line);
        }

        throw new InvalidOperationException($"it ended without '{words}':\n{string.Join('\n', lines)}");
    }
}
