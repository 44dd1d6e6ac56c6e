using System.Text.Json;
using Strata.EndToEnd.Tests.Docs;

namespace Strata.EndToEnd.Tests;

/// <summary>The commands of docs/real-robots.md run as they stand there, and do what is said.</summary>
public sealed class DocumentedRobotsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("strata-docs-robots-").FullName;

    private string Data => Path.Combine(_folder, "data");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task An_arm_is_looked_at_tried_declared_and_derived()
    {
        File.Copy(Path.Combine(Samples.Repository, "tests", "Data", "sdk", "joint_layouts", "one_entity.rrd"), Path.Combine(_folder, "one_entity.rrd"));

        var output = await RunAsync("An arm from the beginning");

        output.ShouldContain("one_entity: fits 1 segment, such as layout_one_entity");
        output.ShouldContain("of the components of /arm target_q is named like a command and actual_q like an observation");
        output.ShouldContain("""--parameters '{"command":"/arm:target_q","observation":"/arm:actual_q","unit":"rad"}'""");
        output.ShouldContain("rule 'tracking_error', which is not declared so, on segment 'layout_one_entity': derived, layer 'tracking_error' by tracking_error; nothing was registered");
        output.ShouldContain("/derived/tracking_error over real_time: 120 rows");
        output.ShouldContain("120 rows used, none dropped");
        output.ShouldContain("linear");
        (await LayersAsync("my_arm")).ShouldBe("base, tracking_error, quality");
    }

    [Fact]
    public async Task Two_arms_are_judged_by_the_worse_of_them()
    {
        await TwoArms.WriteAsync(Path.Combine(_folder, "two_arms.rrd"), left: 0.05, right: 0.2);

        await RunAsync("Two arms");

        var row = (await StrataProgram.JsonAsync(Data, 0, "segments", "two_arms")).EnumerateArray().Single();
        StrataProgram.Layers(row).Split(", ").ShouldBe(["base", "tracking_error_left", "tracking_error_right", "quality"], ignoreOrder: true);
        Only(row, "property:quality:tracking_good").GetBoolean().ShouldBeFalse();
        Only(row, "property:quality:worst_entity").GetString().ShouldBe("/derived/tracking_error/right");
        (await StrataProgram.RunAsync(Data, "why", "two_arms", TwoArms.Segment, "quality")).Out.ShouldContain("of 2 errors /derived/tracking_error/right is the worst");
    }

    [Fact]
    public async Task A_test_of_a_rule_writes_nothing_into_the_log_and_says_the_command_that_mends()
    {
        await StrataProgram.JsonAsync(Data, 0, "register", Path.Combine(Samples.Repository, "tests", "Data", "sdk", "joint_layouts", "eight_and_seven.rrd"), "--dataset", "arms");
        var before = (await StrataProgram.JsonAsync(Data, 0, "history", "arms")).GetArrayLength();

        var tested = await StrataProgram.JsonAsync(Data, 0, "rule", "test", "arms", "tracking_error", "layout_eight_and_seven");
        var mended = await StrataProgram.JsonAsync(Data, 0, "rule", "test", "arms", "tracking_error", "layout_eight_and_seven", "--set", "joints=0..6");

        (tested.GetProperty("outcome").GetString(), tested.GetProperty("reason").GetString()).ShouldBe(("skipped", "no_comparable_rows"));
        tested.GetProperty("command").GetString().ShouldBe("rule declare arms tracking_error --set joints=0..6");
        tested.GetProperty("rows_dropped").GetProperty("joint_count_differs").GetInt64().ShouldBe(120);
        (mended.GetProperty("outcome").GetString(), mended.GetProperty("declared").GetBoolean(), mended.GetProperty("rows_used").GetInt64()).ShouldBe(("derived", false, 120));
        mended.GetProperty("properties").GetProperty("mean")[0].GetDouble().ShouldBeGreaterThan(0);
        mended.GetProperty("series")[0].GetProperty("bins").GetArrayLength().ShouldBe(120);
        (await StrataProgram.JsonAsync(Data, 0, "history", "arms")).GetArrayLength().ShouldBe(before);
        (await StrataProgram.RunAsync(Data, "rule", "test", "arms", "tracking_error", "layout_eight_and_seven")).Out.ShouldContain("strata rule declare arms tracking_error --set joints=0..6");
    }

    [Fact]
    public async Task What_no_preset_fits_and_what_is_not_there_is_said_with_what_there_is()
    {
        await StrataProgram.JsonAsync(Data, 0, "register", Path.Combine(Samples.Repository, "tests", "Data", "sdk", "joint_layouts", "no_action.rrd"), "--dataset", "arms");

        var suggested = await StrataProgram.RunAsync(Data, "rule", "suggest", "arms");
        suggested.Code.ShouldBe(0, suggested.Error);
        suggested.Out.ShouldContain("no preset fits 1 segment, such as layout_no_action; expected one of");
        suggested.Out.ShouldContain("/observation/joint_positions:Scalars:scalars  7");
        foreach (var (arguments, words) in new (string[], string)[]
        {
            (["rule", "suggest", "arms", "--segment", "nosuch"], "dataset 'arms' has no layer 'base' in a segment 'nosuch'"),
            (["rule", "suggest", "arms", "--unit", "inch"], "unit: expected one of rad, deg, m, found 'inch'"),
            (["rule", "declare", "arms", "tracking_error", "--preset", "lerobot"], "preset 'lerobot' fits no recording of dataset 'arms': expected a scalar entity for each joint"),
            (["rule", "declare", "arms", "tracking_error", "--preset", "nosuch"], "preset: expected one of howto, bimanual, one_entity, lerobot, vector, scalars, found 'nosuch'"),
            (["rule", "test", "arms", "tracking_error", "nosuch"], "dataset 'arms' has no segment 'nosuch'"),
            (["rule", "test", "arms", "other", "layout_no_action"], "rule 'other' does not stand in dataset 'arms' yet"),
            (["rule", "test", "arms", "other", "layout_no_action", "--deriver", "nosuch", "--input", "base"], "there is no deriver 'nosuch'"),
        })
        {
            var refused = await StrataProgram.RunAsync(Data, arguments);
            refused.Code.ShouldBe(1, string.Join(' ', arguments));
            refused.Error.ShouldContain(words);
        }

        (await StrataProgram.JsonAsync(Data, 0, "rule", "test", "arms", "quality", "layout_no_action")).GetProperty("detail").GetString()
            .ShouldBe("segment 'layout_no_action' has no layer 'tracking_error', which the rule reads; it has: base");
    }

    [Fact]
    public async Task A_joint_that_may_turn_without_end_is_a_warning_in_the_table_in_why_and_in_a_test_of_the_rule()
    {
        await StrataProgram.JsonAsync(Data, 0, "register", SmallRecordings.Write(_folder, "turning", 6.2, 0.1, 0.1), "--dataset", "arms");

        Only((await StrataProgram.JsonAsync(Data, 0, "segments", "arms"))[0], "property:tracking_error:warnings").GetString().ShouldBe("possible_wrap");
        (await StrataProgram.RunAsync(Data, "why", "arms", "turning", "tracking_error")).Out.ShouldContain("; warning: possible_wrap, command and observation differ by about whole turns");
        (await StrataProgram.RunAsync(Data, "rule", "test", "arms", "tracking_error", "turning")).Out
            .ShouldContain("warning: possible_wrap: command and observation differ by about whole turns: 0 (1 rows); if these joints turn without end: `--set wrap=[true,false]`");
        var wrapped = await StrataProgram.JsonAsync(Data, 0, "rule", "test", "arms", "tracking_error", "turning", "--set", "wrap=[true,false]");
        (wrapped.GetProperty("warnings").GetArrayLength(), wrapped.GetProperty("properties").GetProperty("max")[0].GetDouble() < 0.11).ShouldBe((0, true));
    }

    private Task<string> RunAsync(string heading) =>
        DocumentedCommands.RunAsync(string.Join('\n', FencedBlocks.Of("docs/real-robots.md", "sh", heading)), _folder, Data, TestContext.Current.CancellationToken);

    private async Task<string> LayersAsync(string dataset) => StrataProgram.Layers((await StrataProgram.JsonAsync(Data, 0, "segments", dataset)).EnumerateArray().Single());

    private static JsonElement Only(JsonElement row, string column) => row.GetProperty(column) is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray().Single() : row.GetProperty(column);
}
