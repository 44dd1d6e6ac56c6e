using System.Diagnostics;
using System.Text.Json;

namespace Strata.Catalog.Tests.Acceptance;

/// <summary>One process of the real Python client that is asked line by line: to start one takes longer than a hundred questions.</summary>
internal sealed class PythonCatalogClient : IAsyncDisposable
{
    private const string Driver =
        """
        import json, sys
        from rerun.catalog import CatalogClient, OnDuplicateSegmentLayer
        client = CatalogClient(sys.argv[1])
        for line in sys.stdin:
            ask = json.loads(line)
            try:
                dataset = client.get_dataset(name=ask["dataset"])
                dataset.register([ask["url"]], layer_name=ask["layer"], on_duplicate=OnDuplicateSegmentLayer(ask["policy"])).wait()
                answer = None
            except Exception as e:
                answer = f"{type(e).__name__}: {e}"
            print(json.dumps(answer), flush=True)
        """;

    private readonly Process _process;
    private readonly Task<string> _errors;

    private PythonCatalogClient(Process process) => (_process, _errors) = (process, process.StandardError.ReadToEndAsync(CancellationToken.None));

    /// <param name="interpreter">A Python that has the SDK.</param>
    public static PythonCatalogClient Start(string interpreter, Uri server)
    {
        var start = new ProcessStartInfo(interpreter, ["-c", Driver, $"rerun+{server}"]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["RERUN_ANALYTICS"] = "0";
        return new(Process.Start(start)!);
    }

    /// <returns>The exception in words; null when the registration succeeded.</returns>
    public async Task<string?> RegisterAsync(string dataset, string path, string layer, string policy)
    {
        await _process.StandardInput.WriteLineAsync(JsonSerializer.Serialize(new { dataset, url = new Uri(path).AbsoluteUri, layer, policy }));
        await _process.StandardInput.FlushAsync(TestContext.Current.CancellationToken);
        var line = await _process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken)
            ?? throw new InvalidOperationException($"the Python client ended: {await _errors}");
        return JsonSerializer.Deserialize<string?>(line);
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync(CancellationToken.None);
        await _errors;
        _process.Dispose();
    }
}
