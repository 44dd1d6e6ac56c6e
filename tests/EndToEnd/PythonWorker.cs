using System.Diagnostics;

namespace Strata.EndToEnd.Tests;

/// <summary>A worker at a queue, as a process of Python with pika; with the real SDK where it needs that.</summary>
internal sealed class PythonWorker : IAsyncDisposable
{
    private const string SystemPython = "/usr/bin/python3";

    private readonly Process _process;
    private readonly SpokenLines _lines;

    private PythonWorker(Process process) => (_process, _lines) = (process, new(process.StandardOutput));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Ends with the folder in which pika lies; the test is skipped where there is none.</summary>
    public static async Task<string> PikaAsync()
    {
        Assert.SkipUnless(File.Exists(SystemPython), $"no {SystemPython}");
        using var process = Process.Start(new ProcessStartInfo(SystemPython, ["-c", "import os, pika; print(os.path.dirname(os.path.dirname(pika.__file__)))"]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(Token), process.StandardError.ReadToEndAsync(Token));
        await process.WaitForExitAsync(Token);
        Assert.SkipWhen(process.ExitCode != 0, $"no Python with pika (Debian: python3-pika): {await errors}");
        return (await output).Trim();
    }

    /// <summary>Ends when it says that it waits for jobs.</summary>
    /// <param name="python">An interpreter; null: that of the system, which has no SDK.</param>
    /// <param name="arguments">Of the interpreter.</param>
    public static async Task<PythonWorker> StartAsync(string? python, Uri broker, string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo(python ?? SystemPython, arguments) { RedirectStandardOutput = true, WorkingDirectory = folder };
        start.Environment["BROKER"] = broker.ToString().TrimEnd('/');
        if (python is not null)
        {
            // pika alone: what else lies beside it is of another Python.
            var beside = Directory.CreateDirectory(Path.Combine(folder, "beside")).FullName;
            if (!Directory.Exists(Path.Combine(beside, "pika")))
            {
                Directory.CreateSymbolicLink(Path.Combine(beside, "pika"), Path.Combine(await PikaAsync(), "pika"));
            }

            start.Environment["PYTHONPATH"] = beside;
        }

        var worker = new PythonWorker(Process.Start(start)!);
        await worker.SaysAsync("waits for jobs at ");
        return worker;
    }

    public Task<string> SaysAsync(string words) => _lines.UntilAsync(words, Token);

    public async Task KillAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync(CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            await KillAsync();
        }

        _process.Dispose();
    }
}
