using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Strata.DerivationWorkers;

/// <summary>
/// A process and all that came of it: its session and group, its children, and whoever has the job's folder in its environment although it left the session. Read from
/// <c>/proc</c>; where there is none (macOS), only the process itself is known.
/// </summary>
internal sealed class ProcessFamily(int root, string jobFolder)
{
    /// <summary>In the environment of each process of a job.</summary>
    public const string FolderVariable = "STRATA_JOB_FOLDER";

    private const int Terminate = 15;
    private const int Kill = 9;
    private const int KillRounds = 50;
    private static readonly TimeSpan BetweenRounds = TimeSpan.FromMilliseconds(20);
    private static readonly int PageBytes = System.Environment.SystemPageSize;

    /// <summary>Resident memory of all of them together. What they share is counted for each.</summary>
    public long ResidentBytes() => Members(alsoWhoLeft: false).Sum(m => m.ResidentPages) * PageBytes;

    /// <summary>Asks all to end.</summary>
    public void Ask() => Signal(Terminate);

    /// <summary>Ends all, also those that are being made meanwhile.</summary>
    public async Task EndAsync()
    {
        for (var round = 0; round < KillRounds && Signal(Kill); round++)
        {
            await Task.Delay(BetweenRounds).ConfigureAwait(false);
        }
    }

    /// <summary>Ends whatever runs for a job of a process that is gone.</summary>
    public static void KillAllOf(string jobFolder)
    {
        foreach (var pid in Pids().Where(pid => BelongsTo(pid, jobFolder)))
        {
            _ = Send(pid, Kill);
        }
    }

    /// <returns>Whether there was one.</returns>
    private bool Signal(int signal)
    {
        var members = Members(alsoWhoLeft: true);
        foreach (var member in members)
        {
            _ = Send(member.Pid, signal);
        }

        return members.Count > 0;
    }

    /// <summary>Those that are not dead yet.</summary>
    /// <param name="alsoWhoLeft">To look into the environment of each process costs more than to look at memory often may.</param>
    private List<Entry> Members(bool alsoWhoLeft)
    {
        var all = Pids().Select(Read).OfType<Entry>().ToList();
        var known = new HashSet<int> { root };
        while (all.Where(e => !known.Contains(e.Pid) && (e.Session == root || e.Group == root || known.Contains(e.Parent))).ToList() is { Count: > 0 } more)
        {
            known.UnionWith(more.Select(e => e.Pid));
        }

        if (alsoWhoLeft)
        {
            known.UnionWith(all.Where(e => !known.Contains(e.Pid) && BelongsTo(e.Pid, jobFolder)).Select(e => e.Pid));
        }

        return [.. all.Where(e => known.Contains(e.Pid) && e.State is not ('Z' or 'X'))];
    }

    private static IEnumerable<int> Pids() => Directory.Exists("/proc")
        ? Directory.EnumerateDirectories("/proc").Select(d => int.TryParse(Path.GetFileName(d), NumberStyles.None, CultureInfo.InvariantCulture, out var pid) ? pid : 0).Where(pid => pid > 1 && pid != System.Environment.ProcessId)
        : [];

    /// <summary>Of <c>/proc/PID/stat</c>: 3 state, 4 parent, 5 group, 6 session, 24 resident pages; the name before them may hold anything.</summary>
    private static Entry? Read(int pid)
    {
        try
        {
            var text = File.ReadAllText($"/proc/{pid}/stat");
            if (text.LastIndexOf(')') < 0)
            {
                return null;
            }

            var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
            return new(pid, fields[0][0], Number(fields[1]), Number(fields[2]), Number(fields[3]), long.Parse(fields[21], CultureInfo.InvariantCulture));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static bool BelongsTo(int pid, string jobFolder)
    {
        try
        {
            return File.ReadAllBytes($"/proc/{pid}/environ").AsSpan().IndexOf(Encoding.UTF8.GetBytes($"{FolderVariable}={jobFolder}\0")) >= 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Send(int pid, int signal);

    private sealed record Entry(int Pid, char State, int Parent, int Group, int Session, long ResidentPages);
}
