using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Strata.Bench;

/// <summary>Describes where it runs: a number without its machine says nothing.</summary>
internal static class Machine
{
    public static RunHeader Describe(string folder, bool quick, string? peer) => new(
        DateTimeOffset.UtcNow,
        Output("git", ["-C", Places.Root, "rev-parse", "--short", "HEAD"]) ?? "unknown",
        quick,
        Field("/proc/cpuinfo", "model name") ?? RuntimeInformation.ProcessArchitecture.ToString(),
        Environment.ProcessorCount,
        GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 1_000_000,
        Disk(folder),
        RuntimeInformation.OSDescription,
        RuntimeInformation.FrameworkDescription,
        peer,
        LoadAverage());

    /// <summary>Average number of processes that wanted a core in the last minute; above 0.5 others have been at work here.</summary>
    public static double LoadAverage() =>
        File.Exists("/proc/loadavg") ? double.Parse(File.ReadAllText("/proc/loadavg").Split(' ')[0], CultureInfo.InvariantCulture) : double.NaN;

    /// <summary>A field of <c>/proc/PID/status</c> in mebibytes: <c>VmRSS</c>, <c>VmHWM</c>. Null where there is no such file system.</summary>
    public static double? MemoryMib(int processId, string field) =>
        Field($"/proc/{processId.ToString(CultureInfo.InvariantCulture)}/status", field) is { } text
            ? double.Parse(text.Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture) / 1024
            : null;

    /// <summary>What a process has spent of the cores so far. On a machine that others use it says more than the clock does.</summary>
    public static double CpuSeconds(int processId)
    {
        using var process = Process.GetProcessById(processId);
        return process.TotalProcessorTime.TotalSeconds;
    }

    private static string? Field(string file, string name)
    {
        if (!File.Exists(file))
        {
            return null;
        }

        var line = File.ReadLines(file).FirstOrDefault(l => l.StartsWith(name, StringComparison.Ordinal));
        return line?[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim();
    }

    private static string Disk(string folder)
    {
        var full = Path.GetFullPath(folder);
        var drive = DriveInfo.GetDrives().Where(d => full.StartsWith(d.Name, StringComparison.Ordinal)).MaxBy(d => d.Name.Length);
        return drive is null ? "unknown" : $"{drive.DriveFormat} at {drive.Name}";
    }

    private static string? Output(string program, IReadOnlyList<string> arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            var text = process.StandardOutput.ReadToEnd().Trim();
            process.WaitForExit();
            return process.ExitCode == 0 ? text : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            // Not installed: the description is poorer by one word.
            return null;
        }
    }
}
