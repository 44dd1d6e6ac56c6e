using System.Diagnostics;

namespace Strata.EndToEnd.Tests.Docs;

/// <summary>A shell in which a document's lines run as they stand there: <c>strata</c> is the program that was built, over a data directory of the test.</summary>
internal sealed class DocumentShell
{
    private readonly string _folder;
    private readonly string _data;

    /// <param name="folder">Where the lines run; programs that stand in for others are put there.</param>
    public DocumentShell(string folder, string data)
    {
        (_folder, _data) = (folder, data);
        var start = StrataProgram.StartInfo(data);
        ShellScript.Write(folder, "strata", $"exec {start.FileName} '{start.ArgumentList[0]}' \"$@\"");
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Ends at the first line that fails, with its code.</summary>
    public async Task<(string Output, string Errors, int Code)> RunAsync(string script)
    {
        var start = new ProcessStartInfo("sh", ["-e", "-c", script]) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = _folder };
        start.Environment["STRATA_DATA"] = _data;
        start.Environment["PATH"] = $"{_folder}{Path.PathSeparator}{Environment.GetEnvironmentVariable("PATH")}";
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(Token);
        var errors = process.StandardError.ReadToEndAsync(Token);
        await process.WaitForExitAsync(Token);
        return (await output, await errors, process.ExitCode);
    }
}
