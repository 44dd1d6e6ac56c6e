using System.Globalization;
using System.Text.Json;

namespace Strata.EndToEnd.Tests;

/// <summary>Past states and pins by commands.</summary>
public sealed class MomentCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("strata-moments-").FullName;

    private string Data => Path.Combine(_folder, "data");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("dataset schema")]
    [InlineData("segments")]
    [InlineData("manifest")]
    public async Task An_empty_moment_advises_to_look_at_the_dataset_and_never_to_register_into_the_moment(string command)
    {
        await StrataProgram.RunAsync(Data, "register", Samples.Files[0], "--dataset", "robots", "--rules", "none");

        var empty = await StrataProgram.RunAsync(Data, [.. command.Split(' '), "robots[1]"]);

        (empty.Code, empty.Error.TrimEnd()).ShouldBe((0, "dataset 'robots[1]' holds nothing; next: strata history robots"));
        (await StrataProgram.RunAsync(Data, [.. command.Split(' '), "robots", "--as-of", "1"])).Error.TrimEnd().ShouldEndWith("; next: strata history robots");
    }

    [Fact]
    public async Task Every_reading_command_shows_a_past_state_by_an_option_or_by_the_name()
    {
        await StrataProgram.RunAsync(Data, "register", Samples.Files[0], "--dataset", "robots", "--wait");
        var history = (await StrataProgram.JsonAsync(Data, 0, "history", "robots")).EnumerateArray().ToList();
        history.Select(e => e.GetProperty("type").GetString()).ShouldBe(
            ["dataset_created", "rule_declared", "rule_declared", "layer_registered", "layer_registered", "derivation_done", "layer_registered", "derivation_done"]);
        var (at, atNs) = (Position(history[3]), history[3].GetProperty("recorded_at_ns").GetInt64());
        var time = $"{DateTimeOffset.UnixEpoch.AddTicks(atNs / 100):yyyy-MM-dd'T'HH:mm:ss}.{(atNs % 1_000_000_000).ToString("D9", CultureInfo.InvariantCulture)}Z";
        await StrataProgram.RunAsync(Data, "register", Samples.Files[1], "--dataset", "robots", "--wait");
        foreach (var moment in new[] { $"{at}", time })
        {
            foreach (var command in new[] { "segments", "manifest", "dataset schema", "why" })
            {
                string[] rest = command == "why" ? [Samples.Segments[0]] : [];
                var asOf = await StrataProgram.JsonAsync(Data, 0, [.. command.Split(' '), "robots", .. rest, "--as-of", moment]);
                var named = await StrataProgram.JsonAsync(Data, 0, [.. command.Split(' '), $"robots[{moment}]", .. rest]);
                JsonElement.DeepEquals(asOf, named).ShouldBeTrue(command);
                JsonElement.DeepEquals(asOf, await StrataProgram.JsonAsync(Data, 0, [.. command.Split(' '), "robots", .. rest])).ShouldBeFalse(command);
            }
        }

        StrataProgram.Layers((await StrataProgram.JsonAsync(Data, 0, "segments", $"robots[{at}]")).EnumerateArray().ShouldHaveSingleItem()).ShouldBe("base");
        (await StrataProgram.JsonAsync(Data, 0, "manifest", "robots", "--as-of", time)).GetArrayLength().ShouldBe(1);
        (await StrataProgram.JsonAsync(Data, 0, "history", $"robots[{at}]")).GetArrayLength().ShouldBe(4);
        (await StrataProgram.JsonAsync(Data, 0, "history", $"robots[{at}]", Samples.Segments[0])).GetArrayLength().ShouldBe(1);
        foreach (var segment in Samples.Segments[..2])
        {
            var all = (await StrataProgram.JsonAsync(Data, 0, "history", "robots")).EnumerateArray().Where(e => e.GetProperty("segment").GetString() == segment);
            (await StrataProgram.JsonAsync(Data, 0, "history", "robots", segment)).EnumerateArray().Select(e => e.GetRawText()).ShouldBe(all.Select(e => e.GetRawText()));
        }

        (await StrataProgram.JsonAsync(Data, 0, "rule", "list", $"robots[{at - 1}]")).GetArrayLength().ShouldBe(2);
        (await StrataProgram.JsonAsync(Data, 0, "rule", "list", "robots[1]")).GetArrayLength().ShouldBe(0);

        await using (await StrataServerProcess.StartAsync(Data))
        {
            (await StrataProgram.JsonAsync(Data, 0, "open", $"robots[{at}]", Samples.Segments[0])).GetProperty("dataset_id").GetString()!.ShouldStartWith("a50f");
        }

        var why = (await StrataProgram.JsonAsync(Data, 0, "why", $"robots[{at}]", Samples.Segments[0])).EnumerateArray().ToDictionary(l => l.GetProperty("layer").GetString()!);
        why["base"].GetProperty("outcome").GetString().ShouldBe("given");
        why["tracking_error"].GetProperty("outcome").GetString().ShouldBe("pending");
        why["tracking_error"].GetProperty("sentence").GetString()!.ShouldContain($"as of position {at} it was not evaluated yet");
        why["quality"].GetProperty("outcome").GetString().ShouldBe("waits_for_input");

        var schema = (await StrataProgram.JsonAsync(Data, 0, "dataset", "schema", "robots")).EnumerateArray().ToList();
        schema.Select(c => c.GetProperty("kind").GetString()).Distinct().ShouldBe(["control", "index", "data", "property"]);
        schema.ShouldContain(c => c.GetProperty("column").GetString() == "/derived/tracking_error:Scalars:scalars" && c.GetProperty("entity_path").GetString() == "/derived/tracking_error");
        (await StrataProgram.RunAsync(Data, "dataset", "schema", "robots")).Out.ShouldContain("/derived/tracking_error:Scalars:scalars");
    }

    [Fact]
    public async Task Why_with_inputs_tells_fingerprints_deriver_version_and_parameters_upwards_and_downwards()
    {
        await StrataProgram.RunAsync(Data, "register", Samples.Files[0], "--dataset", "robots", "--wait");
        var manifest = (await StrataProgram.JsonAsync(Data, 0, "manifest", "robots")).EnumerateArray().Select(r => r.GetProperty("rerun_layer_name").GetString());
        manifest.ShouldBe(["base", "tracking_error", "quality"], ignoreOrder: true);
        var line = (await StrataProgram.JsonAsync(Data, 0, "why", "robots", Samples.Segments[0], "tracking_error", "--inputs")).EnumerateArray().ShouldHaveSingleItem();
        var lineage = line.GetProperty("lineage").EnumerateArray().Select(l => (l.GetProperty("direction").GetString(), l.GetProperty("layer").GetString(), l.GetProperty("deriver").GetString())).ToList();
        lineage.ShouldBe([("self", "tracking_error", "tracking_error"), ("upwards", "base", null), ("downwards", "quality", "quality")]);
        var downwards = line.GetProperty("lineage")[2];
        downwards.GetProperty("parameters").GetProperty("threshold").GetDouble().ShouldBe(0.13);
        downwards.GetProperty("deriver_version").GetInt32().ShouldBeGreaterThan(0);
        line.GetProperty("lineage")[1].GetProperty("fingerprint").GetString().ShouldBe(line.GetProperty("inputs")[0].GetProperty("fingerprint").GetString());

        var told = await StrataProgram.RunAsync(Data, "why", "robots", Samples.Segments[0], "tracking_error", "--inputs");
        told.Out.ShouldContain("upwards   base");
        told.Out.ShouldContain("downwards quality");
        told.Out.ShouldContain("\"threshold\":0.13");
    }

    [Fact]
    public async Task A_pin_is_made_listed_read_renamed_and_deleted_and_never_changed()
    {
        await StrataProgram.RunAsync(Data, "register", Samples.Files[0], "--dataset", "robots", "--rules", "none");
        var first = await StrataProgram.JsonAsync(Data, 0, "segments", "robots");
        var pinned = await StrataProgram.JsonAsync(Data, 0, "dataset", "pin", "robots", "--as", "model 7");
        var at = pinned.GetProperty("as_of").GetInt64();
        await StrataProgram.RunAsync(Data, "register", Samples.Files[1], "--dataset", "robots");
        (await StrataProgram.JsonAsync(Data, 0, "dataset", "pin", $"robots[{at - 1}]", "--as", "empty")).GetProperty("as_of").GetInt64().ShouldBe(at - 1);
        (await StrataProgram.JsonAsync(Data, 0, "dataset", "pin", "robots", "--as", "by time", "--at", $"{DateTime.UtcNow:yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'}")).GetProperty("as_of").GetInt64().ShouldBeGreaterThan(at);

        JsonElement.DeepEquals(await StrataProgram.JsonAsync(Data, 0, "segments", "model 7"), first).ShouldBeTrue();
        (await StrataProgram.JsonAsync(Data, 0, "segments", "robots")).GetArrayLength().ShouldBe(2);
        (await StrataProgram.JsonAsync(Data, 0, "segments", "by time")).GetArrayLength().ShouldBe(2);
        var listed = (await StrataProgram.JsonAsync(Data, 0, "dataset", "list")).EnumerateArray().ToDictionary(d => d.GetProperty("name").GetString()!);
        listed.Keys.ShouldBe(["by time", "empty", "model 7", "robots"]);
        listed["model 7"].GetProperty("as_of").GetInt64().ShouldBe(at);
        listed["model 7"].GetProperty("pin_of").GetString().ShouldBe(listed["robots"].GetProperty("id").GetString());
        listed["robots"].GetProperty("as_of").ValueKind.ShouldBe(JsonValueKind.Null);
        (await StrataProgram.RunAsync(Data, "dataset", "list")).Out.ShouldContain($"robots[{at}]");

        foreach (var name in new[] { "model 7", $"robots[{at}]" })
        {
            foreach (var change in new string[][]
            {
                ["register", Samples.Files[2], "--dataset", name],
                ["unregister", name, "--segment", Samples.Segments[0]],
                ["rule", "declare", name, "r", "--deriver", "quality", "--input", "x", "--output", "y"],
            })
            {
                var refused = await StrataProgram.RunAsync(Data, change);
                refused.Code.ShouldBe(1, $"{string.Join(' ', change)}: {refused.Error}");
                refused.Error.ShouldContain("never changed");
            }
        }

        (await StrataProgram.RunAsync(Data, "dataset", "delete", $"robots[{at}]")).Error.ShouldContain("never changed");
        (await StrataProgram.RunAsync(Data, "dataset", "create", "robots[1]")).Error.ShouldContain("means dataset 'robots'");
        (await StrataProgram.RunAsync(Data, "segments", "model 7", "--as-of", "1")).Error.ShouldContain("there was no dataset 'model 7' as of position 1");
        (await StrataProgram.RunAsync(Data, "segments", "robots[1]", "--as-of", "1")).Error.ShouldContain("names a moment already");
        (await StrataProgram.RunAsync(Data, "dataset", "delete", "robots")).Code.ShouldBe(0);
        (await StrataProgram.RunAsync(Data, "dataset", "rename", "model 7", "model 8")).Code.ShouldBe(0);
        JsonElement.DeepEquals(await StrataProgram.JsonAsync(Data, 0, "segments", "model 8"), first).ShouldBeTrue();
        (await StrataProgram.JsonAsync(Data, 0, "history", "model 8")).EnumerateArray().Select(e => e.GetProperty("type").GetString()).ShouldBe(["dataset_pinned", "dataset_renamed"]);
        (await StrataProgram.JsonAsync(Data, 0, "rebuild", "--verify")).GetProperty("differences").GetArrayLength().ShouldBe(0);
        (await StrataProgram.RunAsync(Data, "dataset", "delete", "model 8")).Code.ShouldBe(0);
        (await StrataProgram.JsonAsync(Data, 0, "dataset", "list")).GetArrayLength().ShouldBe(2);
    }

    private static long Position(JsonElement line) => line.GetProperty("position").GetInt64();
}
