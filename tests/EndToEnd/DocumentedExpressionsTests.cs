using Strata.EndToEnd.Tests.Docs;

namespace Strata.EndToEnd.Tests;

/// <summary>The commands of docs/expressions.md run as they stand there.</summary>
public sealed class DocumentedExpressionsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("strata-docs-expressions-").FullName;

    private string Data => Path.Combine(_folder, "data");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Every_command_does_what_is_said()
    {
        await StrataProgram.JsonAsync(Data, 0, "register", SmallRecordings.Write(_folder, "run_1", 0.1), SmallRecordings.Write(_folder, "episode_7", 0.2, 0.3), "--dataset", "my_robot", "--wait");
        var commands = string.Join('\n', FencedBlocks.Of("docs/expressions.md", "sh"));

        var output = await DocumentedCommands.RunAsync(commands, _folder, Data, TestContext.Current.CancellationToken);

        output.ShouldContain("run_1");
        output.ShouldContain("episode_7");
        output.ShouldContain("\"tracking_error\"");
    }

    [Fact]
    public async Task A_mistake_is_shown_as_the_page_shows_it()
    {
        await StrataProgram.JsonAsync(Data, 0, "register", SmallRecordings.Write(_folder, "run_1", 0.1), "--dataset", "my_robot", "--wait");
        var shown = FencedBlocks.Of("docs/expressions.md", "", "Types").Single();

        var result = await StrataProgram.RunAsync(Data, "segments", "my_robot", "--where", "tracking_error:mean < 'low'");

        result.Code.ShouldBe(1);
        result.Error.Trim('\n').ShouldBe(shown.Trim('\n'));
    }
}
