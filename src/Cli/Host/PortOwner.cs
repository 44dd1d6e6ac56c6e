using System.Globalization;

namespace Strata.Cli;

/// <summary>Who listens on a port, where the system tells: Linux does in /proc, for one's own processes.</summary>
internal static class PortOwner
{
    private static readonly string[] SocketTables = ["/proc/net/tcp", "/proc/net/tcp6"];

    private const string Listening = "0A";
    private const int LocalAddress = 1;
    private const int State = 3;
    private const int Inode = 9;

    /// <returns>Such as <c>rerun (process 4711)</c>; null when it cannot be known.</returns>
    public static string? Find(int port)
    {
        var sockets = SocketTables.Where(File.Exists).SelectMany(table => InodesOf(table, port)).ToHashSet(StringComparer.Ordinal);
        if (sockets.Count == 0)
        {
            return null;
        }

        foreach (var process in Directory.EnumerateDirectories("/proc").Where(p => int.TryParse(Path.GetFileName(p), NumberStyles.None, CultureInfo.InvariantCulture, out _)))
        {
            if (Holds(process, sockets))
            {
                return $"{NameOf(process)} (process {Path.GetFileName(process)})";
            }
        }

        return null;
    }

    private static IEnumerable<string> InodesOf(string table, int port)
    {
        var suffix = ":" + port.ToString("X4", CultureInfo.InvariantCulture);
        return File.ReadLines(table)
            .Skip(1)
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(f => f.Length > Inode && f[State] == Listening && f[LocalAddress].EndsWith(suffix, StringComparison.Ordinal))
            .Select(f => $"socket:[{f[Inode]}]");
    }

    private static bool Holds(string process, HashSet<string> sockets)
    {
        try
        {
            return Directory.EnumerateFiles(Path.Combine(process, "fd")).Any(fd => File.ResolveLinkTarget(fd, returnFinalTarget: false)?.Name is { } target && sockets.Contains(Path.GetFileName(target)));
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            // Somebody else's process, or one that has just ended.
            return false;
        }
    }

    private static string NameOf(string process)
    {
        try
        {
            return File.ReadAllText(Path.Combine(process, "comm")).Trim();
        }
        catch (IOException)
        {
            return "a process";
        }
    }
}
