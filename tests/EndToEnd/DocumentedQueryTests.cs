using Strata.EndToEnd.Tests.Docs;

namespace Strata.EndToEnd.Tests;

/// <summary>The commands of docs/query.md run as they stand there.</summary>
public sealed class DocumentedQueryTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("strata-docs-query-").FullName;

    private string Data => Path.Combine(_folder, "data");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Every_command_does_what_is_said()
    {
        await StrataProgram.JsonAsync(Data, 0, "register", SmallRecordings.Write(_folder, "run_1", 0.1), SmallRecordings.Write(_folder, "episode_7", 0.2, 0.3), "--dataset", "my_robot", "--wait");
        var commands = string.Join('\n', FencedBlocks.Of("docs/query.md", "sh"));

        var output = await DocumentedCommands.RunAsync(commands, _folder, Data, TestContext.Current.CancellationToken);

        output.ShouldContain("rerun_segment_id,real_time,/action/joint_positions:Scalars:scalars\r\n");
        output.ShouldContain("rerun_segment_id,real_time,/action/joint_positions:Scalars:scalars,property:quality:tracking_good\r\n");
        output.ShouldContain("\"rerun_segment_id\":\"episode_7\"");
        File.Exists(Path.Combine(_folder, "rows.arrow")).ShouldBeTrue();
    }
}
