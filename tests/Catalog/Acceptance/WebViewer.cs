using System.Diagnostics;
using System.Text.RegularExpressions;
using System.Threading.Channels;
using Strata.Rrd.Tests;
using Strata.TestSupport;

namespace Strata.Catalog.Tests.Acceptance;

/// <summary>Rerun's web viewer, as <c>rerun --serve-web URL</c> hosts it, in a headless Chromium. What it thinks is read from the browser's console.</summary>
internal sealed partial class WebViewer : IAsyncDisposable
{
    private const string Variable = "STRATA_TEST_CHROMIUM";

    /// <summary>A test that waits in vain fails instead of hanging; a busy machine takes half a minute to start the viewer.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome"];

    /// <summary>Drawn by the processor; nothing but this machine has an address; a profile of its own.</summary>
    private static readonly string[] Options =
    [
        "--headless", "--no-sandbox", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--use-gl=angle", "--use-angle=swiftshader",
        "--enable-unsafe-swiftshader", "--ignore-gpu-blocklist", "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1", "--enable-logging=stderr", "--remote-debugging-port=0",
    ];

    private readonly TestFolder _profile;
    private readonly Speaker _host;
    private readonly Speaker _browser;

    private WebViewer(TestFolder profile, Speaker host, Speaker browser) => (_profile, _host, _browser) = (profile, host, browser);

    /// <param name="link">What <c>strata open</c> prints.</param>
    public static async Task<WebViewer> OpenAsync(string link)
    {
        var (browser, rerun) = (Browser(), RerunSdk.Program());
        var host = new Speaker(rerun, "--serve-web", "--bind", "127.0.0.1", "--web-viewer-port", "0", "--port", "auto", link);
        var page = await host.SaysAsync(line => PageLink().Match(line) is { Success: true } found ? found.Groups[1].Value : null);
        var profile = new TestFolder();
        return new(profile, host, new Speaker(browser, [.. Options, $"--user-data-dir={profile.Root}", page]));
    }

    /// <summary>Ends when the console has said it.</summary>
    public Task SaysAsync(string text) => _browser.SaysAsync(line =>
        line.Contains("blocked by CORS policy", StringComparison.Ordinal) && line.Contains("RerunCloudService", StringComparison.Ordinal)
            ? throw new InvalidOperationException($"the browser keeps the page from an answer: {line}")
            : line.Contains(text, StringComparison.Ordinal) ? line : null);

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        await _host.DisposeAsync();
        _profile.Dispose();
    }

    private static string Browser()
    {
        var folders = Environment.GetEnvironmentVariable("PATH")!.Split(Path.PathSeparator);
        var found = Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } configured
            ? configured
            : Names.SelectMany(name => folders.Select(folder => Path.Combine(folder, name))).FirstOrDefault(File.Exists);
        if (found is null)
        {
            Assert.Skip($"there is no browser for the web viewer: apt-get install chromium, or set {Variable} to one");
        }

        return found;
    }

    [GeneratedRegex("connect at (http://[!-~]+)")]
    private static partial Regex PageLink();

    /// <summary>A process whose words are kept until somebody asks: a pipe that nobody empties would stop it.</summary>
    private sealed class Speaker : IAsyncDisposable
    {
        private readonly Process _process;
        private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();
        private readonly Task _reading;

        public Speaker(string program, params string[] arguments)
        {
            var start = new ProcessStartInfo(program, arguments) { RedirectStandardError = true };
            start.Environment["RERUN_ANALYTICS"] = "0";
            _process = Process.Start(start)!;
            _reading = ReadAsync();
        }

        public async Task<string> SaysAsync(Func<string, string?> find)
        {
            List<string> said = [];
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
            patience.CancelAfter(Patience);
            try
            {
                await foreach (var line in _lines.Reader.ReadAllAsync(patience.Token))
                {
                    said.Add(line);
                    if (find(line) is { } found)
                    {
                        return found;
                    }
                }
            }
            catch (OperationCanceledException) when (!TestContext.Current.CancellationToken.IsCancellationRequested)
            {
                throw new TimeoutException($"{_process.StartInfo.FileName} did not say it within {Patience}:\n{string.Join('\n', said.Where(line => line.Contains(" re_", StringComparison.Ordinal)))}");
            }

            throw new InvalidOperationException($"{_process.StartInfo.FileName} ended:\n{string.Join('\n', said.TakeLast(20))}");
        }

        /// <summary>Asked to end, Chromium takes its own processes with it, and the profile is free.</summary>
        public async ValueTask DisposeAsync()
        {
            using var ask = Process.Start("kill", ["-TERM", $"{_process.Id}"]);
            await ask.WaitForExitAsync(CancellationToken.None);
            await _process.WaitForExitAsync(CancellationToken.None);
            await _reading;
            _process.Dispose();
        }

        private async Task ReadAsync()
        {
            while (await _process.StandardError.ReadLineAsync(CancellationToken.None) is { } line)
            {
                _lines.Writer.TryWrite(line);
            }

            _lines.Writer.Complete();
        }
    }
}
