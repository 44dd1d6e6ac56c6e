using System.Globalization;
using System.Text.Json;
using Strata.Arrow;

namespace Strata.EndToEnd.Tests;

/// <summary><c>strata query</c> with and without a server.</summary>
public sealed class QueryTests : IDisposable
{
    private const string Dataset = "robot";
    private const string Action = "/action/joint_positions:Scalars:scalars";

    private readonly string _folder = Directory.CreateTempSubdirectory("strata-query-").FullName;

    private string Data => Path.Combine(_folder, "data");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Rows_are_the_same_with_and_without_a_server_and_in_every_form()
    {
        await StrataProgram.JsonAsync(Data, 0, ["register", .. Samples.Files, "--dataset", Dataset, "--wait"]);
        var alone = await QueryAsync("--index", "real_time");
        var file = Path.Combine(_folder, "rows.arrow");
        (await StrataProgram.RunAsync(Data, "query", Dataset, "--index", "real_time", "--arrow", file)).Code.ShouldBe(0);
        await using var server = await StrataServerProcess.StartAsync(Data);
        var served = await QueryAsync("--index", "real_time");

        JsonElement.DeepEquals(alone, served).ShouldBeTrue();
        served.GetArrayLength().ShouldBe(1575);
        served.EnumerateArray().Select(row => row.GetProperty("rerun_segment_id").GetString()).Distinct().ShouldBe(Samples.Segments);
        served[0].GetProperty("/derived/tracking_error:Scalars:scalars").GetArrayLength().ShouldBe(1, "derived layers are rows like others");
        var rows = new ArrowStreamReader(await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken)).ReadAll();
        rows.Sum(batch => batch.Length).ShouldBe(served.GetArrayLength());
        rows[0].Schema.FieldsList.Select(field => field.Name).ShouldBe(served[0].EnumerateObject().Select(member => member.Name));
        var csv = (await StrataProgram.RunAsync(Data, "query", Dataset, "--index", "real_time", "--contents", Action, "--csv")).Out.Split("\r\n");
        csv.Length.ShouldBe(1 + served.GetArrayLength() + 1);
        csv[0].ShouldEndWith($",{Action}");
        csv[1].ShouldEndWith($"\"{served[0].GetProperty(Action).GetRawText()}\"");
        var table = await StrataProgram.RunAsync(Data, "query", Dataset, "--index", "real_time");
        table.Error.ShouldContain("1,555 more rows: --json, --csv and --arrow FILE give all");
    }

    [Fact]
    public async Task A_past_state_shows_its_own_layers_and_says_so_when_gc_let_go_of_them()
    {
        await StrataProgram.JsonAsync(Data, 0, "register", SmallRecordings.Write(_folder, "run_1", 0.1, 0.2), "--dataset", Dataset, "--rules", "none");
        var before = (await StrataProgram.JsonAsync(Data, 0, "history", Dataset, "run_1"))[0].GetProperty("position").GetInt64().ToString(CultureInfo.InvariantCulture);
        await StrataProgram.JsonAsync(Data, 0, "register", SmallRecordings.Write(_folder, "run_1", 0.5, 0.6), "--dataset", Dataset, "--on-duplicate", "replace");

        FirstAction(await QueryAsync("--index", "real_time")).ShouldBe(0.5);
        FirstAction(await QueryAsync("--index", "real_time", "--as-of", before)).ShouldBe(0.1);
        FirstAction(await StrataProgram.JsonAsync(Data, 0, "query", $"{Dataset}[{before}]", "--index", "real_time")).ShouldBe(0.1);

        await StrataProgram.JsonAsync(Data, 0, "dataset", "retain", Dataset, "--superseded", "0");
        await StrataProgram.JsonAsync(Data, 0, "gc");
        foreach (var served in new[] { false, true })
        {
            await using var server = served ? await StrataServerProcess.StartAsync(Data) : null;
            var lost = await StrataProgram.RunAsync(Data, "query", Dataset, "--index", "real_time", "--as-of", before, "--json");
            (lost.Code, lost.Out).ShouldBe((1, ""));
            lost.Error.ShouldContain("segment 'run_1', layer 'base'");
            lost.Error.ShouldContain("its bytes were let go of by gc on");
        }

        FirstAction(await QueryAsync("--index", "real_time")).ShouldBe(0.5);
    }

    [Fact]
    public async Task What_cannot_be_asked_for_is_one_line_that_names_what_can()
    {
        await StrataProgram.JsonAsync(Data, 0, "register", Samples.Files[0], "--dataset", Dataset, "--wait");
        foreach (var served in new[] { false, true })
        {
            await using var server = served ? await StrataServerProcess.StartAsync(Data) : null;
            foreach (var (arguments, code, words) in new (string[], int, string)[]
            {
                (["--index", "nosuch"], 1, "expected the index 'nosuch', found 'log_time', 'real_time', 'step'"),
                ([], 2, $"which index? dataset '{Dataset}' has: log_time, real_time, step. Next: strata query {Dataset} --index log_time, or --static for static values"),
                (["--index", "step", "--segment", "nosuch"], 1, $"there is no segment 'nosuch' in dataset '{Dataset}'. Next: strata segments {Dataset} lists them"),
                (["--index", "step", "--from", "9", "--to", "3"], 1, "from 9 to 3"),
                (["--index", "step", "--at", "soon"], 2, "--at: expected a whole number"),
                (["--static", "--latest-at"], 1, "static values have no times"),
                (["--index", "step", "--csv", "--json"], 2, "expected one of --json, --csv and --arrow"),
                (["--index", "step", "--arrow", Path.Combine(_folder, "nosuch", "rows.arrow")], 1, "--arrow: expected a file that can be written"),
                (["--index", "step", "--as-of", "999999"], 1, "the log ends at position"),
            })
            {
                var result = await StrataProgram.RunAsync(Data, ["query", Dataset, .. arguments]);
                (result.Code, result.Out).ShouldBe((code, ""), $"{string.Join(' ', arguments)}: {result.Error}");
                result.Error.TrimEnd().Split('\n').ShouldHaveSingleItem().ShouldContain(words);
            }
        }
    }

    [Fact]
    public async Task A_damaged_copy_is_told_with_its_segment_and_layer()
    {
        await StrataProgram.JsonAsync(Data, 0, "register", Samples.Files[0], "--dataset", Dataset, "--rules", "none");
        var copy = Directory.GetFiles(Path.Combine(Data, "recordings"), "*.rrd", SearchOption.AllDirectories).ShouldHaveSingleItem();
        File.SetAttributes(copy, FileAttributes.Normal);
        var bytes = await File.ReadAllBytesAsync(copy, TestContext.Current.CancellationToken);
        bytes.AsSpan(200, 2000).Fill(0xEE);
        await File.WriteAllBytesAsync(copy, bytes, TestContext.Current.CancellationToken);

        var damaged = await StrataProgram.RunAsync(Data, "query", Dataset, "--index", "step", "--contents", "/**", "--contents", "/__properties/**", "--json");

        damaged.Code.ShouldBe(1);
        damaged.Error.ShouldContain($"segment '{Samples.Segments[0]}', layer 'base'");
    }

    private Task<JsonElement> QueryAsync(params string[] arguments) => StrataProgram.JsonAsync(Data, 0, ["query", Dataset, .. arguments]);

    private static double FirstAction(JsonElement rows) => rows[0].GetProperty(Action)[0].GetDouble();
}
