using System.Diagnostics;
using System.Text.Json;

namespace Strata.Bench;

/// <summary>A <c>strata serve</c> of its own process, on a free port of loopback.</summary>
internal sealed class StrataProcess : IAsyncDisposable
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(5);

    private readonly Process _process;

    private StrataProcess(Process process, StrataClient client) => (_process, Client) = (process, client);

    public StrataClient Client { get; }

    public double ResidentMib => Machine.MemoryMib(_process.Id, "VmRSS") ?? double.NaN;

    public double PeakMib => Machine.MemoryMib(_process.Id, "VmHWM") ?? double.NaN;

    public double CpuSeconds => Machine.CpuSeconds(_process.Id);

    /// <summary>Ends when <c>/health</c> answers 200.</summary>
    public static async Task<StrataProcess> StartAsync(string dataDirectory, CancellationToken cancellationToken)
    {
        var serverFile = Path.Combine(dataDirectory, "server.json");
        File.Delete(serverFile);
        var start = new ProcessStartInfo(Places.Server, ["serve", "--data", dataDirectory, "--listen", "127.0.0.1:0"]) { RedirectStandardError = true };
        var process = Process.Start(start)!;
        var errors = new List<string>();
        process.ErrorDataReceived += (_, line) =>
        {
            lock (errors)
            {
                errors.Add(line.Data ?? "");
            }
        };
        process.BeginErrorReadLine();
        while (true)
        {
            if (process.HasExited)
            {
                lock (errors)
                {
                    throw new InvalidOperationException($"strata serve ended with {process.ExitCode}: {string.Join('\n', errors)}");
                }
            }

            if (File.Exists(serverFile) && ReadUrl(serverFile) is { } url)
            {
                var client = new StrataClient(new Uri(url));
                while (!await client.IsHealthyAsync(cancellationToken))
                {
                    await Task.Delay(Poll, cancellationToken);
                }

                return new(process, client);
            }

            await Task.Delay(Poll, cancellationToken);
        }
    }

    /// <summary>Asks it to stop as Ctrl-C does, and waits until it has.</summary>
    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        using (var kill = Process.Start("kill", ["-TERM", $"{_process.Id}"]))
        {
            await kill.WaitForExitAsync();
        }

        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static string? ReadUrl(string serverFile)
    {
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(serverFile));
            return json.RootElement.GetProperty("url").GetString();
        }
        catch (Exception e) when (e is JsonException or IOException)
        {
            // It is being written.
            return null;
        }
    }
}
