using System.Diagnostics;

namespace Strata.EndToEnd.Tests;

/// <summary><c>strata serve</c> as a child process, on a free port unless told another one.</summary>
internal sealed class StrataServerProcess : IAsyncDisposable
{
    private readonly Process _process;

    private readonly SpokenLines _lines;

    private StrataServerProcess(Process process, IReadOnlyList<string> said, SpokenLines lines, Uri url)
    {
        _process = process;
        Said = said;
        _lines = lines;
        Url = url;
    }

    /// <summary>The lines until it served.</summary>
    public IReadOnlyList<string> Said { get; }

    public Uri Url { get; }

    public int ProcessId => _process.Id;

    /// <summary>Ends with the process, whoever ends it.</summary>
    public Task EndedAsync() => _process.WaitForExitAsync(TestContext.Current.CancellationToken);

    /// <summary>All lines until now.</summary>
    public IReadOnlyList<string> SaidByNow => _lines.All;

    /// <summary>Ends when it says a line with these words, or has already.</summary>
    public Task SaysAsync(string words) => _lines.UntilAsync(words, TestContext.Current.CancellationToken);

    /// <summary>Ends when the server says that it serves.</summary>
    public static Task<StrataServerProcess> StartAsync(string data, params string[] arguments) => StartAsync(data, new Dictionary<string, string>(), arguments);

    public static async Task<StrataServerProcess> StartAsync(string data, IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        var start = StrataProgram.StartInfo(data, ["serve", .. arguments.Contains("--listen") ? [] : (string[])["--listen", "127.0.0.1:0"], .. arguments]);
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        var process = Process.Start(start)!;
        var lines = new List<string>();
        while (await process.StandardError.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            lines.Add(line);
            if (line.Contains(" serves ", StringComparison.Ordinal) && line.IndexOf("http", StringComparison.Ordinal) is >= 0 and var at)
            {
                // A pipe that nobody empties would stop the server one day.
                return new(process, lines, new SpokenLines(process.StandardError, lines), new Uri(line[at..].Split(';')[0]));
            }
        }

        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        throw new InvalidOperationException($"strata serve ended with {process.ExitCode}:\n{string.Join('\n', lines)}");
    }

    /// <summary>As a crash: the process gets no chance to do anything.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>As a service manager does it.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> TerminateAsync()
    {
        await SignalAsync("TERM");
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return _process.ExitCode;
    }

    /// <param name="signal">Such as STOP and CONT.</param>
    public async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", $"{_process.Id}"]);
        await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
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
