using System.Text.Json;
using Strata.EndToEnd.Tests.Docs;
using Strata.Rrd.Tests;

namespace Strata.EndToEnd.Tests;

/// <summary>What docs/your-own-deriver.md says, as a person does it.</summary>
public sealed class OwnDeriverTests : IDisposable
{
    private const string Dataset = "my_robot";
    private const string Page = "docs/your-own-deriver.md";
    private const string Python = "In Python, or any other language";
    private const double Tolerance = 1e-9;

    private readonly string _folder = Directory.CreateTempSubdirectory("strata-own-deriver-").FullName;

    private string Data => Path.Combine(_folder, "strata-data");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_Python_deriver_of_the_page_derives_with_the_real_SDK_what_its_author_promises()
    {
        var shell = Shell(RerunSdk.Python());
        var blocks = FencedBlocks.Of(Page, "sh", Python);

        var check = await shell.RunAsync(blocks[0]);
        check.Code.ShouldBe(0, check.Errors);
        check.Output.ShouldContain("derived: layer 'joint_speed' of segment 'NORDA_1c7e09b2_2025_02_11_09h_14m_32s' would be registered");
        check.Output.ShouldContain("/__properties/joint_speed");
        Directory.Exists(Data).ShouldBeFalse();

        var run = await shell.RunAsync(blocks[1]);
        run.Code.ShouldBe(0, run.Errors);
        run.Output.ShouldContain("how fast the joints move");

        await JointSpeeds.ShouldBeDerivedAsync(Data, Dataset);
        var verified = await shell.RunAsync($"strata verify {Dataset} --json");
        verified.Code.ShouldBe(0, verified.Errors + verified.Output);
        JsonElement.Parse(verified.Output).GetProperty("different").GetArrayLength().ShouldBe(0);
        Directory.EnumerateFileSystemEntries(Path.Combine(Data, "cache", "jobs")).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_new_deriver_in_CSharp_builds_passes_its_test_and_derives()
    {
        var own = Path.Combine(_folder, "joint_range");
        var made = await StrataProgram.JsonAsync(Data, 0, "deriver", "new", "joint_range", "--output", own, "--strata", Samples.Repository);
        made.GetProperty("files").EnumerateArray().Select(f => f.GetString()).ShouldContain("JointRange/JointRangeDeriver.cs");
        await RunAsync("dotnet", "build", Path.Combine(own, "JointRange.Tests"), "-c", "Release", "-v", "quiet", "--nologo", "-nodeReuse:false");
        (await RunAsync("dotnet", Path.Combine(own, "JointRange.Tests", "bin", "Release", "net10.0", "JointRange.Tests.dll"))).ShouldContain("Failed: 0");

        Directory.CreateDirectory(Path.Combine(Data, "derivers"));
        var definition = (await File.ReadAllTextAsync(Path.Combine(own, "joint_range.json"), Token)).Replace("{folder}", own, StringComparison.Ordinal);
        await File.WriteAllTextAsync(Path.Combine(Data, "derivers", "joint_range.json"), definition, Token);
        var check = await StrataProgram.JsonAsync(Data, 0, "deriver", "check", "joint_range", Samples.Files[0]);
        (check.GetProperty("outcome").GetString(), check.GetProperty("version").GetInt32()).ShouldBe(("derived", 1));

        await StrataProgram.JsonAsync(Data, 0, "dataset", "create", Dataset, "--rules", "none");
        await StrataProgram.JsonAsync(Data, 0, "rule", "declare", Dataset, "joint_range", "--deriver", "joint_range", "--input", "base", "--output", "joint_range");
        await StrataProgram.JsonAsync(Data, 0, "register", Samples.Files[0], "--dataset", Dataset, "--wait");
        var row = (await StrataProgram.JsonAsync(Data, 0, "segments", Dataset)).EnumerateArray().Single();
        StrataProgram.Layers(row).ShouldBe("base, joint_range");
        var trial = await StrataProgram.JsonAsync(Data, 0, "rule", "test", Dataset, "joint_range", row.GetProperty("rerun_segment_id").GetString()!);
        (trial.GetProperty("outcome").GetString(), trial.GetProperty("declared").GetBoolean()).ShouldBe(("derived", true));
        var joints = await JointSpeeds.ColumnAsync(Data, Dataset, row.GetProperty("rerun_segment_id").GetString()!, "/observation/joint_positions");
        JointSpeeds.Only(row, "property:joint_range:largest").GetDouble().ShouldBe(joints.Max(r => r.Row.Max(Math.Abs)), Tolerance);

        await File.WriteAllTextAsync(Path.Combine(Data, "derivers", "joint_range.json"), definition.Replace("\"version\": 1", "\"version\": 2", StringComparison.Ordinal), Token);
        var other = await StrataProgram.JsonAsync(Data, 1, "deriver", "check", "joint_range", Samples.Files[0]);
        other.GetProperty("reason").GetString().ShouldBe("deriver_failed");
        other.GetProperty("detail").GetString()!.ShouldContain("expected version 2, as its definition says, found 1 in its assembly");
    }

    [Fact]
    public async Task A_definition_that_cannot_work_is_listed_with_what_is_wrong_and_its_rule_says_so_in_why()
    {
        var definition = Path.Combine(Directory.CreateDirectory(Path.Combine(Data, "derivers")).FullName, "outside.json");
        await File.WriteAllTextAsync(definition, """{"version": 1, "command": ["sh", "-c", "exit 3"]}""", Token);
        await StrataProgram.JsonAsync(Data, 0, "dataset", "create", Dataset);
        await StrataProgram.JsonAsync(Data, 0, "rule", "declare", Dataset, "outside", "--deriver", "outside", "--input", "base", "--output", "outside");
        await File.WriteAllTextAsync(definition, """{"version": 1, "comand": ["sh"]}""", Token);

        var listed = (await StrataProgram.JsonAsync(Data, 0, "deriver", "list")).EnumerateArray().Single(d => d.GetProperty("name").GetString() == "outside");
        await StrataProgram.JsonAsync(Data, 0, "register", Samples.Files[0], "--dataset", Dataset, "--wait");
        var why = (await StrataProgram.JsonAsync(Data, 0, "why", Dataset, Samples.Segments[0], "outside"))[0];

        listed.GetProperty("problem").GetString()!.ShouldContain("expected either command");
        (why.GetProperty("outcome").GetString(), why.GetProperty("reason").GetString()).ShouldBe(("failed", "deriver_missing"));
        why.GetProperty("sentence").GetString()!.ShouldContain("outside.json: command: expected either command");
        (await StrataProgram.JsonAsync(Data, 0, "segments", Dataset)).EnumerateArray().Select(StrataProgram.Layers).ShouldBe(["base, tracking_error, quality"]);
    }

    [Fact]
    public async Task A_rule_is_refused_that_could_write_where_a_deriver_of_somebody_else_may_write_and_the_other_way_round()
    {
        var derivers = Directory.CreateDirectory(Path.Combine(Data, "derivers")).FullName;
        foreach (var (name, outputs) in new[] { ("wide", "/derived"), ("beside", "/derived/{layer}"), ("foreign", "/__properties/tracking_error") })
        {
            await File.WriteAllTextAsync(Path.Combine(derivers, $"{name}.json"), $$"""{"version": 1, "command": ["sh", "-c", "exit 3"], "outputs": ["{{outputs}}"]}""", Token);
        }

        await StrataProgram.JsonAsync(Data, 0, "dataset", "create", Dataset);
        (await RefusedAsync(Declaration("wide", "wide"))).ShouldContain("rule 'wide': entity path '/derived/**' is written by rule 'tracking_error' already, into layer 'tracking_error'");
        (await RefusedAsync(Declaration("foreign", "foreign"))).ShouldContain("rule 'foreign': property 'tracking_error' is written by rule 'tracking_error' already");
        await StrataProgram.JsonAsync(Data, 0, Declaration("beside", "beside"));
        (await RefusedAsync([.. Declaration("left", "tracking_error"), "--set", "outputEntity=/derived/beside/left"]))
            .ShouldContain("rule 'left': entity path '/derived/beside/left' is written by rule 'beside' already, into layer 'beside'");
        await StrataProgram.JsonAsync(Data, 0, [.. Declaration("left", "tracking_error"), "--set", "outputEntity=/derived/beside_left"]);
        (await StrataProgram.JsonAsync(Data, 0, "rule", "list", Dataset)).EnumerateArray().Select(r => r.GetProperty("rule").GetString()).ShouldBe(["tracking_error", "quality", "beside", "left"], ignoreOrder: true);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static string[] Declaration(string rule, string deriver) => ["rule", "declare", Dataset, rule, "--deriver", deriver, "--input", "base", "--output", rule];

    private async Task<string> RefusedAsync(string[] arguments)
    {
        var refused = await StrataProgram.RunAsync(Data, arguments);
        refused.Code.ShouldBe(1, refused.Out);
        return refused.Error;
    }

    /// <summary>In a folder with the repository's samples, where <c>python3</c> is the one with the SDK.</summary>
    private DocumentShell Shell(string python)
    {
        Directory.CreateSymbolicLink(Path.Combine(_folder, "samples"), Path.Combine(Samples.Repository, "samples"));
        ShellScript.Write(_folder, "python3", $"exec '{python}' \"$@\"");
        return new(_folder, Data);
    }

    private static async Task<string> RunAsync(string program, params string[] arguments)
    {
        var result = await StrataProgram.RunAsync(new System.Diagnostics.ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true });
        result.Code.ShouldBe(0, $"{program} {string.Join(' ', arguments)}: {result.Out}{result.Error}");
        return result.Out;
    }
}
