using System.Diagnostics;

namespace Strata.EndToEnd.Tests.Fleet;

/// <summary>A worker with derivers of the tests' own (tests/Fleet/Worker) as a child process.</summary>
internal sealed class WorkerProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly SpokenLines _lines;

    private WorkerProcess(Process process)
    {
        _process = process;
        _lines = new(process.StandardOutput);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Ends when it works.</summary>
    public static async Task<WorkerProcess> StartAsync(string data, IReadOnlyDictionary<string, string> settings, params string[] derivers)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Strata.Fleet.Worker.dll"), .. derivers]) { RedirectStandardOutput = true };
        start.Environment["STRATA_DATA"] = data;
        foreach (var (name, value) in settings)
        {
            start.Environment[name] = value;
        }

        var process = new WorkerProcess(Process.Start(start)!);
        await process.SaysAsync("works");
        return process;
    }

    public Task<string> SaysAsync(string words) => _lines.UntilAsync(words, Token);

    /// <summary>As a crash: the process gets no chance to do anything.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync(Token);
    }

    /// <summary>As a service manager does it.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> TerminateAsync()
    {
        await SignalAsync("TERM");
        await _process.WaitForExitAsync(Token);
        return _process.ExitCode;
    }

    /// <param name="signal">Such as STOP and CONT.</param>
    public async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", $"{_process.Id}"]);
        await kill.WaitForExitAsync(Token);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        await _lines.Ended;
        _process.Dispose();
    }
}
