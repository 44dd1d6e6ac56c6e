using System.Text.Json;
using Strata.EndToEnd.Tests.Docs;
using Strata.Rrd.Tests;

namespace Strata.EndToEnd.Tests;

/// <summary>Tags by the command line and by Rerun's SDK: one event, one column. Source: docs/tags.md.</summary>
public sealed class TagTests : IDisposable
{
    private const string Dataset = "my_robot";
    private const string Segment = "episode_7";

    private const string TagByTheSdk =
        """
        import sys
        import pyarrow as pa
        from rerun.catalog import CatalogClient
        dataset = CatalogClient(sys.argv[1]).get_dataset("my_robot")
        def shown():
            rows = dataset.segment_table().select("rerun_segment_id", "property:tags:reviewed", "property:tags:score").to_pylist()
            return {row["rerun_segment_id"]: (row["property:tags:reviewed"], row["property:tags:score"]) for row in rows}
        print(shown())
        batch, revision = dataset._internal._get_segment_properties("episode_7")
        properties = pa.RecordBatch.from_arrays(
            [pa.array([[False]], type=pa.list_(pa.bool_())), pa.array([["mine"]], type=pa.list_(pa.utf8()))], names=["property:tags:reviewed", "property:own:note"])
        dataset._internal._set_segment_properties("run_1", properties, 0)
        print(shown())
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("strata-tags-").FullName;

    private string Data => Path.Combine(_folder, "data");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task The_commands_of_the_page_do_what_is_said()
    {
        await RegisterAsync();

        var output = await DocumentedCommands.RunAsync(string.Join('\n', FencedBlocks.Of("docs/tags.md", "sh")), _folder, Data, Token);

        output.ShouldContain("segment 'episode_7' has by=ann, reviewed=true, score=0.8");
        output.ShouldContain("segment 'episode_7' has reviewed=true, score=0.9");
        output.ShouldContain("tags: by = 'ann', reviewed = true, score = 0.8");
        output.ShouldContain("tags: reviewed = true, score = 0.9");
    }

    [Fact]
    public async Task A_tag_shows_in_the_segment_table_now_and_as_it_was_and_outlives_the_layers_and_a_rebuild()
    {
        await RegisterAsync();
        var first = await TagAsync("reviewed=true", "by=ann");
        var second = await TagAsync("reviewed=false", "--remove", "by", "--remove", "never_there");
        (first.GetProperty("changed").GetBoolean(), second.GetProperty("changed").GetBoolean()).ShouldBe((true, true));
        (await TagAsync("reviewed=false")).GetProperty("changed").GetBoolean().ShouldBeFalse();

        (await RowAsync()).GetProperty("property:tags:reviewed")[0].GetBoolean().ShouldBeFalse();
        (await RowAsync()).TryGetProperty("property:tags:by", out _).ShouldBeFalse();
        StrataProgram.Layers(await RowAsync()).ShouldNotContain("tags");
        var then = await RowAsync("--as-of", first.GetProperty("position").ToString());
        (then.GetProperty("property:tags:reviewed")[0].GetBoolean(), then.GetProperty("property:tags:by")[0].GetString()).ShouldBe((true, "ann"));
        (await RowsAsync("--where", "tags:reviewed is null")).Single().GetProperty("rerun_segment_id").GetString().ShouldBe("run_1");
        (await StrataProgram.JsonAsync(Data, 0, "rebuild", "--verify")).GetProperty("differences").GetArrayLength().ShouldBe(0);

        await StrataProgram.JsonAsync(Data, 0, "unregister", Dataset, "--segment", Segment);
        (await RowsAsync()).Count.ShouldBe(1);
        await RegisterAsync();
        (await RowAsync()).GetProperty("property:tags:reviewed")[0].GetBoolean().ShouldBeFalse();

        await TagAsync("--remove", "reviewed");
        (await RowAsync()).TryGetProperty("property:tags:reviewed", out _).ShouldBeFalse();
        (await StrataProgram.JsonAsync(Data, 0, "history", Dataset, Segment)).EnumerateArray().Count(e => e.GetProperty("type").GetString()!.StartsWith("segment_properties", StringComparison.Ordinal)).ShouldBe(3);
    }

    [Fact]
    public async Task What_cannot_be_a_tag_is_refused_in_words()
    {
        await RegisterAsync();
        await TagAsync("reviewed=true", "robot=arm_3");
        (await TagAsync("robot=7")).GetProperty("tags").GetProperty("robot").GetString().ShouldBe("7");

        foreach (var (arguments, words) in new (string[], string)[]
        {
            ([Segment, "re-viewed=true"], "tag 're-viewed': expected a name of 1 to 64 letters, digits and underscores"),
            ([Segment, $"{new string('a', 65)}=true"], "expected a name of 1 to 64"),
            (["run_1", "reviewed=yes"], "tag 'reviewed': expected true or false, which it is in the other segments of the dataset, found \"yes\""),
            ([Segment, $"note={new string('x', 1_025)}"], "expected a text of 1 to 1024 characters, found 1025"),
            (["nosuch", "reviewed=true"], "dataset 'my_robot' has no segment 'nosuch'. Next: strata segments my_robot"),
            ([Segment, "reviewed=true", "--remove", "reviewed"], "expected to be set or to be removed, found both"),
            ([Segment, .. Enumerable.Range(0, 65).Select(i => $"t{i}=1")], "expected at most 64 tags, found 67"),
        })
        {
            var result = await StrataProgram.RunAsync(Data, ["tag", Dataset, .. arguments]);
            (result.Code, result.Out).ShouldBe((1, ""), string.Join(' ', arguments));
            result.Error.ShouldContain(words);
        }

        (await StrataProgram.RunAsync(Data, "tag", Dataset, Segment, "reviewed")).Error.ShouldContain("expected NAME=VALUE, each name once, found 'reviewed'");
        (await StrataProgram.RunAsync(Data, "tag", Dataset, Segment)).Error.ShouldContain("expected a tag to set or to remove, found none");
    }

    [Fact]
    public async Task Reruns_SDK_reads_tags_in_its_segment_table_and_sets_them_by_its_own_call()
    {
        _ = RerunSdk.Python();
        await RegisterAsync();
        await TagAsync("reviewed=true", "score=0.5");
        await using var server = await StrataServerProcess.StartAsync(Data);

        var printed = await RerunSdk.PythonAsync(TagByTheSdk, $"rerun+{server.Url}");

        printed.ShouldContain("'episode_7': ([True], [0.5])");
        printed.ShouldContain("'run_1': (None, None)");
        printed.ShouldContain("'run_1': ([False], None)");
        var row = (await RowsAsync("--segment", "run_1")).Single();
        row.GetProperty("property:tags:reviewed")[0].GetBoolean().ShouldBeFalse();
        row.TryGetProperty("property:own:note", out _).ShouldBeFalse("what is no tag shows in no table, as with Rerun's server");
        await StrataProgram.JsonAsync(Data, 0, "tag", Dataset, "run_1", "reviewed=true");
        (await RerunSdk.PythonAsync(
            "import sys; from rerun.catalog import CatalogClient; print(CatalogClient(sys.argv[1]).get_dataset('my_robot')._internal._get_segment_properties('run_1')[0].to_pylist())", $"rerun+{server.Url}"))
            .ShouldContain("[{'property:tags:reviewed': [True], 'property:own:note': ['mine']}]");
    }

    private Task<JsonElement> RegisterAsync() => StrataProgram.JsonAsync(
        Data, 0, "register", SmallRecordings.Write(_folder, "run_1", 0.1), SmallRecordings.Write(_folder, Segment, 0.2), "--dataset", Dataset, "--wait");

    private Task<JsonElement> TagAsync(params string[] tags) => StrataProgram.JsonAsync(Data, 0, ["tag", Dataset, Segment, .. tags]);

    private async Task<JsonElement> RowAsync(params string[] arguments) => (await RowsAsync(["--segment", Segment, .. arguments])).Single();

    private async Task<List<JsonElement>> RowsAsync(params string[] arguments) => [.. (await StrataProgram.JsonAsync(Data, 0, ["segments", Dataset, .. arguments])).EnumerateArray()];
}
