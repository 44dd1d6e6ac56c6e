using Strata.EndToEnd.Tests.Docs;
using Strata.Rrd.Tests;

namespace Strata.EndToEnd.Tests;

/// <summary>The lines of docs/uploads.md run as they stand there.</summary>
public sealed class DocumentedUploadsTests : IDisposable
{
    private const string Page = "docs/uploads.md";

    private readonly string _folder = Directory.CreateTempSubdirectory("strata-docs-uploads-").FullName;

    private string Data => Path.Combine(_folder, "data");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Every_line_for_the_shell_does_what_is_said()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/curl") && File.Exists("/usr/bin/sha256sum"), "the lines are for curl and sha256sum, which are absent here: install curl and coreutils");
        File.Copy(Samples.Files[0], Path.Combine(_folder, "run.rrd"));
        await File.WriteAllBytesAsync(Path.Combine(_folder, "big.rrd"), [.. Enumerable.Range(0, 2_000_000).Select(i => (byte)(i * 13 + (i >> 7)))], TestContext.Current.CancellationToken);
        await using var server = await StrataServerProcess.StartAsync(Data);
        var shell = new DocumentShell(_folder, Data);

        // The first part of the file whose rest the page sends.
        const string Cut = "head -c 500000 big.rrd | curl --fail --silent --output /dev/null --upload-file - --header 'Content-Range: bytes 0-499999/2000000' $STRATA/recordings/$(sha256sum big.rrd | cut -d' ' -f1)\n";
        var blocks = FencedBlocks.Of(Page, "sh").ToList();
        blocks.Count.ShouldBe(3);
        var (output, errors, code) = await shell.RunAsync($"STRATA={server.Url.AbsoluteUri.TrimEnd('/')}\n{blocks[0]}\necho\n{blocks[1]}\n{Cut}\n{blocks[2]}\necho\necho \"went on at $offset\"");

        code.ShouldBe(0, errors + output);
        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        lines[0].ShouldMatch("""^\{"sha256":"[0-9a-f]{64}","sizeBytes":[0-9]+,"stored":"new"\}$""");
        lines[1].ShouldBe("200");
        lines[2].ShouldMatch("""^\{"sha256":"[0-9a-f]{64}","sizeBytes":2000000,"stored":"new"\}$""");
        lines[3].ShouldBe("went on at 500000");
    }

    [Fact]
    public async Task The_lines_for_Python_stage_a_file_and_register_it()
    {
        File.Copy(Samples.Files[0], Path.Combine(_folder, "run.rrd"));
        await using var server = await StrataServerProcess.StartAsync(Data);
        var lines = FencedBlocks.Of(Page, "python").Single();

        var printed = await RerunSdk.PythonAsync($"import os, sys\nurl = sys.argv[1]\nos.chdir(sys.argv[2])\n{lines}", $"rerun+{server.Url}", _folder);

        printed.ShouldContain($"strata://staged/lab/monday/run.rrd ['{Samples.Segments[0]}']");
    }
}
