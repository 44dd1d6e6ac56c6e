using System.Diagnostics;

namespace Strata.EndToEnd.Tests;

/// <summary><c>strata serve</c> as a child process that need not serve yet, or ever.</summary>
internal sealed class StartingServer : IAsyncDisposable
{
    private readonly Process _process;
    private readonly SpokenLines _lines;

    private StartingServer(Process process) => (_process, _lines) = (process, new(process.StandardError));

    /// <summary>All lines until now.</summary>
    public IReadOnlyList<string> Said => _lines.All;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static StartingServer Start(string data, string database, params string[] arguments)
    {
        var start = StrataProgram.StartInfo(data, ["serve", .. arguments.Contains("--listen") ? [] : (string[])["--listen", "127.0.0.1:0"], .. arguments]);
        start.Environment["Strata__EventStore__ConnectionString"] = database;
        return new(Process.Start(start)!);
    }

    /// <summary>Ends with the line that has these words.</summary>
    /// <exception cref="InvalidOperationException">It has ended without.</exception>
    public Task<string> SaysAsync(string words) => _lines.UntilAsync(words, Token);

    /// <summary>As a service manager does it.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> TerminateAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", $"{_process.Id}"]);
        await kill.WaitForExitAsync(Token);
        return await EndedAsync();
    }

    /// <returns>The exit code.</returns>
    public async Task<int> EndedAsync()
    {
        await _process.WaitForExitAsync(Token);
        await _lines.Ended;
        return _process.ExitCode;
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
