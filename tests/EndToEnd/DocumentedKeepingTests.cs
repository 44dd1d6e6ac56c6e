using Strata.EndToEnd.Tests.Docs;

namespace Strata.EndToEnd.Tests;

/// <summary>The commands of docs/keeping.md run as they stand there.</summary>
public sealed class DocumentedKeepingTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("strata-docs-keeping-").FullName;

    private string Data => Path.Combine(_folder, "data");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Every_command_of_the_page_does_what_is_said()
    {
        var page = string.Join('\n', FencedBlocks.Of("docs/keeping.md", "sh"));
        await StrataProgram.JsonAsync(Data, 0, "register", SmallRecordings.Write(_folder, "run_1", 0.1), SmallRecordings.Write(_folder, "episode_7", 0.2), "--dataset", "my_robot", "--rules", "none");
        var output = await DocumentedCommands.RunAsync(page, _folder, Data, Token);

        output.ShouldContain("are kept for 30d; then 'strata gc' removes those that no pin shows");
        output.ShouldContain("│ 30d ");
        output.Split('\n').Count(line => line.StartsWith("log: ", StringComparison.Ordinal)).ShouldBe(3, "one table of each kind");
        output.ShouldContain("segment 'episode_7' of dataset 'my_robot' (");
        output.ShouldContain(") is purged: 1 layer, 1 file and");
        output.ShouldContain("would remove 0 files (0 B)");
        output.ShouldContain("\nremoved 0 files (0 B)");
    }
}
