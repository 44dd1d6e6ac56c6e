using System.Text.Json;

namespace Strata.EndToEnd.Tests;

/// <summary>The life of a rule as a person leads it: added, seen, suppressed, adopted for, retired, and added again.</summary>
public sealed class RuleLifeTests : IDisposable
{
    private const string Dataset = "arms";

    private readonly string _folder = Directory.CreateTempSubdirectory("strata-rule-life-").FullName;

    private string Data => Path.Combine(_folder, "data");

    private static string Segment => Samples.Segments[0];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_retired_rule_works_no_more_what_it_made_stands_and_why_says_so_until_it_is_removed()
    {
        await CreateAsync();
        await StrataProgram.JsonAsync(Data, 0, "rule", "add", Dataset, "gaps", "--deriver", "gaps", "--input", "base", "--output", "gaps");
        await StrataProgram.JsonAsync(Data, 0, "register", Samples.Files[0], "--dataset", Dataset);

        var retired = await StrataProgram.JsonAsync(Data, 0, "rule", "retire", Dataset, "gaps");
        (retired.GetProperty("retired").GetBoolean(), retired.GetProperty("removed_layers").GetInt32()).ShouldBe((true, 0));
        await StrataProgram.JsonAsync(Data, 0, "register", Samples.Files[1], "--dataset", Dataset);

        (await LayersAsync(Segment)).ShouldContain("gaps");
        (await LayersAsync(Samples.Segments[1])).ShouldNotContain("gaps");
        var why = await WhyAsync(Segment, "gaps");
        (Text(why, "outcome"), Text(why, "rule")).ShouldBe(("retired", "gaps"));
        Text(why, "sentence").ShouldContain("rule 'gaps' was retired at position");
        (await RulesAsync()).ShouldBe(["tracking_error", "quality"]);
        (await RulesAsync("--all")).ShouldBe(["tracking_error", "quality", "gaps"]);

        var again = await StrataProgram.JsonAsync(Data, 0, "rule", "retire", Dataset, "gaps", "--remove-layers");
        (again.GetProperty("retired").GetBoolean(), again.GetProperty("removed_layers").GetInt32()).ShouldBe((false, 1));
        (Text(await WhyAsync(Segment, "gaps"), "outcome"), Text(await WhyAsync(Segment, "gaps"), "reason")).ShouldBe(("removed", "rule_retired"));

        var added = await StrataProgram.JsonAsync(Data, 0, "rule", "add", Dataset, "gaps", "--deriver", "gaps", "--input", "base", "--output", "gaps");
        added.GetProperty("revision").GetInt32().ShouldBe(2);
        await StrataProgram.JsonAsync(Data, 0, "register", Samples.Files[2], "--dataset", Dataset);
        (await LayersAsync(Samples.Segments[2])).ShouldContain("gaps");
        var shown = await StrataProgram.JsonAsync(Data, 0, "rule", "show", Dataset, "gaps");
        shown.GetProperty("revisions").EnumerateArray().Select(r => (r.GetProperty("revision").GetInt32(), r.GetProperty("until_position").ValueKind)).ShouldBe([(1, JsonValueKind.Number), (2, JsonValueKind.Null)]);
        (await StrataProgram.JsonAsync(Data, 0, "rebuild", "--verify")).GetProperty("differences").GetArrayLength().ShouldBe(0);
        (await HistoryAsync()).ShouldContain(t => t.StartsWith("rule 'gaps' was retired by ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_stands_of_a_retired_rule_shows_that_it_is_not_made_anew()
    {
        await StrataProgram.JsonAsync(Data, 0, "register", Samples.Files[0], "--dataset", Dataset);
        await StrataProgram.JsonAsync(Data, 0, "rule", "retire", Dataset, "tracking_error");
        await ReplaceBaseAsync();

        (await LayersAsync(Segment)).ShouldBe("tracking_error, quality, base");
        Text(await WhyAsync(Segment, "tracking_error"), "sentence").ShouldContain("nothing makes it anew, and it is stale, since input layer 'base' is another one by now");
    }

    [Fact]
    public async Task A_given_layer_is_adopted_by_its_rule_which_derives_it_then()
    {
        var given = Path.Combine(_folder, "given.rrd");
        await StrataProgram.JsonAsync(Data, 0, "register", Samples.Files[0], "--dataset", Dataset);
        await StrataProgram.RunAsync(Data, "rrd", "filter", Samples.Files[0], "--drop-entity", "/camera/**", "-o", given);
        await StrataProgram.JsonAsync(Data, 0, "register", given, "--dataset", Dataset, "--layer", "tracking_error");
        Text(await WhyAsync(Segment, "tracking_error"), "outcome").ShouldBe("given");

        var refused = await StrataProgram.RunAsync(Data, "rule", "adopt", Dataset, Segment, "base");
        (refused.Code, refused.Error.Contains("no rule of dataset 'arms' writes layer 'base'", StringComparison.Ordinal)).ShouldBe((1, true));
        var adopted = await StrataProgram.JsonAsync(Data, 0, "rule", "adopt", Dataset, Segment, "tracking_error");
        (Text(adopted, "rule"), adopted.GetProperty("adopted").GetBoolean()).ShouldBe(("tracking_error", true));

        (await LayersAsync(Segment)).ShouldBe("base, tracking_error, quality");
        Text(await WhyAsync(Segment, "tracking_error"), "outcome").ShouldBe("derived");
        (await StrataProgram.JsonAsync(Data, 0, "rule", "adopt", Dataset, Segment, "tracking_error")).GetProperty("adopted").GetBoolean().ShouldBeFalse();
    }

    [Fact]
    public async Task A_suppressed_rule_leaves_the_segment_alone_until_it_is_resumed()
    {
        await StrataProgram.JsonAsync(Data, 0, "register", Samples.Files[0], "--dataset", Dataset, "--rules", "none");
        await StrataProgram.JsonAsync(Data, 0, "rule", "add", Dataset, "gaps", "--deriver", "gaps", "--input", "base", "--output", "gaps");
        (await StrataProgram.RunAsync(Data, "rule", "suppress", Dataset, "gaps", Segment)).Code.ShouldBe(2);
        (await StrataProgram.JsonAsync(Data, 0, "rule", "suppress", Dataset, "gaps", Segment, "--reason", "calibration run")).GetProperty("suppressed").GetBoolean().ShouldBeTrue();
        Text(await WhyAsync(Segment, "gaps"), "sentence").ShouldContain("(calibration run)");
        var summary = (await StrataProgram.JsonAsync(Data, 0, "derivations", Dataset)).GetProperty("summary")[0];
        (Text(summary, "outcome"), Text(summary, "what_to_do")).ShouldBe(("suppressed", "`strata rule resume DATASET RULE SEGMENT`"));

        await StrataProgram.JsonAsync(Data, 0, "rule", "resume", Dataset, "gaps", Segment);
        (await LayersAsync(Segment)).ShouldBe("base, gaps");
    }

    [Fact]
    public async Task A_second_rule_on_one_entity_path_is_refused_with_the_parameter_that_moves_it()
    {
        await CreateAsync();
        string[] second = ["rule", "add", Dataset, "left", "--deriver", "tracking_error", "--input", "base", "--output", "left", "--set", "unit=rad"];
        var refused = await StrataProgram.RunAsync(Data, second);
        refused.Code.ShouldBe(1);
        refused.Error.ShouldContain("rule 'left': entity path '/derived/tracking_error' is written by rule 'tracking_error' already, into layer 'tracking_error'");
        refused.Error.ShouldContain("`--set outputEntity=/PATH`");
        await StrataProgram.JsonAsync(Data, 0, [.. second, "--set", "outputEntity=/derived/left"]);

        var listed = (await StrataProgram.JsonAsync(Data, 0, "rule", "list", Dataset)).EnumerateArray().Last();
        (Text(listed, "unit"), listed.GetProperty("entities")[0].GetString(), listed.GetProperty("properties")[0].GetString()).ShouldBe(("rad", "/derived/left", "left"));
    }

    [Fact]
    public async Task Rule_9_a_base_was_replaced_and_making_the_layer_anew_failed_the_old_one_stands_is_stale_and_says_why()
    {
        await StrataProgram.JsonAsync(Data, 0, "register", Samples.Files[0], "--dataset", Dataset);
        var before = Directory.EnumerateFiles(Path.Combine(Data, "recordings"), "*.rrd", SearchOption.AllDirectories).ToHashSet();
        await using (var server = await StrataServerProcess.StartAsync(Data, "--roles", "registrar,projections,web"))
        {
            await ReplaceBaseAsync();
            (await server.TerminateAsync()).ShouldBe(0);
        }

        File.Delete(Directory.EnumerateFiles(Path.Combine(Data, "recordings"), "*.rrd", SearchOption.AllDirectories).Single(f => !before.Contains(f)));
        await StrataProgram.JsonAsync(Data, 0, "register", Samples.Files[1], "--dataset", Dataset);

        (await LayersAsync(Segment)).ShouldBe("tracking_error, quality, base");
        var why = await WhyAsync(Segment, "tracking_error");
        (Text(why, "outcome"), Text(why, "reason")).ShouldBe(("stale", "recording_missing"));
        Text(why, "sentence").ShouldContain("It is stale and kept: input layer 'base' was replaced at position");
        var failed = await StrataProgram.JsonAsync(Data, 0, "derivations", Dataset, "--failed");
        (Text(failed.GetProperty("rows")[0], "segment"), failed.GetProperty("rows")[0].GetProperty("stale").GetBoolean(), failed.GetProperty("matching").GetInt32()).ShouldBe((Segment, true, 1));
        (await StrataProgram.JsonAsync(Data, 0, "derivations", Dataset, "--stale", "--rule", "tracking_error")).GetProperty("summary")[0].GetProperty("stale").GetInt32().ShouldBe(1);
        (await StrataProgram.RunAsync(Data, "derivations", Dataset, "--failed")).Out.ShouldContain("recording_missing");
    }

    /// <summary>Other bytes of the same recording.</summary>
    private async Task ReplaceBaseAsync()
    {
        var other = Path.Combine(_folder, "other.rrd");
        (await StrataProgram.RunAsync(Data, "rrd", "filter", Samples.Files[0], "--drop-entity", "/camera/**", "-o", other)).Code.ShouldBe(0);
        await StrataProgram.JsonAsync(Data, 0, "register", other, "--dataset", Dataset, "--on-duplicate", "replace");
    }

    private Task<JsonElement> CreateAsync() => StrataProgram.JsonAsync(Data, 0, "dataset", "create", Dataset);

    private async Task<JsonElement> WhyAsync(string segment, string layer) => (await StrataProgram.JsonAsync(Data, 0, "why", Dataset, segment, layer))[0];

    private async Task<string> LayersAsync(string segment) => StrataProgram.Layers((await StrataProgram.JsonAsync(Data, 0, "segments", Dataset, "--segment", segment))[0]);

    private async Task<string[]> RulesAsync(params string[] options) =>
        [.. (await StrataProgram.JsonAsync(Data, 0, ["rule", "list", Dataset, .. options])).EnumerateArray().Select(r => Text(r, "rule"))];

    private async Task<string[]> HistoryAsync() => [.. (await StrataProgram.JsonAsync(Data, 0, "history", Dataset)).EnumerateArray().Select(e => Text(e, "text"))];

    private static string Text(JsonElement element, string member) => element.GetProperty(member).GetString()!;
}
