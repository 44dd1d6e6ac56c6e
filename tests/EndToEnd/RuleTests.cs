using System.Text.Json;

namespace Strata.EndToEnd.Tests;

/// <summary>What a person does when a recording's joints lie elsewhere than in the how-to: reads why, declares the rule, applies it.</summary>
public sealed class RuleTests : IDisposable
{
    private const string Dataset = "arms";

    private readonly string _folder = Directory.CreateTempSubdirectory("strata-rule-").FullName;

    private string Data => Path.Combine(_folder, "data");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_rule_declared_as_the_reason_of_the_skip_says_derives_what_was_registered_before_by_back_fill()
    {
        var registered = await StrataProgram.RunAsync(Data, "register", Layout("one_entity"), "--dataset", Dataset);
        registered.Error.ShouldContain("`--set command=/arm:target_q`");
        registered.Error.ShouldContain("`--set observation=/arm:actual_q`");

        var declared = await StrataProgram.RunAsync(Data, "rule", "declare", Dataset, "tracking_error", "--set", "command=/arm:target_q", "--set", "observation=/arm:actual_q");
        declared.Code.ShouldBe(0, declared.Error);
        declared.Out.ShouldContain("declared as revision 2");
        declared.Out.ShouldContain("it does not apply to 1 segment registered before");
        declared.Out.ShouldContain($"backfill {Dataset} tracking_error");
        (await LayersAsync()).ShouldBe("base");
        (await StrataProgram.RunAsync(Data, "why", Dataset, await SegmentAsync(), "tracking_error")).Out.ShouldContain("That was revision 1; revision 2");

        await StrataProgram.JsonAsync(Data, 0, "backfill", Dataset, "tracking_error");
        (await LayersAsync()).ShouldBe("base, tracking_error, quality");
    }

    [Fact]
    public async Task The_gripper_is_left_out_with_the_parameter_that_the_skip_names()
    {
        await StrataProgram.RunAsync(Data, "register", Layout("eight_and_seven"), "--dataset", Dataset);
        var why = (await StrataProgram.JsonAsync(Data, 0, "why", Dataset, await SegmentAsync(), "tracking_error"))[0].GetProperty("sentence").GetString()!;
        why.ShouldContain("command has 8 instances, observation 7; if the last of command is a gripper: `--set joints=0..6`");
        why.ShouldContain($"`strata rule declare {Dataset} tracking_error");

        await StrataProgram.JsonAsync(Data, 0, "rule", "declare", Dataset, "tracking_error", "--set", "joints=0..6");
        await StrataProgram.JsonAsync(Data, 0, "register", Layout("eight_and_seven"), "--dataset", Dataset, "--on-duplicate", "replace");

        (await LayersAsync()).ShouldStartWith("base, tracking_error");
    }

    [Fact]
    public async Task Who_registers_into_a_dataset_without_rules_is_told_that_nothing_is_derived_and_what_proposes_rules()
    {
        var alone = await StrataProgram.RunAsync(Data, "register", Layout("one_entity"), "--dataset", Dataset, "--rules", "none");
        var ruled = await StrataProgram.RunAsync(Data, "register", Layout("eight_and_seven"), "--dataset", "ruled");

        alone.Error.ShouldContain($"nothing is derived from them: dataset '{Dataset}' has no rules");
        alone.Error.ShouldContain($"strata rule suggest {Dataset}");
        ruled.Error.ShouldNotContain("has no rules");
    }

    [Fact]
    public async Task A_whole_declaration_in_a_dataset_without_rules_derives_beside_a_server_what_comes_after_it()
    {
        await using var server = await StrataServerProcess.StartAsync(Data);
        await StrataProgram.JsonAsync(Data, 0, "dataset", "create", Dataset, "--rules", "none");
        var file = Path.Combine(_folder, "parameters.json");
        await File.WriteAllTextAsync(file, """{"command": "/arm:target_q", "observation": "/arm:actual_q", "unit": "rad"}""", TestContext.Current.CancellationToken);
        string[] declaration = ["rule", "declare", Dataset, "arm_error", "--deriver", "tracking_error", "--input", "base", "--output", "arm_error", "--parameters", $"@{file}"];

        var first = await StrataProgram.JsonAsync(Data, 0, declaration);
        var second = await StrataProgram.JsonAsync(Data, 0, declaration);
        await StrataProgram.JsonAsync(Data, 0, "register", Layout("one_entity"), "--dataset", Dataset, "--wait");

        first.EnumerateObject().Select(m => m.Name).ShouldBe(["rule", "revision", "changed", "deriver", "inputs", "layer", "parameters", "segments_before", "warnings"]);
        (first.GetProperty("revision").GetInt32(), first.GetProperty("changed").GetBoolean()).ShouldBe((1, true));
        (second.GetProperty("revision").GetInt32(), second.GetProperty("changed").GetBoolean()).ShouldBe((1, false));
        (await LayersAsync()).ShouldBe("base, arm_error");
    }

    [Fact]
    public async Task A_suggested_rule_that_stands_is_said_to_stand_and_is_proposed_again_when_it_is_another_one()
    {
        await StrataProgram.JsonAsync(Data, 0, "register", Samples.Files[0], "--dataset", Dataset);
        var all = (await StrataProgram.RunAsync(Data, "rule", "suggest", Dataset)).Out;
        all.ShouldContain("  rule 'tracking_error' stands so already");
        all.ShouldContain("  rule 'quality' stands so already");

        await StrataProgram.JsonAsync(Data, 0, "rule", "declare", Dataset, "quality", "--set", "threshold=0.2");
        var suggested = (await StrataProgram.RunAsync(Data, "rule", "suggest", Dataset)).Out;
        suggested.ShouldContain("  rule 'tracking_error' stands so already");
        suggested.ShouldContain($"rule declare {Dataset} quality --deriver quality");
    }

    [Fact]
    public async Task A_unit_in_which_no_other_rule_reads_the_layer_is_told_when_it_is_declared()
    {
        await StrataProgram.JsonAsync(Data, 0, "dataset", "create", Dataset);

        const string words = "unit: rule 'tracking_error' writes layer 'tracking_error' in deg, and rule 'quality' reads it in rad: declare both in one unit";
        Warnings(await StrataProgram.JsonAsync(Data, 0, "rule", "declare", Dataset, "tracking_error", "--set", "unit=deg")).ShouldBe([words]);
        Warnings(await StrataProgram.JsonAsync(Data, 0, "rule", "declare", Dataset, "quality", "--set", "threshold=0.2")).ShouldBe([words]);
        Warnings(await StrataProgram.JsonAsync(Data, 0, "rule", "declare", Dataset, "quality", "--set", "unit=deg", "--set", "threshold=7")).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_suggestion_in_a_unit_that_a_standing_rule_does_not_read_says_so()
    {
        await StrataProgram.JsonAsync(Data, 0, "dataset", "create", Dataset);
        await StrataProgram.RunAsync(Data, "register", Layout("scalar_per_joint"), "--dataset", Dataset);

        var native = (await StrataProgram.RunAsync(Data, "rule", "suggest", Dataset)).Out;
        native.ShouldStartWith("scalars: fits");
        native.ShouldContain("  - warning: unit: rule 'tracking_error' writes layer 'tracking_error' in native, and rule 'quality' reads it in rad: declare both in one unit");
        (await StrataProgram.RunAsync(Data, "rule", "suggest", Dataset, "--unit", "deg")).Out.ShouldContain("in deg, and rule 'quality' reads it in rad");
        (await StrataProgram.RunAsync(Data, "rule", "suggest", Dataset, "--unit", "rad")).Out.ShouldNotContain("warning");
    }

    [Fact]
    public async Task An_input_that_no_segment_has_and_no_rule_writes_is_told_once_something_is_registered()
    {
        string[] lag = ["rule", "declare", Dataset, "lag", "--deriver", "lag", "--output", "lag", "--input"];
        await StrataProgram.JsonAsync(Data, 0, "dataset", "create", Dataset);
        Warnings(await StrataProgram.JsonAsync(Data, 0, [.. lag, "bas"])).ShouldBeEmpty();
        await StrataProgram.JsonAsync(Data, 0, "register", Samples.Files[0], "--dataset", Dataset);

        Warnings(await StrataProgram.JsonAsync(Data, 0, [.. lag, "bas"])).ShouldBe(["input: no segment has a layer 'bas', and no rule writes one; the rule waits until somebody registers it"]);
        Warnings(await StrataProgram.JsonAsync(Data, 0, [.. lag, "base"])).ShouldBeEmpty();
        (await StrataProgram.RunAsync(Data, "derivations", Dataset, "--waiting")).Out.ShouldContain($"`strata backfill {Dataset} lag`");
        Warnings(await StrataProgram.JsonAsync(Data, 0, [.. lag, "quality"])).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_property_that_nothing_gives_is_told_with_those_near_it_when_a_verdict_over_it_is_declared()
    {
        string[] gaps = ["rule", "declare", Dataset, "gaps", "--deriver", "gaps", "--input", "base", "--output", "gaps"];
        string[] verdict = ["rule", "declare", Dataset, "verdict", "--deriver", "verdict", "--input", "tracking_error", "--input", "gaps", "--output", "verdict", "--set"];
        await StrataProgram.JsonAsync(Data, 0, "dataset", "create", Dataset);
        await StrataProgram.JsonAsync(Data, 0, gaps);

        // Nothing was derived yet: what the properties hold is not known.
        Warnings(await StrataProgram.JsonAsync(Data, 0, [.. verdict, "good=tracking_error:maen < 0.13"])).ShouldHaveSingleItem().ShouldStartWith("names: the dataset has no segment yet");
        await StrataProgram.JsonAsync(Data, 0, "register", Samples.Files[0], "--dataset", Dataset, "--wait");
        const string unknown = "good: expected the name of a column, found 'tracking_error:maen': no row has such a property, whose column comes with the first that has; near it";
        Warnings(await StrataProgram.JsonAsync(Data, 0, [.. verdict, "good=tracking_error:maen < 0.13 && gaps_max_ms < 200"])).ShouldHaveSingleItem().ShouldStartWith(unknown);
        var warned = (await StrataProgram.RunAsync(Data, [.. verdict, "good=tracking_error:maen < 0.14"])).Out;
        warned.ShouldContain($"warning: {unknown}");
        warned.ShouldContain("""with {"good":"tracking_error:maen < 0.14"};""");
        (await StrataProgram.RunAsync(Data, "rule", "show", Dataset, "verdict")).Out.ShouldContain("""{"good":"tracking_error:maen < 0.14"}""");
        Warnings(await StrataProgram.JsonAsync(Data, 0, [.. verdict, "good=tracking_error:mean < 0.13 && gaps_max_ms < 200"])).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_cannot_work_is_refused_when_it_is_declared()
    {
        await StrataProgram.JsonAsync(Data, 0, "dataset", "create", Dataset);

        foreach (var (arguments, words) in new (string[], string)[]
        {
            (["quality", "--set", "unit=native"], "unit: expected rad, deg or m, found native"),
            (["tracking_error", "--set", "joint=0..6"], "joint: unknown; expected"),
            (["tracking_error", "--parameters", "[]"], "expected an object"),
            (["mine", "--deriver", "my_code", "--input", "base", "--output", "mine"], "there is no deriver 'my_code'; there are: 'completeness', 'gaps', 'lag', 'motion', 'quality', 'range', 'smoothness', 'static_joints', 'tracking_error', 'verdict'"),
            (["mine", "--deriver", "quality"], "--input, --output must be told"),
            (["mine", "--deriver", "lag", "--set", "joint=0..6"], "--input, --output must be told; and joint: unknown; expected"),
            (["mine", "--deriver", "my_code"], "--input, --output must be told; and there is no deriver 'my_code'"),
        })
        {
            var refused = await StrataProgram.RunAsync(Data, ["rule", "declare", Dataset, .. arguments]);
            refused.Code.ShouldBe(1, refused.Out);
            refused.Error.ShouldContain(words);
        }

        (await StrataProgram.JsonAsync(Data, 0, "rule", "list", Dataset)).EnumerateArray().Select(r => r.GetProperty("revision").GetInt32()).ShouldBe([1, 1]);
    }

    private static string[] Warnings(JsonElement declared) => [.. declared.GetProperty("warnings").EnumerateArray().Select(w => w.GetString()!)];

    private static string Layout(string name) => Path.Combine(Samples.Repository, "tests", "Data", "sdk", "joint_layouts", name + ".rrd");

    private async Task<JsonElement> RowAsync() => (await StrataProgram.JsonAsync(Data, 0, "segments", Dataset)).EnumerateArray().Single();

    private async Task<string> SegmentAsync() => (await RowAsync()).GetProperty("rerun_segment_id").GetString()!;

    private async Task<string> LayersAsync() => StrataProgram.Layers(await RowAsync());
}
