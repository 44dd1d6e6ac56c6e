using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Strata.Bench;

/// <summary>A server of the catalog protocol in a process of its own: Strata's program or Rerun's. Whether it answers yet is the client's to find out.</summary>
internal sealed class CatalogServer : IAsyncDisposable
{
    private readonly Process _process;

    private CatalogServer(Process process)
    {
        _process = process;

        // Read so that it never waits for us; what it says is not measured.
        process.OutputDataReceived += static (_, _) => { };
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public double PeakMib => Machine.MemoryMib(_process.Id, "VmHWM") ?? double.NaN;

    public double ResidentMib => Machine.MemoryMib(_process.Id, "VmRSS") ?? double.NaN;

    public double CpuSeconds => Machine.CpuSeconds(_process.Id);

    public static CatalogServer StartStrata(StrataSetup setup, string dataDirectory, int port) => Start(
        Places.Server,
        ["serve", "--data", dataDirectory, "--default-rules", setup.Rules, "--listen", string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}")],
        ("Strata__Recordings__ReferenceRoots", setup.References ? string.Join(Path.PathSeparator, Places.Recordings, Places.Samples) : ""));

    /// <param name="program">Of <see cref="Peer.ProgramAsync"/>.</param>
    public static CatalogServer StartPeer(string program, int port) =>
        Start(program, ["server", "--host", "127.0.0.1", "--port", string.Create(CultureInfo.InvariantCulture, $"{port}")]);

    /// <summary>Rerun's server does not say which port it took when asked for any, so one that is free now is named.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Asks it to stop as Ctrl-C does, and waits until it has.</summary>
    public async ValueTask DisposeAsync()
    {
        using (var kill = Process.Start("kill", ["-TERM", $"{_process.Id}"]))
        {
            await kill.WaitForExitAsync();
        }

        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static CatalogServer Start(string program, IReadOnlyList<string> arguments, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["RERUN_ANALYTICS"] = "0";
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return new(Process.Start(start)!);
    }
}
