using Strata.Web;

namespace Strata.Cli;

/// <param name="logIsHere">False: it is a database elsewhere.</param>
internal sealed class DiskUsage(DataDirectory data, bool logIsHere) : IDiskUsage
{
    // With the files that SQLite has beside it.
    private const string LogFiles = "log.db*";
    private const string ReadModels = "readmodels";

    public long? LogBytes() => logIsHere ? SizeOf(data.Path, LogFiles, SearchOption.TopDirectoryOnly) : null;

    public long ReadModelBytes() => SizeOf(Path.Combine(data.Path, ReadModels), "*", SearchOption.AllDirectories);

    private static long SizeOf(string folder, string pattern, SearchOption depth) =>
        Directory.Exists(folder) ? new DirectoryInfo(folder).EnumerateFiles(pattern, depth).Sum(f => f.Length) : 0;
}
