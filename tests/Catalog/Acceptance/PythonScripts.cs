using System.Diagnostics;
using System.Text.Json;

namespace Strata.Catalog.Tests.Acceptance;

/// <param name="Printed">On standard output, up to where it ended.</param>
/// <param name="Error">The exception that ended it; null when none did.</param>
internal sealed record ScriptResult(string Printed, string? Error);

/// <summary>Runs whole scripts one after another in one Python process: importing the SDK takes longer than most of them. Their exit handlers run when it ends.</summary>
internal sealed class PythonScripts : IAsyncDisposable
{
    private const string Driver =
        """
        import contextlib, io, json, sys
        for line in sys.stdin:
            printed, error = io.StringIO(), None
            try:
                with contextlib.redirect_stdout(printed):
                    exec(compile(json.loads(line), "script", "exec"), {"__name__": "__main__", "__file__": "/a/b/c/d/e/f/script.py"})
            except BaseException as e:
                error = f"{type(e).__name__}: {e}"
            print(json.dumps({"printed": printed.getvalue(), "error": error}), flush=True)
        """;

    /// <summary>Tables are cut to the width of the terminal; the golden answers were printed at this one.</summary>
    private const string Columns = "200";

    private readonly Process _process;
    private readonly Task<string> _errors;

    private PythonScripts(Process process) => (_process, _errors) = (process, process.StandardError.ReadToEndAsync(CancellationToken.None));

    public static PythonScripts Start(string interpreter)
    {
        var start = new ProcessStartInfo(interpreter, ["-c", Driver]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["RERUN_ANALYTICS"] = "0";
        start.Environment["COLUMNS"] = Columns;
        start.Environment["NO_COLOR"] = "1";
        return new(Process.Start(start)!);
    }

    public async Task<ScriptResult> RunAsync(string script)
    {
        await _process.StandardInput.WriteLineAsync(JsonSerializer.Serialize(script));
        await _process.StandardInput.FlushAsync(TestContext.Current.CancellationToken);
        var line = await _process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) ?? throw new InvalidOperationException($"Python ended: {await _errors}");
        return JsonSerializer.Deserialize<ScriptResult>(line, JsonSerializerOptions.Web)!;
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync(CancellationToken.None);
        await _errors;
        _process.Dispose();
    }
}
