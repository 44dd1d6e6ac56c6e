using System.Diagnostics;

namespace Strata.Projections.Tests.Support;

/// <summary>The program of <c>tests/Crash/Projector</c> as a process of its own.</summary>
internal sealed class ProjectorProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly List<string> _said = [];

    private ProjectorProcess(Process process) => _process = process;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static ProjectorProcess Start(params string[] arguments)
    {
        var host = Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet";
        return new(Process.Start(new ProcessStartInfo(host, [Path.Combine(AppContext.BaseDirectory, "Strata.Crash.Projector.dll"), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardInput = true,
        }).ShouldNotBeNull());
    }

    /// <summary>The next line that begins so; ends with an error when the process ends before it.</summary>
    public async Task<string> LineAsync(string beginning)
    {
        while (await _process.StandardOutput.ReadLineAsync(Cancel) is { } line)
        {
            _said.Add(line);
            if (line.StartsWith(beginning, StringComparison.Ordinal))
            {
                return line;
            }
        }

        throw new InvalidOperationException($"expected a line '{beginning}…', the process ended after:\n{string.Join('\n', _said)}");
    }

    public Task GoOnAsync() => _process.StandardInput.WriteLineAsync().WaitAsync(Cancel);

    public async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", $"{_process.Id}"]);
        await kill.WaitForExitAsync(Cancel);
        kill.ExitCode.ShouldBe(0);
    }

    /// <returns>The exit code: 137 for one that was killed.</returns>
    public async Task<int> EndAsync()
    {
        var rest = _process.StandardOutput.ReadToEndAsync(Cancel);
        await _process.WaitForExitAsync(Cancel);
        await rest;
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync(CancellationToken.None);
        }

        _process.Dispose();
    }
}
