using System.Runtime.CompilerServices;

namespace Strata.EndToEnd.Tests;

/// <summary>Datasets as a person changes them, and as an older version left them.</summary>
public sealed class DatasetTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("strata-datasets-").FullName;

    private string Data => Path.Combine(_folder, "data");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_renamed_dataset_keeps_what_is_in_it_and_its_old_name_says_where_it_went()
    {
        await StrataProgram.RunAsync(Data, "register", Samples.Files[0], "--dataset", "old", "--rules", "none");
        var renamed = await StrataProgram.JsonAsync(Data, 0, "dataset", "rename", "old", "new");
        (renamed.GetProperty("name").GetString(), renamed.GetProperty("changed").GetBoolean()).ShouldBe(("new", true));
        (await StrataProgram.JsonAsync(Data, 0, "dataset", "rename", "new", "new")).GetProperty("changed").GetBoolean().ShouldBeFalse();

        (await StrataProgram.JsonAsync(Data, 0, "segments", "new")).GetArrayLength().ShouldBe(1);
        var gone = await StrataProgram.RunAsync(Data, "segments", "old");
        gone.Code.ShouldBe(1);
        gone.Error.ShouldContain("dataset 'old' is called 'new' since position");
        (await StrataProgram.JsonAsync(Data, 0, "segments", "old", "--as-of", $"{renamed.GetProperty("position").GetInt64() - 1}")).GetArrayLength().ShouldBe(1);
        (await StrataProgram.JsonAsync(Data, 0, "rebuild", "--verify")).GetProperty("differences").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task A_deleted_dataset_is_gone_and_the_log_still_tells_of_it()
    {
        await StrataProgram.RunAsync(Data, "register", Samples.Files[0], "--dataset", "arm", "--rules", "none");
        var deleted = await StrataProgram.JsonAsync(Data, 0, "dataset", "delete", "arm");
        var before = deleted.GetProperty("position").GetInt64() - 1;

        (await StrataProgram.JsonAsync(Data, 0, "dataset", "list")).GetArrayLength().ShouldBe(0);
        var gone = await StrataProgram.RunAsync(Data, "segments", "arm");
        gone.Code.ShouldBe(1);
        gone.Error.ShouldContain("dataset 'arm' was deleted at position");
        (await StrataProgram.JsonAsync(Data, 0, "segments", "arm", "--as-of", $"{before}")).GetArrayLength().ShouldBe(1);
        var history = await StrataProgram.JsonAsync(Data, 0, "history", "arm");
        history.EnumerateArray().Select(e => e.GetProperty("type").GetString()).ShouldBe(["dataset_created", "layer_registered", "dataset_deleted"]);
        (await StrataProgram.JsonAsync(Data, 0, "rebuild", "--verify")).GetProperty("differences").GetArrayLength().ShouldBe(0);

        await StrataProgram.RunAsync(Data, "register", Samples.Files[0], "--dataset", "arm", "--rules", "none");
        (await StrataProgram.JsonAsync(Data, 0, "segments", "arm")).GetArrayLength().ShouldBe(1);
    }

    [Fact]
    public async Task Datasets_of_a_log_from_before_companions_get_them_once_when_a_server_starts()
    {
        Directory.CreateDirectory(Data);
        File.Copy(Path.Combine(Path.GetDirectoryName(ThisFile())!, "../Data/logs/before-companions.db"), Path.Combine(Data, "log.db"));
        // The copy that it names; nobody opens it here.
        var copy = Path.Combine(Data, "recordings/40/40b97be74b7ca55ecb3a14c43ae5caad82c150019d36b3721f51616c0cabaa27.rrd");
        Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
        await File.WriteAllBytesAsync(copy, [], TestContext.Current.CancellationToken);
        var before = await HistoryAsync("arms");
        before.Count.ShouldBe(5);

        for (var start = 0; start < 2; start++)
        {
            await using var server = await StrataServerProcess.StartAsync(Data, "--default-rules", "none");
            var history = await HistoryAsync("arms");
            history.Count.ShouldBe(6);
            history[^1].ShouldStartWith("the dataset refers to blueprint dataset ");
            (await HistoryAsync("legs")).Count.ShouldBe(2);
            (await StrataProgram.JsonAsync(Data, 0, "dataset", "list")).EnumerateArray().Select(d => d.GetProperty("name").GetString()).ShouldBe(["arms", "legs"]);
            StrataProgram.Layers((await StrataProgram.JsonAsync(Data, 0, "segments", "arms")).EnumerateArray().Single()).ShouldBe("base");
            (await server.TerminateAsync()).ShouldBe(0);
        }

        (await StrataProgram.JsonAsync(Data, 0, "rebuild", "--verify")).GetProperty("differences").GetArrayLength().ShouldBe(0);
    }

    private async Task<List<string>> HistoryAsync(string dataset) =>
        [.. (await StrataProgram.JsonAsync(Data, 0, "history", dataset)).EnumerateArray().Select(e => e.GetProperty("text").GetString()!)];

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
