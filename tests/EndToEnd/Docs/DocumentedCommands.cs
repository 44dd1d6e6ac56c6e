using System.Diagnostics;

namespace Strata.EndToEnd.Tests.Docs;

/// <summary>Commands of a page, run by a shell as a reader would who has installed <c>strata</c>.</summary>
internal static class DocumentedCommands
{
    /// <returns>What they wrote to stdout; the first that fails ends them, and the test.</returns>
    public static async Task<string> RunAsync(string commands, string folder, string data, CancellationToken cancellationToken)
    {
        var (dotnet, program) = (StrataProgram.StartInfo(data).FileName, StrataProgram.StartInfo(data).ArgumentList[0]);
        ShellScript.Write(folder, "strata", $"exec {dotnet} '{program}' \"$@\"");
        var start = new ProcessStartInfo("sh", ["-e", "-c", commands]) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder };
        start.Environment["STRATA_DATA"] = data;
        start.Environment["PATH"] = $"{folder}{Path.PathSeparator}{Environment.GetEnvironmentVariable("PATH")}";
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync(cancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        process.ExitCode.ShouldBe(0, await errors);
        return output;
    }
}
