using System.Diagnostics;
using Strata.EndToEnd.Tests.Docs;
using Strata.Rrd.Tests;

namespace Strata.EndToEnd.Tests;

/// <summary>The Python of README and docs/python.md runs as it stands there, with the real SDK.</summary>
public sealed class DocumentedPythonTests : IDisposable
{
    /// <summary>
    /// Runs the text unchanged; only where its address leads is this test's business, since port 51234 may be anybody's. Python, not the test, refuses
    /// an address that the document does not name.
    /// </summary>
    private const string Driver =
        """
        import sys
        import rerun.catalog
        real, documented = rerun.catalog.CatalogClient, "rerun+http://127.0.0.1:51234"
        def client(url, **options):
            assert url == documented, url
            return real(sys.argv[1], **options)
        rerun.catalog.CatalogClient = client
        exec(compile(sys.stdin.read(), "document", "exec"), {"__name__": "__main__"})
        """;

    private readonly string _data = Directory.CreateTempSubdirectory("strata-docs-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_five_lines_of_the_README_register_the_samples_and_show_them()
    {
        var python = RerunSdk.Python();
        var block = FencedBlocks.Of("README.md", "python", "Use Strata from Python").ShouldHaveSingleItem();
        block.Trim().Split('\n').Length.ShouldBe(5);
        await using var server = await StrataServerProcess.StartAsync(_data);

        var printed = await RunAsync(python, server, block);

        Samples.Segments.ShouldAllBe(segment => printed.Contains(segment, StringComparison.Ordinal));
        (await StrataProgram.JsonAsync(_data, 0, "segments", "my_robot")).GetArrayLength().ShouldBe(Samples.Files.Length);
    }

    [Fact]
    public async Task The_page_about_Python_registers_waits_for_the_derivations_and_reads_them_with_a_token_of_the_environment()
    {
        var python = RerunSdk.Python();
        var page = string.Join('\n', FencedBlocks.Of("docs/python.md", "python"));
        await using var server = await StrataServerProcess.StartAsync(_data, new Dictionary<string, string> { ["Strata__Recordings__Roots"] = Samples.Folder }, "--require-tokens");
        var token = (await StrataProgram.JsonAsync(_data, 0, "token", "create", "--register")).GetProperty("token").GetString()!;

        var printed = await RunAsync(python, server, page, token);

        foreach (var segment in Samples.Segments)
        {
            printed.ShouldMatch($@"{segment} .*\[{(Samples.Golden(segment).Good ? "true" : "false")}\]");
        }

        printed.ShouldMatch("[1-9][0-9]* rows of tracking error");
        printed.ShouldMatch(@"my_robot\[[1-9][0-9]*\] holds 5 segments");
    }

    public void Dispose() => Directory.Delete(_data, recursive: true);

    /// <summary>In the repository, as a reader stands there.</summary>
    private static async Task<string> RunAsync(string python, StrataServerProcess server, string script, string? token = null)
    {
        var start = new ProcessStartInfo(python, ["-c", Driver, $"rerun+{server.Url}"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Samples.Repository,
        };
        start.Environment["RERUN_ANALYTICS"] = "0";
        start.Environment["COLUMNS"] = "200";
        start.Environment["REDAP_TOKEN"] = token;
        using var process = Process.Start(start)!;
        await process.StandardInput.WriteAsync(script);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(Token);
        var errors = process.StandardError.ReadToEndAsync(Token);
        await process.WaitForExitAsync(Token);
        process.ExitCode.ShouldBe(0, $"{await output}{await errors}");
        return await output;
    }
}
