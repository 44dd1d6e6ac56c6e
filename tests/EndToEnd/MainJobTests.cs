using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Strata.EndToEnd.Tests;

/// <summary>A recording is registered; tracking error and quality appear by themselves. The program, its files and its port are real.</summary>
public sealed partial class MainJobTests : IDisposable
{
    private const string Dataset = "sample_5";

    private readonly string _folder = Directory.CreateTempSubdirectory("strata-e2e-").FullName;

    private string Data => Path.Combine(_folder, "data");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Beside_a_server_layers_appear_by_themselves_with_the_golden_values()
    {
        await using var server = await StrataServerProcess.StartAsync(Data);

        var registered = await StrataProgram.JsonAsync(Data, 0, "register", Samples.Folder, "--dataset", Dataset, "--wait");

        registered.EnumerateArray().Select(r => r.GetProperty("status").GetString()).ShouldBe(Enumerable.Repeat("registered", 5));
        registered.EnumerateArray().Select(r => r.GetProperty("segment").GetString()).ShouldBe(Samples.Segments);
        await ShouldBeComplete();
    }

    [Fact]
    public async Task Without_a_server_register_sees_its_work_through()
    {
        var result = await StrataProgram.RunProcessAsync(Data, "register", Samples.Folder, "--dataset", Dataset);

        result.Code.ShouldBe(0, result.Error);
        result.Error.ShouldContain("derived: quality of 5 segments");
        result.Error.ShouldContain("strata segments sample_5");
        await ShouldBeComplete();

        var again = await StrataProgram.RunProcessAsync(Data, "register", Samples.Folder, "--dataset", Dataset);
        again.Error.ShouldContain("already derived: quality of 5 segments");
        again.Error.ShouldNotContain("\nderived: ");
    }

    [Fact]
    public async Task The_json_of_register_has_the_keys_that_scripts_rely_on()
    {
        var lines = await StrataProgram.JsonAsync(Data, 0, "register", Samples.Files[0], "--dataset", Dataset);

        lines[0].EnumerateObject().Select(m => m.Name).ShouldBe(["path", "segment", "layer", "status", "position", "reason", "offset", "quarantine_id", "yielded"]);
        lines[0].GetProperty("path").GetString().ShouldBe(Samples.Files[0]);
    }

    [Fact]
    public async Task The_same_recordings_again_are_known_and_the_log_does_not_change()
    {
        await using var server = await StrataServerProcess.StartAsync(Data);
        await StrataProgram.JsonAsync(Data, 0, "register", Samples.Folder, "--dataset", Dataset, "--wait");
        var before = await StrataProgram.JsonAsync(Data, 0, "history", Dataset);

        var again = await StrataProgram.JsonAsync(Data, 0, "register", Samples.Folder, "--dataset", Dataset, "--wait");

        again.EnumerateArray().Select(r => r.GetProperty("status").GetString()).ShouldBe(Enumerable.Repeat("known", 5));
        (await StrataProgram.JsonAsync(Data, 0, "history", Dataset)).ToString().ShouldBe(before.ToString());
    }

    [Fact]
    public async Task After_kill_9_while_deriving_a_restart_derives_the_rest_and_nothing_is_half_registered()
    {
        await using (var server = await StrataServerProcess.StartAsync(Data))
        {
            var result = await StrataProgram.RunAsync(Data, "register", Samples.Folder, "--dataset", Dataset);
            await server.KillAsync();
            result.Code.ShouldBe(0, result.Error);
            result.Error.ShouldContain("still to be derived");
        }

        await using var restarted = await StrataServerProcess.StartAsync(Data);
        await StrataProgram.JsonAsync(Data, 0, "register", Samples.Folder, "--dataset", Dataset, "--wait");

        await ShouldBeComplete();
        (await StrataProgram.JsonAsync(Data, 0, "rebuild", "--verify")).GetProperty("differences").GetArrayLength().ShouldBe(0);
        var verified = await StrataProgram.JsonAsync(Data, 0, "verify", Dataset);
        (verified.GetProperty("checked").GetInt64(), verified.GetProperty("equal").GetInt64()).ShouldBe((15, 15));
    }

    [Fact]
    public async Task A_second_server_on_the_same_data_exits_1_and_names_the_first()
    {
        await using var server = await StrataServerProcess.StartAsync(Data);

        var second = await StrataProgram.RunAsync(Data, "serve", "--listen", "127.0.0.1:0");

        second.Code.ShouldBe(1);
        second.Error.ShouldContain(server.Url.ToString().TrimEnd('/'));
        second.Error.ShouldContain($"process {server.ProcessId}");
    }

    [Fact]
    public async Task A_taken_port_is_exit_1_with_who_has_it_and_what_to_do()
    {
        using var listener = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;

        var result = await StrataProgram.RunAsync(Data, "serve", "--listen", $"127.0.0.1:{port}");

        result.Code.ShouldBe(1);
        result.Error.ShouldContain($"port {port} is taken");
        result.Error.ShouldContain("--listen 127.0.0.1:0");
        if (OperatingSystem.IsLinux())
        {
            result.Error.ShouldContain($"process {Environment.ProcessId}");
        }
    }

    [Fact]
    public async Task Sigterm_ends_a_server_with_0_and_the_data_is_free_for_commands()
    {
        var server = await StrataServerProcess.StartAsync(Data);

        (await server.TerminateAsync()).ShouldBe(0);

        (await StrataProgram.JsonAsync(Data, 0, "dataset", "list")).GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task Health_answers_200_once_the_datasets_of_the_line_are_registered()
    {
        await using var server = await StrataServerProcess.StartAsync(Data, "--dataset", $"{Dataset}={Samples.Folder}", "--default-rules", "none");
        using var http = new HttpClient { BaseAddress = server.Url };

        (await http.GetAsync("/health", Token)).StatusCode.ShouldBe(HttpStatusCode.OK);

        var table = JsonElement.Parse(await http.GetStringAsync($"/api/v1/datasets/{Dataset}/segments", Token));
        table.GetProperty("rows").EnumerateArray().Select(StrataProgram.Layers).ShouldBe(Enumerable.Repeat("base", 5));
        var history = await StrataProgram.JsonAsync(Data, 0, "history", Dataset, Samples.Segments[0]);
        history[0].GetProperty("text").GetString()!.ShouldEndWith($"by {Environment.UserName} (serve)");
        (await http.GetAsync("/api/v1/datasets/none/segments", Token)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_broken_file_of_the_line_is_named_with_its_reason_and_the_others_are_served()
    {
        var folder = Directory.CreateDirectory(Path.Combine(_folder, "recordings")).FullName;
        File.Copy(Samples.Files[0], Path.Combine(folder, "good.rrd"));
        await File.WriteAllTextAsync(Path.Combine(folder, "bad.rrd"), "this is no recording", Token);
        await File.WriteAllTextAsync(Path.Combine(folder, "notes.txt"), "of the day", Token);

        await using var server = await StrataServerProcess.StartAsync(Data, "--dataset", $"{Dataset}={folder}");

        server.Said.ShouldContain($"dataset '{Dataset}': 1 quarantined, 1 registered");
        server.Said.ShouldContain(line => line.StartsWith($"  {Path.Combine(folder, "bad.rrd")}: ", StringComparison.Ordinal) && line.Contains("that starts with 'RRF2'", StringComparison.Ordinal));
        server.Said.ShouldContain("  1 other file passed over: notes.txt");
    }

    [Fact]
    public async Task Tables_are_rebuilt_from_the_log_with_the_recordings_gone()
    {
        await StrataProgram.RunAsync(Data, "register", Samples.Folder, "--dataset", Dataset);
        var segments = await StrataProgram.JsonAsync(Data, 0, "segments", Dataset);
        var manifest = await StrataProgram.JsonAsync(Data, 0, "manifest", Dataset);
        Directory.Delete(Path.Combine(Data, "recordings"), recursive: true);

        var report = await StrataProgram.JsonAsync(Data, 0, "rebuild");

        report.EnumerateObject().Select(m => m.Name).ShouldBe(["events", "seconds", "events_per_second", "differences", "resumed_from", "kept_generation", "digests"]);
        report.GetProperty("differences").GetArrayLength().ShouldBe(0);
        (await StrataProgram.JsonAsync(Data, 0, "segments", Dataset)).ToString().ShouldBe(segments.ToString());
        (await StrataProgram.JsonAsync(Data, 0, "manifest", Dataset)).ToString().ShouldBe(manifest.ToString());
    }

    [Fact]
    public async Task A_past_state_is_read_by_position_and_by_time()
    {
        var registered = await StrataProgram.JsonAsync(Data, 0, "register", Samples.Folder, "--dataset", Dataset);
        var position = registered.EnumerateArray().Max(r => r.GetProperty("position").GetInt64());
        var history = await StrataProgram.JsonAsync(Data, 0, "history", Dataset);
        var at = history.EnumerateArray().Last(e => e.GetProperty("position").GetInt64() <= position).GetProperty("recorded_at_ns").GetInt64();
        var time = DateTime.UnixEpoch.AddTicks((at / 100) + 1).ToString("o", System.Globalization.CultureInfo.InvariantCulture);

        foreach (var asOf in new[] { $"{position}", time })
        {
            var table = await StrataProgram.JsonAsync(Data, 0, "segments", Dataset, "--as-of", asOf);
            table.EnumerateArray().Select(StrataProgram.Layers).ShouldBe(Enumerable.Repeat("base", 5));
        }
    }

    [Fact]
    public async Task Why_tells_what_stands_and_from_what()
    {
        await StrataProgram.RunAsync(Data, "register", Samples.Files[0], "--dataset", Dataset);

        var why = (await StrataProgram.JsonAsync(Data, 0, "why", Dataset, Samples.Segments[0], "quality", "--inputs")).EnumerateArray().Single();

        why.EnumerateObject().Select(m => m.Name).Take(8).ShouldBe(["rule", "layer", "outcome", "reason", "position", "inputs", "rows_used", "rows_dropped"]);
        why.GetProperty("outcome").GetString().ShouldBe("derived");
        var golden = Samples.Golden(Samples.Segments[0]);
        why.GetProperty("sentence").GetString()!.ShouldEndWith(string.Create(
            System.Globalization.CultureInfo.InvariantCulture, $"; mean {golden.Mean:F6} {(golden.Good ? '<' : '≥')} threshold 0.13 rad: {(golden.Good ? "good" : "not good")}"));
        why.GetProperty("lineage").EnumerateArray().Select(l => $"{l.GetProperty("direction").GetString()} {l.GetProperty("layer").GetString()}")
            .ShouldBe(["self quality", "upwards tracking_error", "upwards base"]);
        (await StrataProgram.RunAsync(Data, "why", Dataset, "no such segment")).Code.ShouldBe(1);
    }

    [Fact]
    public async Task The_demo_shows_the_stages_of_the_how_to_and_knows_everything_the_second_time()
    {
        var first = await StrataProgram.RunAsync(Data, "demo", "--samples", Samples.Folder);
        var history = await StrataProgram.JsonAsync(Data, 0, "history", Dataset);
        var second = await StrataProgram.RunAsync(Data, "demo", "--samples", Samples.Folder);

        first.Code.ShouldBe(0, first.Error);
        foreach (var words in new[] { "│ rerun_layer_name │ property:quality:tracking_good │", "│ [base] ", "│ [base, tracking_error] ", "│ [base, tracking_error, quality] │ [false]", "property:quality:tracking_good", "mean 0.172400", "mean 0.089405", "strata --data" })
        {
            first.Out.ShouldContain(words);
        }

        second.Code.ShouldBe(0, second.Error);
        second.Out.ShouldContain("5 recordings: all known already");
        second.Out.ShouldContain("tracking error: already there");
        (await StrataProgram.JsonAsync(Data, 0, "history", Dataset)).ToString().ShouldBe(history.ToString());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_demo_says_which_layers_are_not_there_and_draws_no_plot_without_one(bool besideAServer)
    {
        await StrataProgram.RunAsync(Data, "demo", "--samples", Samples.Folder);
        var segment = Samples.Segments[1];
        await StrataProgram.JsonAsync(Data, 0, "unregister", Dataset, "--segment", segment, "--layer", "tracking_error");
        await using var server = besideAServer ? await StrataServerProcess.StartAsync(Data) : null;

        var demo = await StrataProgram.RunAsync(Data, "demo", "--samples", Samples.Folder);

        demo.Code.ShouldBe(0, demo.Error);
        demo.Out.ShouldContain("tracking error: already there for 4 of 5");
        demo.Out.ShouldContain("quality: already there for 4 of 5");
        foreach (var (layer, times) in new[] { ("tracking_error", 2), ("quality", 1) })
        {
            demo.Out.Split('\n').Count(l => l.StartsWith($"   {segment}: layer '{layer}' is not there; ./strata --data ", StringComparison.Ordinal) && l.EndsWith($" why {Dataset} {segment} {layer}", StringComparison.Ordinal)).ShouldBe(times);
        }

        demo.Out.Split('\n').Count(l => l.Contains("   mean ", StringComparison.Ordinal)).ShouldBe(4);
        demo.Out.ShouldNotContain("? look");
    }

    [Fact]
    public async Task A_given_layer_over_a_derived_one_is_not_told_as_an_unregistration()
    {
        await StrataProgram.RunAsync(Data, "register", Samples.Files[0], "--dataset", Dataset);

        var result = await StrataProgram.RunAsync(Data, "register", Samples.Files[0], "--dataset", Dataset, "--layer", "tracking_error", "--wait");

        result.Code.ShouldBe(0, result.Error);
        result.Error.ShouldContain("derived before, and given since: tracking_error of 1 segment; the given layer stands, and the rule leaves it alone");
        result.Error.ShouldNotContain("unregistered since: tracking_error");
    }

    [Fact]
    public async Task A_demo_beside_a_running_server_registers_there_shows_what_stands_and_adds_nothing_the_second_time()
    {
        await using var server = await StrataServerProcess.StartAsync(Data);

        var first = await StrataProgram.RunAsync(Data, "demo", "--samples", Samples.Folder);
        first.Code.ShouldBe(0, first.Error);
        first.Out.ShouldContain(server.Url.ToString().TrimEnd('/'));
        first.Out.ShouldContain("5 recordings registered");
        first.Out.ShouldContain("│ [base, tracking_error, quality] │ [false]");
        await ShouldBeComplete();
        var history = await StrataProgram.JsonAsync(Data, 0, "history", Dataset);

        var second = await StrataProgram.RunAsync(Data, "demo", "--samples", Samples.Folder);
        second.Code.ShouldBe(0, second.Error);
        second.Out.ShouldContain("5 recordings: all known already");
        second.Out.ShouldContain("mean 0.172400");
        (await StrataProgram.JsonAsync(Data, 0, "history", Dataset)).ToString().ShouldBe(history.ToString());
        using var http = new HttpClient { BaseAddress = server.Url };
        (await http.GetAsync("/health", Token)).StatusCode.ShouldBe(HttpStatusCode.OK, "the demo left the server alone");
    }

    [Fact]
    public async Task A_demo_beside_a_running_one_prints_the_same_stages_tables_and_plots()
    {
        var alone = await StrataProgram.RunAsync(Data, "demo", "--samples", Samples.Folder);
        alone.Code.ShouldBe(0, alone.Error);
        var again = await StrataProgram.RunAsync(Data, "demo", "--samples", Samples.Folder);
        await using var server = await StrataServerProcess.StartAsync(Data);

        var beside = await StrataProgram.RunAsync(Data, "demo", "--samples", Samples.Folder);

        beside.Code.ShouldBe(0, beside.Error);
        Shown(alone).Count(l => l.Contains("│ [base, tracking_error] ", StringComparison.Ordinal)).ShouldBe(5);
        Shown(beside).ShouldBe(Shown(again));
        Shown(beside).Where(IsTableOrPlot).ShouldBe(Shown(alone).Where(IsTableOrPlot));
    }

    /// <summary>What does not depend on where the server runs, up to the commands to go on with: durations and addresses do.</summary>
    private static IReadOnlyList<string> Shown(ProgramResult demo) =>
    [
        .. demo.Out.Split('\n').Skip(3).TakeWhile(l => !l.StartsWith("Try next", StringComparison.Ordinal)).Select(l => DurationAtTheEnd().Replace(l, "").TrimEnd()),
    ];

    private static bool IsTableOrPlot(string line) => line.Contains('│', StringComparison.Ordinal) || line.Contains('┼', StringComparison.Ordinal) || line.Contains("mean ", StringComparison.Ordinal);

    [GeneratedRegex(@"(\+|then, )?\d[\d.]* (ms|s)\s*$")]
    private static partial Regex DurationAtTheEnd();

    private async Task ShouldBeComplete()
    {
        var table = await StrataProgram.JsonAsync(Data, 0, "segments", Dataset);
        table.EnumerateArray().Select(r => r.GetProperty("rerun_segment_id").GetString()).ShouldBe(Samples.Segments);
        foreach (var row in table.EnumerateArray())
        {
            var segment = row.GetProperty("rerun_segment_id").GetString()!;
            var golden = Samples.Golden(segment);
            StrataProgram.Layers(row).ShouldBe("base, tracking_error, quality");
            row.GetProperty("property:quality:tracking_good")[0].GetBoolean().ShouldBe(golden.Good, segment);
            row.GetProperty("property:tracking_error:mean")[0].GetDouble().ShouldBe(golden.Mean, 1e-12, segment);
        }

        (await StrataProgram.JsonAsync(Data, 0, "manifest", Dataset)).GetArrayLength().ShouldBe(15);
    }
}
