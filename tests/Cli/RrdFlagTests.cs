using System.Text.Json;

namespace Strata.Cli.Tests;

/// <summary>The options of <c>rerun rrd</c>, under the same words.</summary>
public sealed class RrdFlagTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("strata-rrd-flags-").FullName;

    private static string WithFooter => Data("features", "log_and_columns.rrd");

    private static string WithoutFooter => Data("features", "no_footer.rrd");

    private static string OfOldVersion => Data("versions", "episode_0.23.4.rrd");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Verify_wants_a_footer_unless_it_is_told_not_to()
    {
        var (code, output, _) = await RunAsync("verify", WithoutFooter);
        code.ShouldBe(1);
        output.ShouldContain("there is no footer, or none that can be used");

        (await RunAsync("verify", "--check-footers", "false", WithoutFooter)).Code.ShouldBe(0);
        (await RunAsync("verify", "--check-footers", WithFooter)).Code.ShouldBe(0);
        (await RunAsync("verify", WithFooter)).Code.ShouldBe(0);
    }

    [Fact]
    public async Task Verify_takes_a_footer_without_a_manifest_for_none()
    {
        var empty = Data("features", "empty_no_properties.rrd");

        (await RunAsync("verify", empty)).ShouldSatisfyAllConditions(r => r.Code.ShouldBe(1), r => r.Out.ShouldContain("no manifest in the footer"));
        (await RunAsync("verify", "--check-footers", "false", empty)).Code.ShouldBe(0);
    }

    [Theory]
    [InlineData("print")]
    [InlineData("stats")]
    [InlineData("stats", "--no-decode")]
    public async Task What_is_wrong_with_a_file_of_which_nothing_is_lost_is_a_remark(params string[] words)
    {
        var whole = File.ReadAllBytes(WithFooter);
        var twice = Path.Combine(_folder, "twice.rrd");
        File.WriteAllBytes(twice, [.. whole, .. File.ReadAllBytes(Data("features", "multi_timeline.rrd"))]);
        var damagedFooter = Path.Combine(_folder, "damaged_footer.rrd");
        whole[^60] ^= 1;
        File.WriteAllBytes(damagedFooter, whole);

        foreach (var file in new[] { twice, damagedFooter })
        {
            var (code, output, error) = await RunAsync([.. words, file]);

            code.ShouldBe(0, output + error);
            if (!words.Contains("--no-decode"))
            {
                output.ShouldContain(": remark: ");
            }
        }

        (await RunAsync([.. words, Broken()])).ShouldSatisfyAllConditions(r => r.Code.ShouldBe(1), r => r.Out.ShouldNotContain("remark"));
        (await RunAsync("verify", twice)).ShouldSatisfyAllConditions(r => r.Code.ShouldBe(1), r => r.Out.ShouldNotContain("remark"));
    }

    [Theory]
    [InlineData(1_000_000, 4, 84_000_000, 1_000_000)]
    [InlineData(200, 1_000, 20_000, 200)]
    [InlineData(100_000, 9_992, 2_000_000, 226)]
    public void Of_columns_that_take_no_bytes_not_all_rows_are_printed(int rows, int columns, long bytes, int printed) =>
        RrdChunkPrinter.PrintedRows(rows, columns, bytes).ShouldBe(printed);

    [Fact]
    public async Task Split_of_a_file_with_several_recordings_is_told_which_one()
    {
        var both = Path.Combine(_folder, "both.rrd");
        (await RunAsync("merge", WithFooter, Data("features", "multi_timeline.rrd"), "-o", both)).Code.ShouldBe(0);
        var ids = (await JsonAsync("stats", both))[0].GetProperty("stores").EnumerateArray().Where(s => s.GetProperty("kind").GetString() == "Recording").Select(s => s.GetProperty("recording_id").GetString()!).ToList();
        string[] split = ["split", both, "--timeline", "elapsed", "-t", "1.2s", "-o", Path.Combine(_folder, "parts")];

        var refused = await RunAsync(split);
        refused.Code.ShouldBe(1);
        refused.Error.ShouldContain(string.Join(", ", ids));
        refused.Error.ShouldContain("--recording ID");
        (await RunAsync([.. split, "--recording", "none"])).Error.ShouldContain("expected one recording 'none', found 2");
        (await RunAsync([.. split, "--recording", ids[1]])).Code.ShouldBe(0);
        Directory.GetFiles(Path.Combine(_folder, "parts")).Length.ShouldBe(2);
    }

    [Fact]
    public async Task Stats_without_decoding_count_chunks_and_bytes_as_the_footer_does()
    {
        var store = (await JsonAsync("stats", "--no-decode", WithFooter))[0].GetProperty("stores")[0];
        var known = (await JsonAsync("stats", WithFooter))[0].GetProperty("stores")[0];

        foreach (var name in new[] { "kind", "recording_id", "application_id", "chunks", "stored_bytes", "decoded_bytes" })
        {
            store.GetProperty(name).ToString().ShouldBe(known.GetProperty(name).ToString(), name);
        }

        store.TryGetProperty("rows", out _).ShouldBeFalse("messages do not say how many rows they have");
        var (code, output, _) = await RunAsync("stats", "--no-decode", "--continue-on-error", WithoutFooter, Broken());
        code.ShouldBe(1);
        output.ShouldContain("no_footer.rrd");
        output.ShouldContain("broken.rrd: at byte");
    }

    [Fact]
    public async Task Print_shows_the_footer_with_as_many_columns_as_are_asked_for()
    {
        (await RunAsync("print", WithFooter)).Out.ShouldNotContain("chunk_num_rows");
        var chunks = (await RunAsync("print", "--footers", WithFooter)).Out;
        chunks.ShouldContain("chunk_num_rows");
        chunks.ShouldNotContain("frame:start");
        var times = (await RunAsync("print", "--footers", "--footers-lod", "1", WithFooter)).Out;
        times.ShouldContain("frame:start");
        times.ShouldNotContain("has_static_data");
        (await RunAsync("print", "--footers", "true", "--footers-lod", "2", WithFooter)).Out.ShouldContain("has_static_data");
        (await RunAsync("print", "--footers", WithoutFooter)).Out.ShouldContain("no footer that can be used");
        (await RunAsync("print", "--footers-lod", "3", WithFooter)).Error.ShouldContain("expected 0, 1 or 2, found 3");
    }

    [Fact]
    public async Task Print_shows_rows_or_columns_and_keys_of_metadata_short_or_whole()
    {
        var (rows, columns) = (await RunAsync("print", "-vvv", WithFooter), await RunAsync("print", "-vvv", "--transposed", WithFooter));
        Lines(rows.Out).Count(line => line.StartsWith("row_", StringComparison.Ordinal)).ShouldBe(47);
        Lines(columns.Out).Count(line => line.StartsWith("row_", StringComparison.Ordinal)).ShouldBe(0);
        Lines(columns.Out).ShouldContain(line => line.StartsWith("frame  ", StringComparison.Ordinal));

        rows.Out.ShouldContain(" kind=data");
        rows.Out.ShouldNotContain("rerun:kind");
        (await RunAsync("print", "-vv", "--full-metadata", WithFooter)).Out.ShouldContain("rerun:kind=data");
    }

    [Fact]
    public async Task Print_shows_chunks_in_todays_form_or_as_they_are_stored()
    {
        (await RunAsync("print", "-vv", OfOldVersion)).Out.ShouldNotContain("rerun.kind=");
        (await RunAsync("print", "-vv", "--migrate", "false", OfOldVersion)).Out.ShouldContain("rerun.kind=");
    }

    [Fact]
    public async Task Print_and_compare_refuse_in_words_what_would_be_something_else()
    {
        (await RunAsync("print", "--continue-on-error", "false", WithFooter)).ShouldSatisfyAllConditions(r => r.Code.ShouldBe(2), r => r.Error.ShouldContain("never ends this command"));
        (await RunAsync("print", "--continue-on-error", "true", WithFooter)).Code.ShouldBe(0);
        (await RunAsync("compare", "--full-dump", WithFooter, WithFooter, "--json")).ShouldSatisfyAllConditions(r => r.Code.ShouldBe(2), r => r.Error.ShouldContain("--full-dump prints tables"));
    }

    [Fact]
    public async Task Compare_dumps_all_rows_of_both()
    {
        var (code, output, _) = await RunAsync("compare", "--unordered", "--ignore-chunks-without-components", "--full-dump", WithFooter, WithFooter);

        code.ShouldBe(0);
        Lines(output).Count(line => line.StartsWith("row_", StringComparison.Ordinal)).ShouldBe(2 * 47);
    }

    [Fact]
    public async Task Optimize_takes_what_means_the_same_and_refuses_the_rest_in_words()
    {
        var output = Path.Combine(_folder, "optimized.rrd");

        (await RunAsync("optimize", "--num-pass", "3", "--split-size-ratio", "10", "--no-rebatch-videos", WithFooter, "-o", output)).Code.ShouldBe(0);
        foreach (var (words, answer) in new (string[], string)[]
        {
            (["--split-size-ratio", "0.5"], "--split-size-ratio: expected a number of at least 1, found 0.5"),
            (["--fix-keyframe"], "keyframes are not looked for here"),
        })
        {
            var refused = await RunAsync(["optimize", .. words, WithFooter, "-o", output]);

            refused.Code.ShouldBe(2);
            refused.Error.ShouldContain(answer);
        }
    }

    [Theory]
    [InlineData("frame", "2.5", "a whole number, since the index is a sequence")]
    [InlineData("frame", "2025-06-15T15:06:41Z", "a whole number, since the index is a sequence")]
    [InlineData("elapsed", "10:30", "1.5s")]
    [InlineData("stamp", "5 May", "RFC 3339")]
    public async Task Split_refuses_what_is_no_value_of_its_timeline(string timeline, string time, string forms)
    {
        var parts = Path.Combine(_folder, "parts");
        var refused = await RunAsync("split", Data("features", "multi_timeline.rrd"), "--timeline", timeline, "-t", time, "-o", parts);

        refused.Code.ShouldBe(ExitCodes.Usage);
        refused.Error.ShouldContain(forms);
        refused.Error.ShouldContain($"found '{time}'");
        Directory.Exists(parts).ShouldBeFalse();
    }

    [Theory]
    [InlineData("elapsed", "1.2s", "multi_timeline_1_2s__2_400000001s.rrd")]
    [InlineData("stamp", "2025-06-15T15:06:41.2Z", "multi_timeline_2025-06-15T15_06_41_2Z__2025-06-15T15_06_42_400000001Z.rrd")]
    public async Task Split_takes_the_forms_of_its_timeline(string timeline, string time, string second)
    {
        var parts = Path.Combine(_folder, "parts");
        (await RunAsync("split", Data("features", "multi_timeline.rrd"), "--timeline", timeline, "-t", time, "-o", parts)).Code.ShouldBe(ExitCodes.Done);

        Directory.GetFiles(parts).Select(Path.GetFileName).ShouldContain(second);
    }

    private static IEnumerable<string> Lines(string output) => output.Split('\n').Select(line => line.Trim());

    private static string Data(string folder, string file)
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root.FullName, "Pipeline.sln")))
        {
            root = root.Parent ?? throw new DirectoryNotFoundException("expected Pipeline.sln above the tests, found none: run them from a checkout");
        }

        return Path.Combine(root.FullName, "tests", "Data", "sdk", folder, file);
    }

    private string Broken()
    {
        var file = Path.Combine(_folder, "broken.rrd");
        File.WriteAllBytes(file, File.ReadAllBytes(WithFooter)[..1000]);
        return file;
    }

    private static async Task<JsonElement> JsonAsync(params string[] arguments) => JsonDocument.Parse((await RunAsync([.. arguments, "--json"])).Out).RootElement;

    private static async Task<(int Code, string Out, string Error)> RunAsync(params string[] arguments)
    {
        var (terminal, output, error) = TestTerminal.Create();
        var code = await new StrataCommandLine(terminal).RunAsync(["rrd", .. arguments], terminal, TestContext.Current.CancellationToken);
        return (code, output.ToString(), error.ToString());
    }
}
