using System.ComponentModel;
using System.Diagnostics;
using Strata.Rrd;

namespace Strata.Publishing;

/// <summary><c>rerun mcap convert</c>, where Rerun is installed.</summary>
/// <param name="program">The name on the PATH, or a path.</param>
public sealed class McapConverter(string program)
{
    public const string UsualProgram = "rerun";

    public const string Extension = ".mcap";

    /// <summary>At both ends of a whole file. Source: mcap.dev/spec.</summary>
    private static ReadOnlySpan<byte> Magic => [0x89, (byte)'M', (byte)'C', (byte)'A', (byte)'P', 0x30, 0x0D, 0x0A];

    /// <summary>Of what a program complains so much is told.</summary>
    private const int MostTold = 500;

    public string Program { get; } = program;

    public static bool HasEnd(string path)
    {
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var length = RandomAccess.GetLength(file);
        Span<byte> end = stackalloc byte[Magic.Length];
        return length > 2 * Magic.Length && RandomAccess.Read(file, end, length - Magic.Length) == Magic.Length && end.SequenceEqual(Magic);
    }

    /// <returns>Whether the program is there.</returns>
    public async Task<bool> IsInstalledAsync(CancellationToken cancellationToken)
    {
        try
        {
            await RunAsync(["--version"], cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (PublishingException)
        {
            return false;
        }
    }

    /// <summary>First as it is, then by what is whole of it: rerun recovers only files with chunks, and reads others only with their summary.</summary>
    /// <param name="application">Application id of the recording: rerun's own would be made of the path.</param>
    /// <exception cref="PublishingException">It is not installed, or finds nothing in the file.</exception>
    public async Task ConvertAsync(string mcap, string recording, string application, CancellationToken cancellationToken)
    {
        string[] arguments = ["mcap", "convert", mcap, "--output", recording, "--application-id", application];
        await RunAsync(arguments, cancellationToken).ConfigureAwait(false);
        if (await HoldsDataAsync(recording, cancellationToken).ConfigureAwait(false))
        {
            return;
        }

        var told = await RunAsync([.. arguments, "--recover"], cancellationToken).ConfigureAwait(false);
        if (!await HoldsDataAsync(recording, cancellationToken).ConfigureAwait(false))
        {
            throw new PublishingException($"{mcap}: {Program} finds nothing in it that it can convert: {told}", $"run {Program} mcap convert {mcap} --recover yourself to see what the file lacks");
        }
    }

    /// <summary>Rerun ends with 0 also when it could not read the file.</summary>
    private static async Task<bool> HoldsDataAsync(string recording, CancellationToken cancellationToken)
    {
        using var file = FileBytes.Open(recording);
        return (await RrdReader.OpenAsync(file, cancellationToken).ConfigureAwait(false)).Contents.Recordings.Any(r => r.Manifest.Count > 0);
    }

    /// <returns>What it complained of.</returns>
    private async Task<string> RunAsync(string[] arguments, CancellationToken cancellationToken)
    {
        using var process = Start(arguments);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
            var error = await process.StandardError.ReadToEndAsync(cancellationToken).ConfigureAwait(false);
            await output.ConfigureAwait(false);
            await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
            var told = error.ReplaceLineEndings(" ").Trim();
            told = told.Length <= MostTold ? told : told[..MostTold] + "…";
            return process.ExitCode == 0
                ? told
                : throw new PublishingException($"{Program} {string.Join(' ', arguments)} ended with {process.ExitCode}: {told}", "run that line yourself to see what the file lacks");
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
            }
        }
    }

    private Process Start(string[] arguments)
    {
        try
        {
            var start = new ProcessStartInfo(Program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
            start.Environment["RERUN_ANALYTICS"] = "0";
            start.Environment["NO_COLOR"] = "1";
            return Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            throw new PublishingException($"{Program} is not installed here: {e.Message}", "pip install rerun-sdk, or name it: --rerun PATH", e);
        }
    }
}
