using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Strata.Cli;
using Strata.Registrar;
using Strata.Web;

namespace Strata.EndToEnd.Tests;

/// <summary>Erasure: nothing of a purged segment is left on the disk, everything else is as it was, and a replay says the same. Source: DESIGN §5, rules 9 and 15.</summary>
public sealed class PurgeTests : IDisposable
{
    private const string Secret = "the_operators_own_name";

    private readonly string _folder = Directory.CreateTempSubdirectory("strata-purge-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Data => Path.Combine(_folder, "data");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Nothing_of_a_purged_segment_is_left_on_the_disk_and_a_rebuild_says_the_same()
    {
        long before;
        await using (var strata = await StrataInProcess.StartAsync(Roles.Worker, Data))
        {
            await strata.RegisterAsync("arms", [SmallRecordings.WriteProperties(Files, "gone", Secret), SmallRecordings.WriteProperties(Files, "stays", "kept_name")], wait: true);
            await strata.Operations.RunAsync(TagSegmentOperation.Route, new TagSegmentRequest("arms", "gone", new Dictionary<string, JsonElement> { ["by"] = JsonElement.Parse($"\"{Secret}\"") }), NoProgress.Instance, Token);
            before = await strata.Log.HeadAsync(Token);
            FilesWith(Secret).ShouldNotBeEmpty("or the search finds nothing whatever is there");

            var purged = await PurgeAsync(strata, "gone");

            (purged.Files, purged.SharedFiles).ShouldBe((1, 0));
            purged.Blobs.ShouldBeGreaterThan(1);
            (await strata.Operations.RunAsync(RebuildOperation.Route, new RebuildRequest(Verify: true), NoProgress.Instance, Token)).Differences.ShouldBeEmpty();
            (await strata.LayersAsync("arms")).ShouldHaveSingleItem();
            var then = await strata.Operations.RunAsync(ListSegmentsOperation.Route, new ListSegmentsRequest("arms", AsOf: $"{before}"), NoProgress.Instance, Token);
            then.Rows.EnumerateArray().Count().ShouldBe(2);
            then.Purged.ShouldNotBeNull().ShouldHaveSingleItem().Segment.ShouldBe("gone");
            then.Rows.ToJsonElement().GetRawText().ShouldNotContain(Secret);
            (await ChunksAsync(strata, before)).ShouldBe(["stays"]);
            var history = await strata.Operations.RunAsync(HistoryOperation.Route, new HistoryRequest("arms", "gone"), NoProgress.Instance, Token);
            history.Events[^1].Text.ShouldContain("was purged by");
            history.Events[^1].Text.ShouldContain("asked for it");
            (history.Events[^1].Erased, history.Events[^1].Text.EndsWith("; that is done", StringComparison.Ordinal)).ShouldBe((true, true));
            then.Purged.ShouldHaveSingleItem().Erased.ShouldBeTrue();
        }

        FilesWith(Secret).ShouldBeEmpty();
        FilesWith("kept_name").ShouldNotBeEmpty();
    }

    /// <summary>A page of the log that was split keeps copies of what moved, long before anything is purged.</summary>
    [Fact]
    public async Task Nothing_is_left_of_any_of_many_segments_in_pages_that_were_split()
    {
        string[] names = [.. Enumerable.Range(0, 40).Select(i => $"segment_{i:00}_of_many")];
        await using (var strata = await StrataInProcess.StartAsync(Roles.Worker, Data))
        {
            await strata.RegisterAsync("arms", [.. names.Select(n => SmallRecordings.WriteProperties(Files, n, n + Secret))], wait: true);
            foreach (var name in names)
            {
                await PurgeAsync(strata, name);
            }
        }

        FilesWith(Secret).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_a_killed_comparison_left_goes_with_the_next_start()
    {
        await using (var strata = await StrataInProcess.StartAsync(Roles.Worker, Data))
        {
            await strata.RegisterAsync("arms", [SmallRecordings.WriteProperties(Files, "gone", Secret)], wait: true);
        }

        File.Copy(Directory.GetFiles(Path.Combine(Data, "readmodels"), "generation-*.db").Single(), Path.Combine(Data, "verify.db"));
        await using (var strata = await StrataInProcess.StartAsync(Roles.Worker, Data))
        {
            await PurgeAsync(strata, "gone");
        }

        FilesWith(Secret).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_another_segment_holds_too_stays_until_that_one_is_purged()
    {
        await using var strata = await StrataInProcess.StartAsync(Roles.Worker, Data);
        var file = SmallRecordings.WriteProperties(Files, "gone", Secret);
        await strata.RegisterAsync("arms", [file], wait: true);
        await strata.RegisterAsync("copies", [file], wait: true);

        var first = await PurgeAsync(strata, "gone");

        (first.Files, first.SharedFiles, first.Blobs).ShouldBe((0, 1, 0));
        (await strata.LayersAsync("arms")).ShouldBeEmpty();
        (await strata.LayersAsync("copies")).ShouldHaveSingleItem();
        FilesWith(Secret, "recordings").ShouldHaveSingleItem();
        (await PurgeAsync(strata, "gone", "copies")).Files.ShouldBe(1);
        FilesWith(Secret, "recordings").ShouldBeEmpty();
    }

    [Fact]
    public async Task The_same_recording_registered_again_stands_and_what_was_purged_before_stays_purged_in_every_replay()
    {
        await using var strata = await StrataInProcess.StartAsync(Roles.Worker, Data);
        var file = SmallRecordings.WriteProperties(Files, "gone", Secret);
        await strata.RegisterAsync("arms", [file], wait: true);
        var before = await strata.Log.HeadAsync(Token);
        await PurgeAsync(strata, "gone");

        await strata.RegisterAsync("arms", [file], wait: true);

        (await strata.LayersAsync("arms")).ShouldHaveSingleItem();
        (await RowsAsync(strata, null)).ShouldContain(Secret);
        (await RowsAsync(strata, before)).ShouldNotContain("\": [");
        (await ChunksAsync(strata, before)).ShouldBeEmpty();
        (await strata.Operations.RunAsync(RebuildOperation.Route, new RebuildRequest(Verify: true), NoProgress.Instance, Token)).Differences.ShouldBeEmpty();
        (await PurgeAsync(strata, "gone")).Files.ShouldBe(1);
        (await PurgeAsync(strata, "gone")).Files.ShouldBe(0);
    }

    [Fact]
    public async Task A_purge_that_died_after_its_event_is_finished_at_the_next_start()
    {
        await using (var strata = await StrataInProcess.StartAsync(Roles.Worker, Data))
        {
            await strata.RegisterAsync("arms", [SmallRecordings.WriteProperties(Files, "gone", Secret)], wait: true);
            var arms = (await strata.ReadModels.Entries.FindAsync("arms", Token))!.Dataset;
            await strata.Services.GetRequiredService<IRegistrar>().PurgeAsync(new(arms, "gone", "asked for it", new("test", null)), Token);
        }

        FilesWith(Secret).ShouldNotBeEmpty();
        using var watcher = new FileSystemWatcher(Path.Combine(Data, "recordings")) { IncludeSubdirectories = true, EnableRaisingEvents = true };
        var removed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        watcher.Deleted += (_, file) => _ = file.Name!.EndsWith(".rrd", StringComparison.Ordinal) && removed.TrySetResult();
        await using (var server = await StrataServerProcess.StartAsync(Data))
        {
            await removed.Task.WaitAsync(Token);
            (await server.TerminateAsync()).ShouldBe(0);
        }

        await using (var strata = await StrataInProcess.StartAsync(Roles.Worker, Data))
        {
            (await strata.Services.GetRequiredService<IErasePurged>().EraseAsync(null, Token)).Segments.ShouldBeLessThan(2);
        }

        FilesWith(Secret).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_registration_that_is_under_way_is_waited_for_before_anything_is_erased()
    {
        await using var strata = await StrataInProcess.StartAsync(Roles.Worker, Data);
        await strata.RegisterAsync("arms", [SmallRecordings.WriteProperties(Files, "gone", Secret)], wait: true);
        var recordings = strata.Services.GetRequiredService<Recordings.IRecordingStore>();
        Task<PurgeResponse> purge;
        await using (await recordings.HoldAsync(Token))
        {
            purge = PurgeAsync(strata, "gone");
            await WaitForTypeAsync(strata, "recording_purged");
            FilesWith(Secret, "recordings").ShouldNotBeEmpty();
            purge.IsCompleted.ShouldBeFalse();
        }

        (await purge).Files.ShouldBe(1);
    }

    [Fact]
    public async Task The_command_tells_what_is_gone_a_backup_does_not_miss_it_and_a_reason_is_asked_for()
    {
        var file = SmallRecordings.WriteProperties(Files, "gone", Secret);
        await StrataProgram.RunAsync(Data, "register", file, "--dataset", "arms", "--wait");
        (await StrataProgram.RunAsync(Data, "purge", "arms", "gone")).Code.ShouldBe(2);
        var unknown = await StrataProgram.RunAsync(Data, "purge", "arms", "nobody", "--reason", "asked");
        (unknown.Code, unknown.Error.Contains("there is no segment 'nobody'", StringComparison.Ordinal)).ShouldBe((1, true), unknown.Error);

        var purged = await StrataProgram.RunAsync(Data, "purge", "arms", "gone", "--reason", "asked for it");

        var id = (await StrataProgram.JsonAsync(Data, 0, "dataset", "list"))[0].GetProperty("id").GetString();
        purged.Out.ShouldContain($"segment 'gone' of dataset 'arms' ({id}) is purged: 1 layer, 1 file and");
        FilesWith(Secret).ShouldBeEmpty();
        var registered = (await StrataProgram.JsonAsync(Data, 0, "history", "arms", "gone")).EnumerateArray().First().GetProperty("position").GetInt64();
        (await StrataProgram.RunAsync(Data, "segments", $"arms[{registered}]")).Out.ShouldContain("purged since, at position");
        var backup = Path.Combine(_folder, "backup");
        (await StrataProgram.RunAsync(Data, "backup", backup)).Code.ShouldBe(0);
        (await StrataProgram.RunAsync(Path.Combine(_folder, "restored"), "restore", backup)).Code.ShouldBe(0);
        (await StrataProgram.RunAsync(Path.Combine(_folder, "restored"), "rebuild", "--verify")).Code.ShouldBe(0);
        (await StrataProgram.RunAsync(Data, "why", "arms", "gone")).Out.ShouldContain("purged");
    }

    [Fact]
    public async Task Without_a_server_an_unfinished_purge_is_told_by_doctor_history_and_segments_and_the_same_command_finishes_it()
    {
        long before;
        Contracts.DatasetId arms;
        await using (var strata = await StrataInProcess.StartAsync(Roles.Worker, Data))
        {
            await strata.RegisterAsync("arms", [SmallRecordings.WriteProperties(Files, "gone", Secret)], wait: true);
            before = await strata.Log.HeadAsync(Token);
            arms = (await strata.ReadModels.Entries.FindAsync("arms", Token))!.Dataset;
            await strata.Services.GetRequiredService<IRegistrar>().PurgeAsync(new(arms, "gone", "asked for it", new("test", null)), Token);
        }

        var line = (await StrataProgram.JsonAsync(Data, 0, "doctor")).EnumerateArray().Single(l => l.GetProperty("name").GetString() == "erasure");
        line.GetProperty("status").GetString().ShouldBe("warning");
        line.GetProperty("words").GetString().ShouldBe($"1 purged segment not erased yet: segment 'gone' of dataset 'arms' ({arms}), asked for at position {before + 2}");
        line.GetProperty("next").GetString()!.ShouldStartWith($"strata purge {arms} gone --reason TEXT finishes it");
        (await StrataProgram.RunAsync(Data, "history", "arms", "gone")).Out.ShouldContain("are to be erased; that is not done yet");
        (await StrataProgram.RunAsync(Data, "segments", "arms", "--as-of", $"{before}")).Out.ShouldContain("is not erased yet");

        (await StrataProgram.RunAsync(Data, "purge", "arms", "gone", "--reason", "asked again")).Code.ShouldBe(0);

        (await StrataProgram.RunAsync(Data, "history", "arms", "gone")).Out.ShouldContain("are to be erased; that is done");
        (await StrataProgram.RunAsync(Data, "segments", "arms", "--as-of", $"{before}")).Out.ShouldContain("nothing is left");
        (await StrataProgram.RunAsync(Data, "doctor")).Out.ShouldContain("nothing that was purged waits to be erased");
        FilesWith(Secret).ShouldBeEmpty();
    }

    [Fact]
    public async Task Who_names_a_pin_or_a_moment_is_told_which_dataset_to_purge_instead()
    {
        await StrataProgram.JsonAsync(Data, 0, "register", SmallRecordings.Write(Files, "gone", 0.1), "--dataset", "my arms", "--rules", "none");
        await StrataProgram.JsonAsync(Data, 0, "dataset", "pin", "my arms", "--as", "model_7");
        var position = (await StrataProgram.JsonAsync(Data, 0, "dataset", "list")).EnumerateArray().Single(d => d.GetProperty("name").GetString() == "model_7").GetProperty("as_of").GetInt64();

        foreach (var (name, what) in new[] { ("model_7", "a pin"), ($"my arms[{position}]", "a moment") })
        {
            var refused = await StrataProgram.RunAsync(Data, "purge", name, "gone", "--reason", "asked");
            refused.Code.ShouldBe(1);
            refused.Error.ShouldContain($"'{name}' is {what} of dataset 'my arms' as of position {position}: a past state is not purged by itself; what is purged of its dataset goes from it too. Next: strata purge 'my arms' SEGMENT --reason TEXT");
        }

        await StrataProgram.JsonAsync(Data, 0, "dataset", "delete", "model_7");
        (await StrataProgram.RunAsync(Data, "purge", "model_7", "gone", "--reason", "asked")).Error.ShouldContain("'model_7' is a pin of dataset 'my arms'");
        await StrataProgram.JsonAsync(Data, 0, "dataset", "delete", "my arms");
        (await StrataProgram.RunAsync(Data, "purge", "my arms", "gone", "--reason", "asked")).Code.ShouldBe(0, "a deleted dataset's bytes can be purged");
    }

    private string Files => Path.Combine(_folder, "files");

    private static Task<PurgeResponse> PurgeAsync(StrataInProcess strata, string segment, string dataset = "arms") =>
        strata.Operations.RunAsync(PurgeOperation.Route, new PurgeRequest(dataset, segment, "asked for it"), NoProgress.Instance, Token);

    private static async Task<string> RowsAsync(StrataInProcess strata, long? asOf) =>
        (await strata.Operations.RunAsync(ListSegmentsOperation.Route, new ListSegmentsRequest("arms", AsOf: asOf?.ToString(System.Globalization.CultureInfo.InvariantCulture)), NoProgress.Instance, Token)).Rows.ToJsonElement().GetRawText();

    /// <summary>The segments that have chunks as of a position.</summary>
    private static async Task<IReadOnlyList<string>> ChunksAsync(StrataInProcess strata, long asOf)
    {
        var segments = new List<string>();
        var arms = (await strata.ReadModels.Entries.FindAsync("arms", Token))!.Dataset;
        await foreach (var layer in strata.ReadModels.Chunks.ReadManyAsync(arms, null, asOf, Token))
        {
            segments.Add(layer.Segment);
        }

        return segments;
    }

    private static async Task WaitForTypeAsync(StrataInProcess strata, string type)
    {
        for (var position = 0L; ;)
        {
            await strata.Log.WaitForEventsAsync(position, Token);
            var page = await strata.Log.ReadAsync(position, 1_000, Token);
            if (page.Events.Any(e => e.Type == type))
            {
                return;
            }

            position = page.NextPosition;
        }
    }

    private string[] FilesWith(string text, string below = "")
    {
        var wanted = Encoding.UTF8.GetBytes(text);
        return [.. Directory.EnumerateFiles(Path.Combine(Data, below), "*", SearchOption.AllDirectories).Where(file => Holds(file, wanted))];
    }

    private static bool Holds(string file, byte[] wanted)
    {
        using var bytes = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var all = new byte[bytes.Length];
        bytes.ReadExactly(all);
        return all.AsSpan().IndexOf(wanted) >= 0;
    }
}
