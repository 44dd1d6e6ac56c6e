using System.Diagnostics;
using System.Text.Json;

namespace Strata.EndToEnd.Tests;

/// <summary><c>strata log</c>: the events as they come, and a whole catalog out of one data directory and into another.</summary>
public sealed class LogCopyTests : IDisposable
{
    private static readonly string[][] Questions =
    [
        ["dataset", "list"], ["segments", "arm"], ["manifest", "arm"], ["history", "arm"], ["why", "arm", Samples.Segments[0]], ["rule", "list", "arm"], ["quarantine", "list"],
    ];

    private readonly string _folder = Directory.CreateTempSubdirectory("strata-log-copy-").FullName;

    private string Data => Path.Combine(_folder, "data");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("log.ndjson")]
    [InlineData("log.ndjson.gz")]
    public async Task An_exported_log_fills_a_new_data_directory_with_the_same_tables(string name)
    {
        var file = Path.Combine(_folder, name);
        await FillAsync();
        JsonElement exported;
        await using (await StrataServerProcess.StartAsync(Data))
        {
            exported = await StrataProgram.JsonAsync(Data, 0, "log", "export", file);
        }

        var copy = Path.Combine(_folder, "copy");
        var imported = await StrataProgram.JsonAsync(copy, 0, "log", "import", file);

        imported.GetRawText().ShouldBe(exported.GetRawText());
        foreach (var question in Questions)
        {
            (await StrataProgram.RunAsync(copy, [.. question, "--json"])).Out.ShouldBe((await StrataProgram.RunAsync(Data, [.. question, "--json"])).Out, string.Join(' ', question));
        }

        var (ofCopy, ofOriginal) = (await StrataProgram.JsonAsync(copy, 0, "rebuild", "--verify"), await StrataProgram.JsonAsync(Data, 0, "rebuild", "--verify"));
        ofCopy.GetProperty("differences").GetArrayLength().ShouldBe(0);
        ofCopy.GetProperty("digests").GetRawText().ShouldBe(ofOriginal.GetProperty("digests").GetRawText());
        ofCopy.GetProperty("digests").EnumerateObject().Select(d => d.Value.GetString()).Distinct().Count().ShouldBeGreaterThan(8, "most tables hold rows");
        Directory.EnumerateFiles(Data, "*.export*").ShouldBeEmpty();
    }

    [Fact]
    public async Task A_cut_or_foreign_file_and_a_directory_with_data_are_refused_in_words()
    {
        await FillAsync();
        var file = Path.Combine(_folder, "log.ndjson");
        await StrataProgram.JsonAsync(Data, 0, "log", "export", file);
        var cut = Path.Combine(_folder, "cut.ndjson");
        await File.WriteAllBytesAsync(cut, (await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken))[..5000], TestContext.Current.CancellationToken);
        var copy = Path.Combine(_folder, "copy");

        var ofCut = await StrataProgram.RunAsync(copy, "log", "import", cut);
        (ofCut.Code, ofCut.Error.Contains("it was cut", StringComparison.Ordinal)).ShouldBe((1, true), ofCut.Error);
        var ofForeign = await StrataProgram.RunAsync(copy, "log", "import", Samples.Files[0]);
        (ofForeign.Code, ofForeign.Error.Contains("expected", StringComparison.Ordinal)).ShouldBe((1, true), ofForeign.Error);
        var ofFull = await StrataProgram.RunAsync(Data, "log", "import", file);
        (ofFull.Code, ofFull.Error.Contains("is not empty", StringComparison.Ordinal)).ShouldBe((1, true), ofFull.Error);
        (await StrataProgram.JsonAsync(copy, 0, "log", "import", file)).GetProperty("events").GetInt64().ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task Who_follows_the_log_sees_each_event_once_and_goes_on_from_where_they_ended()
    {
        await using var server = await StrataServerProcess.StartAsync(Data);
        await StrataProgram.RunAsync(Data, "register", Samples.Files[0], "--dataset", "arm", "--rules", "none");
        var seen = new List<JsonElement>();

        foreach (var sample in Samples.Files[1..3])
        {
            var from = seen.Count == 0 ? 0 : seen[^1].GetProperty("position").GetInt64();
            using var follower = Process.Start(StrataProgram.StartInfo(Data, "log", "--follow", "--from", $"{from}", "--json"))!;
            await StrataProgram.RunAsync(Data, "register", sample, "--dataset", "arm");
            var last = (await StrataProgram.RunAsync(Data, "log", "--json")).Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length;
            while (seen.Count < last)
            {
                seen.Add(JsonElement.Parse((await follower.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken))!));
            }

            follower.Kill();
            await follower.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        var all = (await StrataProgram.RunAsync(Data, "log", "--json")).Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        seen.Select(e => e.GetRawText()).ShouldBe(all);
        seen.Count(e => e.GetProperty("type").GetString() == "layer_registered").ShouldBe(3);
        (await StrataProgram.RunAsync(Data, "log", "--from", $"{seen[^2].GetProperty("position")}")).Out.ShouldContain("was registered from");
    }

    private async Task FillAsync()
    {
        await StrataProgram.JsonAsync(Data, 0, "register", Samples.Folder, "--dataset", "arm", "--wait");
        await StrataProgram.JsonAsync(Data, 0, "unregister", "arm", "--segment", Samples.Segments[1], "--layer", "quality");
        var broken = Path.Combine(_folder, "broken.rrd");
        await File.WriteAllBytesAsync(broken, (await File.ReadAllBytesAsync(Samples.Files[0], TestContext.Current.CancellationToken))[..3000], TestContext.Current.CancellationToken);
        await StrataProgram.JsonAsync(Data, 1, "register", broken, "--dataset", "arm");
    }
}
