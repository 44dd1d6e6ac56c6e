using Strata.EndToEnd.Tests.Docs;

namespace Strata.EndToEnd.Tests;

/// <summary>The lines of README about the Viewer run as they stand there, in a shell; the Viewer is a stand-in that writes down what it was to open.</summary>
public sealed class DocumentedViewerTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("strata-viewer-").FullName;

    private string Data => Path.Combine(_folder, "data");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_five_lines_of_the_README_open_the_dataset_one_segment_and_the_catalog()
    {
        var block = FencedBlocks.Of("README.md", "sh", "Use Strata from the Viewer").ShouldHaveSingleItem();
        block.Trim().Split('\n').Length.ShouldBe(5);
        Directory.CreateSymbolicLink(Path.Combine(_folder, "samples"), Path.Combine(Samples.Repository, "samples"));
        var shell = new DocumentShell(_folder, Data);
        ShellScript.Write(_folder, "rerun", $"echo \"$*\" >> '{Path.Combine(_folder, "opened")}'");
        await using var server = await StrataServerProcess.StartAsync(Data);

        var (output, errors, code) = await shell.RunAsync(block);

        code.ShouldBe(0, errors);
        var dataset = $"rerun+http://127.0.0.1:{server.Url.Port}/dataset/{(await StrataProgram.JsonAsync(Data, 0, "dataset", "list"))[0].GetProperty("id").GetString()}";
        var opened = await File.ReadAllLinesAsync(Path.Combine(_folder, "opened"), Token);
        opened.ShouldBe([dataset, $"{dataset}?segment_id={Samples.Segments[1]}", "rerun+http://127.0.0.1:51234"]);
        output.Split('\n').Count(line => line == dataset).ShouldBe(2, "once beside the Viewer, once as the link alone");
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
