using System.Diagnostics;
using Strata.Rrd.Tests;

namespace Strata.Catalog.Tests.Acceptance;

/// <summary>Rerun's own catalog server on a free port; the test is skipped where there is none.</summary>
internal sealed class RerunServer : IAsyncDisposable
{
    /// <summary>Serves until its standard input ends.</summary>
    private const string Script =
        """
        import sys
        from rerun.server import Server
        with Server(host="127.0.0.1") as server:
            print(server.url(), flush=True)
            sys.stdin.read()
        """;

    private readonly Process _process;

    private RerunServer(Process process, Uri url) => (_process, Url) = (process, url);

    public Uri Url { get; }

    public static async Task<RerunServer> StartAsync()
    {
        var start = new ProcessStartInfo(RerunSdk.Python(), ["-c", Script]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        start.Environment["RERUN_ANALYTICS"] = "0";
        var process = Process.Start(start)!;
        var url = await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) ?? throw new InvalidOperationException("Rerun's server did not start");
        return new(process, new(url.Replace("rerun+", "", StringComparison.Ordinal)));
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
    }
}
