namespace Strata.Cli;

/// <summary>The folders that a process writes, each of which may lie on a disk of its own that gets full.</summary>
internal sealed record DiskFolders(IReadOnlyList<string> Paths)
{
    /// <param name="withRecordings">Whether it keeps recordings, or what of them is uploaded.</param>
    public static IReadOnlyList<string> Of(DataDirectory data, HostSettings settings, bool withRecordings) =>
        withRecordings && (settings.RecordingsFolder is not null || IsElsewhere(data.OwnRecordings)) ? [data.Path, data.RecordingsOf(settings)] : [data.Path];

    /// <summary>Of the disk on which the folder lies, or will lie when it is made.</summary>
    public static long FreeBytes(string folder)
    {
        var at = Path.GetFullPath(folder);
        while (!Directory.Exists(at) && Path.GetDirectoryName(at) is { } parent)
        {
            at = parent;
        }

        return new DriveInfo(at).AvailableFreeSpace;
    }

    /// <summary>A link or a mount below the data directory leads to another disk without a setting.</summary>
    private static bool IsElsewhere(string folder) =>
        new DirectoryInfo(folder).LinkTarget is not null
        || DriveInfo.GetDrives().Any(d => Path.TrimEndingDirectorySeparator(d.RootDirectory.FullName) == Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)));
}
