using System.Diagnostics;
using System.Text.Json;

namespace Strata.Bench;

/// <summary>Rerun's own server with its own client, both in one Python process: <c>bench/peer/peer.py</c>.</summary>
internal static class Peer
{
    private const string Variable = "STRATA_RERUN_PYTHON";

    private static readonly string? Python = Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } path && File.Exists(path) ? path : null;

    private static bool _said;

    /// <summary>False, with the reason said once, where the SDK is absent.</summary>
    public static bool IsThere
    {
        get
        {
            if (Python is null && !_said)
            {
                _said = true;
                Console.Error.WriteLine($"the peer is left out: {Variable} does not name a Python that can import rerun; install rerun-sdk[all]==0.41.0 into one");
            }

            return Python is not null;
        }
    }

    public static async Task<string?> VersionAsync()
    {
        if (!IsThere)
        {
            return null;
        }

        return (await RunAsync(["-c", "import rerun; print('rerun-sdk', rerun.__version__)"], CancellationToken.None)).Trim();
    }

    /// <summary>Numbers by name, in seconds unless the name says otherwise.</summary>
    public static Task<Dictionary<string, double>> MeasureAsync(string what, string folder, CancellationToken cancellationToken) => MeasureAsync("peer.py", [what, folder], cancellationToken);

    /// <summary>As above, of another program of <c>bench/peer</c>.</summary>
    public static async Task<Dictionary<string, double>> MeasureAsync(string script, IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        var output = await RunAsync([Path.Combine(Places.PeerScripts, script), .. arguments], cancellationToken);
        return JsonSerializer.Deserialize<Dictionary<string, double>>(output.Trim().Split('\n')[^1])!;
    }

    /// <summary>The program of Rerun that the SDK brings along: its server in a process of its own.</summary>
    public static async Task<string> ProgramAsync(CancellationToken cancellationToken)
    {
        const string Find = "import pathlib, rerun_cli; print(pathlib.Path(rerun_cli.__file__).with_name('rerun'))";
        var program = (await RunAsync(["-c", Find], cancellationToken)).Trim();
        return File.Exists(program) ? program : throw new InvalidOperationException($"the SDK of {Python} brings no program {program}: install rerun-sdk[all]==0.41.0 from its wheel");
    }

    /// <summary>A Python program of <c>bench/peer</c> that is asked line by line.</summary>
    public static Process StartScript(string script, string argument) => Process.Start(
        Start([Path.Combine(Places.PeerScripts, script), argument], input: true)) ?? throw new InvalidOperationException($"{Python} did not start");

    public static Task MakeRecordingsAsync(string folder, int count, int rows, CancellationToken cancellationToken) =>
        RunAsync([Path.Combine(Places.PeerScripts, "make_recordings.py"), folder, $"{count}", "--rows", $"{rows}"], cancellationToken);

    private static async Task<string> RunAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        using var process = Process.Start(Start(arguments, input: false))!;
        var errors = process.StandardError.ReadToEndAsync(cancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        return process.ExitCode == 0
            ? output
            : throw new InvalidOperationException($"{Python} {string.Join(' ', arguments)} ended with {process.ExitCode}: {await errors}");
    }

    private static ProcessStartInfo Start(IReadOnlyList<string> arguments, bool input)
    {
        var start = new ProcessStartInfo(Python!, arguments) { RedirectStandardInput = input, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["RERUN_ANALYTICS"] = "0";
        return start;
    }
}
