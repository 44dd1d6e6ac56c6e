using System.ComponentModel;
using System.Diagnostics;

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

    /// <param name="isCut">Without its end: what is whole of it is taken.</param>
    /// <exception cref="PublishingException">It is not installed, or does not take the file.</exception>
    public Task ConvertAsync(string mcap, string recording, bool isCut, CancellationToken cancellationToken) =>
        RunAsync(["mcap", "convert", mcap, "--output", recording, .. isCut ? (string[])["--recover"] : []], cancellationToken);

    private async Task RunAsync(string[] arguments, CancellationToken cancellationToken)
    {
        using var process = Start(arguments);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
            var error = await process.StandardError.ReadToEndAsync(cancellationToken).ConfigureAwait(false);
            await output.ConfigureAwait(false);
            await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
            if (process.ExitCode != 0)
            {
                var told = error.ReplaceLineEndings(" ").Trim();
                throw new PublishingException(
                    $"{Program} {string.Join(' ', arguments)} ended with {process.ExitCode}: {(told.Length <= MostTold ? told : told[..MostTold] + "…")}", "run that line yourself to see what the file lacks");
            }
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
            return Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            throw new PublishingException($"{Program} is not installed here: {e.Message}", "pip install rerun-sdk, or name it: --rerun PATH", e);
        }
    }
}
