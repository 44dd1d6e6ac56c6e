using System.Diagnostics;

namespace Strata.Cli;

/// <summary>Rerun's Viewer on this machine.</summary>
internal static class ViewerProgram
{
    public const string Name = "rerun";

    /// <returns>Its full path, or null when it is in no folder of <c>PATH</c>.</returns>
    public static string? Find()
    {
        var file = OperatingSystem.IsWindows() ? Name + ".exe" : Name;
        return (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            // An empty or relative folder would start what happens to lie where somebody stands.
            .Where(Path.IsPathFullyQualified)
            .Select(folder => Path.Combine(folder, file))
            .FirstOrDefault(File.Exists);
    }

    /// <summary>Runs it in the foreground, with this terminal, until it is closed.</summary>
    /// <returns>Its exit code.</returns>
    public static async Task<int> RunAsync(string program, string link, CancellationToken cancellationToken)
    {
        using var viewer = Process.Start(new ProcessStartInfo(program, [link]) { UseShellExecute = false })
            ?? throw new InvalidOperationException($"{program} did not start");
        await viewer.WaitForExitAsync(cancellationToken);
        return viewer.ExitCode;
    }
}
