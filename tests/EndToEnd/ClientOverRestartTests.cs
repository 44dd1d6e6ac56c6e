using System.Diagnostics;
using Strata.Rrd.Tests;

namespace Strata.EndToEnd.Tests;

/// <summary>A notebook keeps its client all day; the server may crash and come back in the meantime.</summary>
public sealed class ClientOverRestartTests : IDisposable
{
    /// <summary>The same objects answer each line of standard input.</summary>
    private const string Notebook =
        """
        import sys
        import rerun as rr
        client = rr.catalog.CatalogClient(sys.argv[1])
        dataset = client.get_dataset(name="my_robot")
        for line in sys.stdin:
            print(sorted(dataset.segment_ids()), [e.name for e in client.entries()], dataset.reader(index="real_time").count(), flush=True)
        """;

    private readonly string _data = Directory.CreateTempSubdirectory("strata-restart-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_client_object_that_lived_through_a_crash_of_the_server_goes_on_without_being_made_anew()
    {
        var python = RerunSdk.Python();
        await using var crashed = await StrataServerProcess.StartAsync(_data, "--dataset", $"my_robot={Samples.Folder}", "--default-rules", "none");
        var start = new ProcessStartInfo(python, ["-c", Notebook, $"rerun+{crashed.Url}"]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["RERUN_ANALYTICS"] = "0";
        using var notebook = Process.Start(start)!;
        var errors = notebook.StandardError.ReadToEndAsync(CancellationToken.None);
        var before = await AskAsync(notebook, errors);

        await crashed.KillAsync();
        await using var back = await StrataServerProcess.StartAsync(_data, "--listen", $"127.0.0.1:{crashed.Url.Port}");
        var after = await AskAsync(notebook, errors);

        Samples.Segments.ShouldAllBe(segment => before.Contains(segment, StringComparison.Ordinal));
        after.ShouldBe(before);
        notebook.StandardInput.Close();
        await notebook.WaitForExitAsync(Token);
    }

    public void Dispose() => Directory.Delete(_data, recursive: true);

    private static async Task<string> AskAsync(Process notebook, Task<string> errors)
    {
        await notebook.StandardInput.WriteLineAsync("ask");
        await notebook.StandardInput.FlushAsync(Token);
        return await notebook.StandardOutput.ReadLineAsync(Token) ?? throw new InvalidOperationException($"the client ended: {await errors}");
    }
}
