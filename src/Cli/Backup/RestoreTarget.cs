using Strata.Web;

namespace Strata.Cli;

/// <summary>What may lie where a restore is to go: nothing, or what the same restore left there that was cut short. All else is somebody's, and stays as it is.</summary>
internal sealed class RestoreTarget(DataDirectory data, HostSettings settings, BackupFolder folder)
{
    /// <summary>Below the data directory: for what is put into a bucket, until it is there.</summary>
    public const string ScratchFolder = "restoring";

    /// <summary>Named in the message, so that it is seen at a glance whose folder it is.</summary>
    private const int ShownFiles = 3;

    /// <summary>The log, which is empty until the end.</summary>
    private static readonly string[] LogFiles = ["log.db", "log.db-wal", "log.db-shm"];

    /// <param name="copies">What the restore brings, by the log of the backup.</param>
    /// <exception cref="OperationException">Something else is there. Nothing was changed.</exception>
    public void Require(IReadOnlyList<NamedFile> copies)
    {
        if (File.Exists(data.Path))
        {
            throw Refused("a file");
        }

        if (!Directory.Exists(data.Path))
        {
            return;
        }

        var ours = OwnFiles(copies);
        var foreign = Directory.EnumerateFiles(data.Path, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None, IgnoreInaccessible = false })
            .Where(f => !ours.Contains(FileCopy.WholeName(f)) && !IsMadeOnTheWay(f)).Take(ShownFiles + 1)
            .Select(f => Path.GetRelativePath(data.Path, f)).Order(StringComparer.Ordinal).ToList();
        if (foreign.Count > 0)
        {
            throw Refused($"other files ({string.Join(", ", foreign.Take(ShownFiles))}{(foreign.Count > ShownFiles ? ", …" : "")})");
        }
    }

    private HashSet<string> OwnFiles(IReadOnlyList<NamedFile> copies)
    {
        var ours = copies.Select(c => data.FileOf(c.Location, settings)).Concat(LogFiles.Select(f => Path.Combine(data.Path, f))).ToHashSet(StringComparer.Ordinal);
        ours.UnionWith([data.LockFile, data.RecordingsOf(settings) + ".lock"]);
        var secret = data.TokenSecretOf(settings);
        if (File.Exists(secret) && File.Exists(folder.TokenSecret) && File.ReadAllBytes(secret).AsSpan().SequenceEqual(File.ReadAllBytes(folder.TokenSecret)))
        {
            ours.Add(secret);
        }

        return ours;
    }

    /// <summary>The id of the place, also while it is written, and what of a bucket's objects lies here.</summary>
    private bool IsMadeOnTheWay(string file) => file.StartsWith(Path.Combine(data.RecordingsOf(settings), "store.id"), StringComparison.Ordinal)
        || ((string[])[ScratchFolder, RecordingStores.CacheFolder]).Any(f => file.StartsWith(Path.Combine(data.Path, f) + Path.DirectorySeparatorChar, StringComparison.Ordinal));

    private OperationException Refused(string found) => new(
        OperationErrors.Conflict,
        $"{data.Path}: expected a new or empty folder, or what a restore of this backup left there that was cut short, found {found}",
        "name a new folder with --data, or move these files away; nothing was changed");
}
