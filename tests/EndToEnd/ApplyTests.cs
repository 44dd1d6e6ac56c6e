using System.Text.Json;
using Strata.EndToEnd.Tests.Docs;
using Strata.Servers;

namespace Strata.EndToEnd.Tests;

/// <summary>Rules from a file: the sample as docs/rules-file.md applies it, again, changed, pruned, and with mistakes.</summary>
public sealed class ApplyTests(PostgresServer postgres) : IClassFixture<PostgresServer>, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("strata-apply-").FullName;

    private string Data => Path.Combine(_folder, "data");

    private string Rules => Path.Combine(_folder, "samples", "rules.yaml");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task The_sample_is_applied_as_its_page_says_and_a_second_time_changes_nothing()
    {
        CopySample();
        var output = await DocumentedCommands.RunAsync(FencedBlocks.Of("docs/rules-file.md", "sh").Single(), _folder, Data, Token);
        output.ShouldContain("nothing was changed: this was a dry run");
        output.ShouldEndWith(FencedBlocks.Of("docs/rules-file.md", "").Single().Trim() + "\n");

        var again = await StrataProgram.JsonAsync(Data, 0, "apply", Rules);
        (again.GetProperty("applied").GetBoolean(), again.GetProperty("changes").EnumerateArray().All(c => c.GetProperty("change").GetString() == "unchanged")).ShouldBe((false, true));
        (await StrataProgram.RunAsync(Data, "apply", Rules)).Out.ShouldEndWith($"nothing to change{Environment.NewLine}");

        await StrataProgram.JsonAsync(Data, 0, "register", Samples.Files[0], "--dataset", "my_robot");
        StrataProgram.Layers((await StrataProgram.JsonAsync(Data, 0, "segments", "my_robot"))[0]).Split(", ").ShouldBe(["base", "tracking_error", "quality", "gaps"], ignoreOrder: true);
    }

    [Fact]
    public async Task What_is_not_told_is_left_alone_and_retired_with_prune()
    {
        await StrataProgram.JsonAsync(Data, 0, "dataset", "create", "arms");
        var file = await WriteAsync("datasets: { arms: { rules: { gaps: { deriver: gaps } } } }");
        Changes(await StrataProgram.JsonAsync(Data, 0, "apply", file)).ShouldBe(["gaps added 1", "tracking_error not_told 1", "quality not_told 1"]);
        Changes(await StrataProgram.JsonAsync(Data, 0, "apply", file, "--prune", "--dry-run")).ShouldBe(["gaps unchanged 1", "tracking_error retired 1", "quality retired 1"]);
        (await StrataProgram.JsonAsync(Data, 0, "rule", "list", "arms")).GetArrayLength().ShouldBe(3);
        (await StrataProgram.JsonAsync(Data, 0, "apply", file, "--prune")).GetProperty("applied").GetBoolean().ShouldBeTrue();
        (await StrataProgram.JsonAsync(Data, 0, "rule", "list", "arms")).GetArrayLength().ShouldBe(1);
    }

    [Fact]
    public async Task A_rule_that_names_what_nothing_gives_is_shown_with_a_warning()
    {
        await StrataProgram.JsonAsync(Data, 0, "register", Samples.Files[0], "--dataset", "arms", "--wait");
        var file = await WriteAsync("""datasets: { arms: { rules: { verdict: { deriver: verdict, inputs: [tracking_error], parameters: { good: "tracking_error:maen < 0.13" } } } } }""");
        var planned = await StrataProgram.JsonAsync(Data, 0, "apply", file, "--dry-run");
        planned.GetProperty("changes")[0].GetProperty("warnings").EnumerateArray().Single().GetString()!.ShouldContain("found 'tracking_error:maen'");
        (await StrataProgram.RunAsync(Data, "apply", file)).Out.ShouldContain("      warning: good: expected the name of a column, found 'tracking_error:maen'");
    }

    [Fact]
    public async Task What_was_registered_before_is_counted_with_the_command_that_applies_a_rule_to_it()
    {
        await StrataProgram.JsonAsync(Data, 0, "register", Samples.Files[0], Samples.Files[1], "--dataset", "arms", "--wait");
        var file = await WriteAsync("datasets: { arms: { rules: { gaps: { deriver: gaps }, motion: { deriver: motion } } } }");
        Waiting(await StrataProgram.JsonAsync(Data, 0, "apply", file, "--dry-run")).ShouldAllBe(count => count == 0);
        var applied = (await StrataProgram.RunAsync(Data, "apply", file)).Out;
        applied.ShouldContain("gaps does not apply to 2 segments registered before; to apply it: strata ");
        applied.ShouldContain("backfill arms gaps");

        file = await WriteAsync("datasets: { arms: { rules: { gaps: { deriver: gaps, parameters: { expectedHz: 15 } }, motion: { deriver: motion } } } }");
        Waiting(await StrataProgram.JsonAsync(Data, 0, "apply", file)).ShouldBe([2, 0, 0, 0]);
    }

    [Theory]
    [InlineData("gaps: { deriver: gap }", 1, "rules.yaml:1:", "rule 'gaps': there is no deriver 'gap'")]
    [InlineData("gaps: { deriver: gaps, parameters: { expectedHz: -1 } }", 1, "rules.yaml:1:", "expectedHz: expected a rate in Hz above 0")]
    [InlineData("gaps: { derivr: gaps }", 2, "rules.yaml:1:", "did you mean 'deriver'?")]
    [InlineData("left: { deriver: tracking_error, parameters: { unit: rad } }", 1, "rules.yaml:1:", "entity path '/derived/tracking_error' is written by rule 'tracking_error' already")]
    public async Task A_file_with_a_mistake_changes_nothing_and_says_where_it_is(string rule, int code, string place, string words)
    {
        await StrataProgram.JsonAsync(Data, 0, "dataset", "create", "arms");
        await StrataProgram.JsonAsync(Data, 0, "dataset", "create", "legs", "--rules", "none");
        var file = await WriteAsync($"datasets: {{ legs: {{ rules: {{ fine: {{ deriver: gaps }} }} }}, arms: {{ rules: {{ {rule} }} }} }}");
        var refused = await StrataProgram.RunAsync(Data, "apply", file);
        refused.Code.ShouldBe(code, refused.Error);
        refused.Error.ShouldContain(place);
        refused.Error.ShouldContain(words);
        (await StrataProgram.JsonAsync(Data, 0, "rule", "list", "legs")).GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task The_same_file_is_applied_and_a_rule_retired_with_the_log_in_postgresql()
    {
        CopySample();
        await using var database = await postgres.CreateDatabaseAsync();
        await using var server = await StrataServerProcess.StartAsync(Data, PostgresTests.Setting(database));
        await StrataProgram.JsonAsync(Data, 0, "dataset", "create", "my_robot");
        await StrataProgram.JsonAsync(Data, 0, "dataset", "create", "two_arms", "--rules", "none");
        (await StrataProgram.JsonAsync(Data, 0, "apply", Rules)).GetProperty("applied").GetBoolean().ShouldBeTrue();
        await StrataProgram.JsonAsync(Data, 0, "register", Samples.Files[0], "--dataset", "my_robot", "--wait");
        await StrataProgram.JsonAsync(Data, 0, "rule", "retire", "my_robot", "gaps", "--remove-layers");
        StrataProgram.Layers((await StrataProgram.JsonAsync(Data, 0, "segments", "my_robot"))[0]).ShouldBe("base, tracking_error, quality");
        (await StrataProgram.JsonAsync(Data, 0, "derivations", "my_robot")).GetProperty("summary").EnumerateArray().Select(s => s.GetProperty("outcome").GetString()).Distinct().ShouldBe(["derived"]);
    }

    private void CopySample()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Rules)!);
        File.Copy(Path.Combine(Samples.Repository, "samples", "rules.yaml"), Rules);
    }

    private async Task<string> WriteAsync(string text)
    {
        var file = Path.Combine(_folder, "rules.yaml");
        await File.WriteAllTextAsync(file, text, Token);
        return file;
    }

    private static IEnumerable<int> Waiting(JsonElement answer) => answer.GetProperty("changes").EnumerateArray().Select(c => c.GetProperty("segments_before").GetInt32());

    private static IEnumerable<string> Changes(JsonElement answer) =>
        answer.GetProperty("changes").EnumerateArray().Select(c => $"{c.GetProperty("rule").GetString()} {c.GetProperty("change").GetString()} {c.GetProperty("revision").GetInt32()}");
}
