using Strata.EndToEnd.Tests.Docs;

namespace Strata.EndToEnd.Tests;

/// <summary>The commands of docs/history.md run as they stand there.</summary>
public sealed class DocumentedHistoryTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("strata-docs-history-").FullName;

    private string Data => Path.Combine(_folder, "data");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Every_command_about_a_segment_and_about_the_past_does_what_is_said()
    {
        string[] sections = ["One segment, one layer", "What verify proves", "As it was"];
        var commands = string.Join('\n', sections.SelectMany(s => FencedBlocks.Of("docs/history.md", "sh", s)));
        await StrataProgram.JsonAsync(Data, 0, "register", SmallRecordings.Write(_folder, "run_1", 0.1), SmallRecordings.Write(_folder, "episode_7", 0.2), "--dataset", "my_robot", "--wait");

        var output = await DocumentedCommands.RunAsync(commands, _folder, Data, TestContext.Current.CancellationToken);

        output.ShouldContain("layer 'base' was registered from");
        output.ShouldContain("layer 'quality' was derived at position");
        output.ShouldContain("upwards   base ");
        output.ShouldContain("6 layers checked, 6 equal, 0 different");
        output.ShouldContain("  6 layers: equal bytes");
        output.ShouldContain("1 layer checked, 1 equal, 0 different");
        output.ShouldContain("'model_7' (");
    }

    [Fact]
    public async Task Every_command_about_backups_does_what_is_said()
    {
        var commands = string.Join('\n', FencedBlocks.Of("docs/history.md", "sh", "Backups")).Replace("/mnt/backups/strata", Path.Combine(_folder, "backups", "strata"), StringComparison.Ordinal);
        await StrataProgram.JsonAsync(Data, 0, "register", SmallRecordings.Write(_folder, "run_1", 0.1), "--dataset", "my_robot", "--wait");

        var output = await DocumentedCommands.RunAsync(commands, _folder, Data, TestContext.Current.CancellationToken);

        output.ShouldContain(", 3 of them copied now)");
        output.ShouldContain(", 0 of them copied now)");
        output.ShouldContain($"{Path.Combine(_folder, "new-data")} holds the catalog as of position");
        (await StrataProgram.JsonAsync(Path.Combine(_folder, "new-data"), 0, "verify", "my_robot")).GetProperty("equal").GetInt64().ShouldBe(3);
    }

    [Fact]
    public async Task What_a_pin_holds_is_verified_under_its_name_also_when_it_stands_no_more()
    {
        var file = SmallRecordings.Write(_folder, "run_1", 0.1);
        await StrataProgram.JsonAsync(Data, 0, "register", file, "--dataset", "my_robot", "--wait");
        await StrataProgram.JsonAsync(Data, 0, "dataset", "pin", "my_robot", "--as", "v1");
        await StrataProgram.JsonAsync(Data, 0, "unregister", "my_robot", "--segment", "run_1");
        var hash = Contracts.Sha256Digest.Of(await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken)).Value;
        (await StrataProgram.JsonAsync(Data, 0, "verify", "v1")).GetProperty("equal").GetInt64().ShouldBe(3);

        File.Delete(Path.Combine(Data, "recordings", hash[..2], $"{hash}.rrd"));

        (await StrataProgram.JsonAsync(Data, 0, "verify", "my_robot")).GetProperty("checked").GetInt64().ShouldBe(0);
        var report = await StrataProgram.JsonAsync(Data, 1, "verify", "v1", "run_1");
        (report.GetProperty("checked").GetInt64(), report.GetProperty("different").GetArrayLength()).ShouldBe((3, 2));
    }

    [Fact]
    public async Task Verify_ends_with_the_exit_code_that_is_said_and_tells_what_differs_and_where()
    {
        var file = SmallRecordings.Write(_folder, "run_1", 0.1);
        await StrataProgram.JsonAsync(Data, 0, "register", file, "--dataset", "my_robot", "--wait");
        (await StrataProgram.RunAsync(Data, "verify", "my_robot")).Code.ShouldBe(0);
        (await StrataProgram.RunAsync(Data, "verify", "my_robot", "nosuch")).Code.ShouldBe(1);
        (await StrataProgram.RunAsync(Data, "verify")).Code.ShouldBe(2);
        var hash = Contracts.Sha256Digest.Of(await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken)).Value;
        var kept = Path.Combine(Data, "recordings", hash[..2], $"{hash}.rrd");
        var bytes = await File.ReadAllBytesAsync(kept, TestContext.Current.CancellationToken);
        bytes[^50] ^= 1;
        File.SetAttributes(kept, FileAttributes.Normal);
        await File.WriteAllBytesAsync(kept, bytes, TestContext.Current.CancellationToken);

        var told = await StrataProgram.RunAsync(Data, "verify", "my_robot");

        told.Code.ShouldBe(1);
        told.Out.ShouldStartWith("3 layers checked, 1 equal, 2 different");
        told.Out.ShouldContain($"segment run_1, layer base, file_sha256; file recordings/{hash[..2]}/{hash}.rrd; ");
        told.Out.ShouldContain($"segment run_1, layer tracking_error, input; file recordings/{hash[..2]}/{hash}.rrd; ");
        var lines = told.Error.TrimEnd().Split('\n');
        lines[0].ShouldMatch(@"^read [\d.]+ kB in .+: .+/s$", "how fast it was");
        lines[^1].ShouldEndWith("register PATH --dataset my_robot --layer base --on-duplicate replace");
    }
}
