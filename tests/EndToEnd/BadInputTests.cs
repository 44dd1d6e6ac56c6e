using System.Text;
using System.Text.Json;

namespace Strata.EndToEnd.Tests;

/// <summary>What goes wrong is named with what to do, and the rest of the call is done.</summary>
public sealed class BadInputTests : IDisposable
{
    private const string Dataset = "mixed";

    private readonly string _folder = Directory.CreateTempSubdirectory("strata-bad-").FullName;

    private string Data => Path.Combine(_folder, "data");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_given_layer_whose_schema_contradicts_derived_ones_tells_so_and_they_come_back_when_it_goes()
    {
        var given = Path.Combine(Samples.Repository, "tests", "Data", "crafted", "largelist.rrd");
        await StrataProgram.JsonAsync(Data, 0, ["register", .. Samples.Files, "--dataset", Dataset]);

        var told = await StrataProgram.RunAsync(Data, "register", given, "--dataset", Dataset, "--layer", "extra", "--json");

        told.Code.ShouldBe(0, told.Error);
        told.Error.ShouldContain("gave way to the schema of layer 'extra' of segment 'r_largelist': 10 derived layers of 5 segments");
        JsonElement.Parse(told.Out)[0].GetProperty("yielded").GetProperty("layers").GetInt32().ShouldBe(10);
        var segment = (await StrataProgram.JsonAsync(Data, 0, "segments", Dataset)).EnumerateArray().Select(r => r.GetProperty("rerun_segment_id").GetString()!).First(s => s != "r_largelist");
        var why = await StrataProgram.RunAsync(Data, "why", Dataset, segment, "tracking_error");
        why.Out.ReplaceLineEndings(" ").ShouldContain("yielded_schema");

        await StrataProgram.JsonAsync(Data, 0, "unregister", Dataset, "--segment", "r_largelist");

        var layers = (await StrataProgram.JsonAsync(Data, 0, "segments", Dataset)).EnumerateArray().Select(StrataProgram.Layers).ToList();
        layers.Count.ShouldBe(Samples.Files.Length);
        layers.ShouldAllBe(l => l.Contains("tracking_error") && l.Contains("quality"));
        (await StrataProgram.JsonAsync(Data, 0, "rebuild", "--verify")).GetProperty("differences").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task A_recording_that_breaks_its_rule_is_told_without_a_stack_trace()
    {
        var bytes = await File.ReadAllBytesAsync(Samples.Files[2], Token);
        bytes.AsSpan(54_095, 2_000).Fill(0xFF);
        var damaged = await WriteAsync("damaged.rrd", bytes);

        var told = await StrataProgram.RunAsync(Data, "register", damaged, "--dataset", Dataset, "--wait");

        told.Error.ShouldContain("recording_broken");
        told.Error.ShouldNotContain("   at Strata.");
        told.Error.Split('\n').ShouldAllBe(line => line.Length < 1_000);
    }

    [Fact]
    public async Task What_a_discarded_entry_says_names_no_command_that_it_cannot_take_any_more()
    {
        var bytes = await File.ReadAllBytesAsync(Samples.Files[1], Token);
        var cut = await WriteAsync("cut.rrd", bytes[..(bytes.Length / 2)]);
        var line = (await StrataProgram.JsonAsync(Data, 1, "register", cut, "--dataset", Dataset))[0];
        var id = line.GetProperty("quarantine_id").GetString()![..12];
        line.GetProperty("reason").GetString()!.ShouldContain($"`strata quarantine release {id} --recover`");

        (await StrataProgram.RunAsync(Data, "quarantine", "show", id)).Out.ShouldContain($"quarantine release {id} --recover");
        (await StrataProgram.RunAsync(Data, "quarantine", "discard", id)).Out.ShouldNotContain("--recover");
    }

    [Fact]
    public async Task Nothing_and_another_host_are_no_recordings_of_this_machine()
    {
        var told = await StrataProgram.RunAsync(Data, "register", "", "file://otherhost/x.rrd", "--dataset", Dataset);

        told.Code.ShouldBe(1, told.Error);
        told.Out.ShouldContain("'': the path is empty; name a recording");
        told.Out.ShouldContain("only files of this machine are opened, this one is on the host 'otherhost'; copy it here");
    }

    [Fact]
    public async Task Broken_files_go_to_quarantine_and_the_others_are_registered_and_derived()
    {
        var whole = Samples.Files[0];
        var bytes = await File.ReadAllBytesAsync(Samples.Files[1], Token);
        var cut = await WriteAsync("cut.rrd", bytes[..(bytes.Length / 2)]);
        var empty = await WriteAsync("empty.rrd", []);
        var text = await WriteAsync("text.rrd", "hello, world, this is no recording"u8.ToArray());

        var lines = await StrataProgram.JsonAsync(Data, 1, "register", cut, whole, empty, text, Path.Combine(_folder, "gone.rrd"), "--dataset", Dataset);

        var status = lines.EnumerateArray().ToDictionary(l => Path.GetFileName(l.GetProperty("path").GetString()!), l => l.GetProperty("status").GetString());
        status.ShouldBe(
            new Dictionary<string, string?>
            {
                ["cut.rrd"] = "quarantined",
                [Path.GetFileName(whole)] = "registered",
                ["empty.rrd"] = "quarantined",
                ["text.rrd"] = "quarantined",
                ["gone.rrd"] = "failed",
            },
            ignoreOrder: true);
        var table = await StrataProgram.JsonAsync(Data, 0, "segments", Dataset);
        table.EnumerateArray().Single().GetProperty("rerun_layer_names").GetArrayLength().ShouldBe(3);
    }

    [Fact]
    public async Task A_recording_without_a_recording_id_is_quarantined_with_the_command_that_gives_it_one_and_the_others_are_registered()
    {
        var bytes = await File.ReadAllBytesAsync(Samples.Files[1], Token);
        var segment = Encoding.UTF8.GetBytes(Samples.Segments[1]);
        byte[] field = [0x12, (byte)segment.Length, .. segment];
        for (int at; (at = bytes.AsSpan().IndexOf(field)) >= 0;)
        {
            // A field that does not exist, which readers pass over.
            bytes[at] = 0x7A;
        }

        var nameless = await WriteAsync("nameless.rrd", bytes);

        var told = await StrataProgram.RunAsync(Data, "register", nameless, Samples.Files[0], "--dataset", Dataset, "--rules", "none");

        told.Code.ShouldBe(1);
        told.Out.Split('\n').ShouldContain(l => l.StartsWith($"{nameless}: recording_id_missing: ", StringComparison.Ordinal) && l.Contains("rerun rrd route --recording-id NAME FILE.rrd -o NEW.rrd", StringComparison.Ordinal));
        told.Error.ShouldContain("1 registered, 1 quarantined");
    }

    [Fact]
    public async Task What_is_whole_of_a_cut_file_is_registered_when_it_is_released_with_recover()
    {
        var bytes = await File.ReadAllBytesAsync(Samples.Files[1], Token);
        var cut = await WriteAsync("cut.rrd", bytes[..(bytes.Length / 2)]);
        await StrataProgram.RunAsync(Data, "register", cut, "--dataset", Dataset);
        var entry = (await StrataProgram.JsonAsync(Data, 0, "quarantine", "list")).EnumerateArray().Single();
        var id = entry.GetProperty("id").GetString()![..8];
        entry.EnumerateObject().Select(m => m.Name).Take(4).ShouldBe(["id", "path", "reason", "offset"]);

        (await StrataProgram.RunAsync(Data, "quarantine", "show", id)).Out.ShouldContain("strata quarantine release");
        var released = await StrataProgram.JsonAsync(Data, 0, "quarantine", "release", id, "--recover");

        released[0].GetProperty("status").GetString().ShouldBe("registered");
        released[0].GetProperty("path").GetString()!.ShouldEndWith("cut.rrd");
        (await StrataProgram.JsonAsync(Data, 0, "quarantine", "list")).GetArrayLength().ShouldBe(0);
        (await StrataProgram.JsonAsync(Data, 0, "segments", Dataset)).GetArrayLength().ShouldBe(1);
    }

    [Fact]
    public async Task A_cut_file_whose_layer_stands_already_is_not_released_and_the_answer_names_what_this_command_can_do()
    {
        var bytes = await File.ReadAllBytesAsync(Samples.Files[1], Token);
        var cut = await WriteAsync("cut.rrd", bytes[..(bytes.Length / 2)]);
        await StrataProgram.RunAsync(Data, "register", cut, Samples.Files[1], "--dataset", Dataset, "--rules", "none");
        var id = (await StrataProgram.JsonAsync(Data, 0, "quarantine", "list"))[0].GetProperty("id").GetString()![..8];

        var refused = (await StrataProgram.JsonAsync(Data, 1, "quarantine", "release", id, "--recover"))[0];

        refused.GetProperty("status").GetString().ShouldBe("failed");
        refused.GetProperty("reason").GetString()!.ShouldContain("unregister that layer first, then release this entry again");
        refused.GetProperty("reason").GetString()!.ShouldNotContain("choose `replace`");
    }

    [Theory]
    [InlineData("--dataset", "mixed", "--layer", "", "leave it out for 'base'")]
    [InlineData("--dataset", "__entries", "--layer", "base", "choose another name")]
    [InlineData("--dataset", "", "--layer", "base", "such as my_robot")]
    [InlineData("--dataset", "a/b", "--layer", "base", "choose a name of 1 to 180 of the allowed characters")]
    public async Task A_name_that_cannot_be_has_a_next_step(string option, string dataset, string layerOption, string layer, string next)
    {
        var refused = await StrataProgram.RunAsync(Data, "register", Samples.Files[0], option, dataset, layerOption, layer);

        refused.Code.ShouldBe(1);
        refused.Error.ShouldContain("Next: ");
        refused.Error.ShouldContain(next);
    }

    [Fact]
    public async Task Each_schema_that_does_not_match_is_told_in_a_sentence_of_its_own()
    {
        var names = new[] { "first", "second" };
        var files = names.Select(n => SmallRecordings.WriteOf(_folder, n, $"/{n}/action", $"/{n}/observation", 0.1)).ToArray();

        var registered = await StrataProgram.RunAsync(Data, ["register", .. files, "--dataset", Dataset]);

        registered.Error.Split('\n').Count(l => l.StartsWith("not derived: tracking_error of 1 segment", StringComparison.Ordinal)).ShouldBe(2, registered.Error);
    }

    [Fact]
    public async Task Of_many_schemas_that_do_not_match_ten_are_told_and_the_history_tells_them_all()
    {
        string[] files = [.. Enumerable.Range(0, 14).Select(i => SmallRecordings.WriteOf(_folder, $"arm_{i}", $"/arm_{i}/action", $"/arm_{i}/observation", 0.1))];

        var registered = await StrataProgram.RunAsync(Data, ["register", .. files, "--dataset", Dataset]);
        var history = await StrataProgram.RunAsync(Data, "history", Dataset);

        registered.Error.Split('\n').Count(l => l.StartsWith("not derived: tracking_error of 1 segment: schema_mismatch", StringComparison.Ordinal)).ShouldBe(10, registered.Error);
        registered.Error.ShouldContain("not derived: tracking_error of 4 segments: schema_mismatch, of 4 more schemas, each with a reason of its own: strata history mixed tells them all");
        var told = history.Out.ReplaceLineEndings(" ");
        Enumerable.Range(0, 14).ShouldAllBe(i => told.Contains($"/arm_{i}/action"));
    }

    [Fact]
    public async Task A_named_pipe_and_a_device_among_good_files_are_named_and_hold_nothing_up()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "named pipes and /dev/zero are absent here; run it on Linux");
        var pipe = Path.Combine(_folder, "pipe.rrd");
        using (var made = System.Diagnostics.Process.Start("mkfifo", [pipe]))
        {
            await made.WaitForExitAsync(Token);
        }

        var lines = await StrataProgram.JsonAsync(Data, 1, "register", pipe, Samples.Files[0], "/dev/zero", Samples.Files[1], "--dataset", Dataset);

        var reasons = lines.EnumerateArray().ToDictionary(l => Path.GetFileName(l.GetProperty("path").GetString()!), l => (l.GetProperty("status").GetString(), l.GetProperty("reason").GetString()));
        reasons["pipe.rrd"].Item1.ShouldBe("failed");
        reasons["pipe.rrd"].Item2!.ShouldContain("a named pipe, not a regular file");
        reasons["zero"].Item1.ShouldBe("failed");
        reasons["zero"].Item2!.ShouldContain("a character device, not a regular file");
        Samples.Files[..2].ShouldAllBe(f => reasons[Path.GetFileName(f)].Item1 == "registered");
    }

    [Fact]
    public async Task A_discarded_entry_leaves_the_list_and_stays_in_the_history()
    {
        var text = await WriteAsync("text.rrd", "no recording"u8.ToArray());
        await StrataProgram.RunAsync(Data, "register", text, "--dataset", Dataset);
        var id = (await StrataProgram.JsonAsync(Data, 0, "quarantine", "list"))[0].GetProperty("id").GetString()!;

        (await StrataProgram.JsonAsync(Data, 0, "quarantine", "discard", id)).GetProperty("state").GetString().ShouldBe("discarded");

        (await StrataProgram.JsonAsync(Data, 0, "quarantine", "list")).GetArrayLength().ShouldBe(0);
        (await StrataProgram.JsonAsync(Data, 0, "quarantine", "list", "--all")).GetArrayLength().ShouldBe(1);
    }

    [Theory]
    [InlineData("", "must not be empty")]
    [InlineData("a/b", "invalid character '/'")]
    public async Task A_dataset_name_that_is_not_allowed_is_refused_in_words(string name, string words)
    {
        var result = await StrataProgram.RunAsync(Data, "register", Samples.Files[0], "--dataset", name);

        result.Code.ShouldBe(1);
        result.Error.ShouldContain(words);
    }

    [Fact]
    public async Task A_layer_name_of_10_000_characters_is_refused_in_words()
    {
        var result = await StrataProgram.RunAsync(Data, "register", Samples.Files[0], "--dataset", Dataset, "--layer", new string('x', 10_000));

        result.Code.ShouldBe(1);
        (result.Error + result.Out).ShouldContain("10000 bytes");
    }

    [Fact]
    public async Task An_unregistered_derived_layer_stays_away_until_its_rule_is_resumed()
    {
        await StrataProgram.RunAsync(Data, "register", Samples.Files[0], "--dataset", Dataset);
        var segment = Samples.Segments[0];

        await StrataProgram.JsonAsync(Data, 0, "unregister", Dataset, "--segment", segment, "--layer", "quality");
        (await LayersAsync()).ShouldBe("base, tracking_error");

        await StrataProgram.JsonAsync(Data, 0, "rule", "resume", Dataset, "quality", segment);
        (await LayersAsync()).ShouldBe("base, tracking_error, quality");
    }

    private async Task<string> LayersAsync() =>
        StrataProgram.Layers((await StrataProgram.JsonAsync(Data, 0, "segments", Dataset))[0]);

    private async Task<string> WriteAsync(string name, byte[] content)
    {
        var path = Path.Combine(_folder, name);
        await File.WriteAllBytesAsync(path, content, Token);
        return path;
    }
}
