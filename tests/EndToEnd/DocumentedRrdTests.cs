using Strata.EndToEnd.Tests.Docs;

namespace Strata.EndToEnd.Tests;

/// <summary>The commands of docs/rrd.md run as they stand there.</summary>
public sealed class DocumentedRrdTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("strata-docs-rrd-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Every_command_does_what_is_said()
    {
        File.Move(SmallRecordings.Write(_folder, "episode_7", 0.1, 0.2, 0.3), Path.Combine(_folder, "episode_7.rrd"));
        File.Move(SmallRecordings.Write(_folder, "run_8", 0.1, 0.4), Path.Combine(_folder, "run_8.rrd"));
        var commands = string.Join('\n', FencedBlocks.Of("docs/rrd.md", "sh"));

        var output = await DocumentedCommands.RunAsync(commands, _folder, Path.Combine(_folder, "data"), TestContext.Current.CancellationToken);

        output.ShouldContain("episode_7.rrd: sound");
        output.ShouldContain("run_8.rrd: good");
        output.ShouldContain("Scalars:scalars");
        foreach (var file in new[] { "both.rrd", "small.rrd", "fast.rrd", "monday.rrd", "old.backup.rrd", "saved.rrd" })
        {
            new FileInfo(Path.Combine(_folder, file)).Length.ShouldBeGreaterThan(0, file);
        }

        Directory.GetFiles(Path.Combine(_folder, "parts")).Length.ShouldBe(2);
        Directory.GetFiles(_folder, "*.part").ShouldBeEmpty();
    }
}
