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
        var commands = string.Join('\n', FencedBlocks.Of("docs/history.md", "sh", "One segment, one layer").Concat(FencedBlocks.Of("docs/history.md", "sh", "As it was")));
        await StrataProgram.JsonAsync(Data, 0, "register", SmallRecordings.Write(_folder, "run_1", 0.1), SmallRecordings.Write(_folder, "episode_7", 0.2), "--dataset", "my_robot", "--wait");

        var output = await DocumentedCommands.RunAsync(commands, _folder, Data, TestContext.Current.CancellationToken);

        output.ShouldContain("layer 'base' was registered from");
        output.ShouldContain("layer 'quality' was derived at position");
        output.ShouldContain("upwards   base ");
        output.ShouldContain("6 layers checked, 6 equal, 0 different");
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
}
