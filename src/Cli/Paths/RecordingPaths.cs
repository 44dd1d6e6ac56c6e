using Strata.Contracts;
using Strata.Recordings;

namespace Strata.Cli;

/// <summary>What <c>strata register</c> was given, as files: folders and globs expanded in ordinal order, and a helpful word for what is none.</summary>
internal static class RecordingPaths
{
    internal const string Extension = ".rrd";

    private const string Unreadable = "this folder cannot be read (no permission, or the disk fails); ask its owner for read access, or name the files in it";

    /// <param name="canList">Whether a folder can be read; null: as the file system says.</param>
    public static PathExpansion Expand(IReadOnlyList<string> arguments, string workingDirectory, Func<string, bool>? canList = null)
    {
        var found = new List<FoundRecording>();
        var refused = new List<RefusedPath>();
        var passedOver = new List<string>();
        var foldersBelow = new List<PassedOverFolder>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var argument in arguments)
        {
            foreach (var item in ExpandOne(argument, workingDirectory, canList ?? CanList))
            {
                switch (item)
                {
                    case FoundRecording recording when seen.Add(recording.FullPath):
                        found.Add(recording);
                        break;
                    case RefusedPath refusal when !refused.Contains(refusal):
                        refused.Add(refusal);
                        break;
                    case PassedOverPath other when seen.Add(other.FullPath):
                        passedOver.Add(other.Shown);
                        break;
                    case PassedOverFolder folder when seen.Add(folder.FullPath):
                        foldersBelow.Add(folder);
                        break;
                    default:
                        break;
                }
            }
        }

        // What another argument took was not passed over.
        var taken = foldersBelow.Count == 0 ? [] : found.SelectMany(f => FoldersAbove(f.FullPath)).ToHashSet(StringComparer.Ordinal);
        return new(found, refused) { PassedOver = passedOver, FoldersPassedOver = [.. foldersBelow.Where(f => !taken.Contains(f.FullPath))] };
    }

    private static IEnumerable<string> FoldersAbove(string path)
    {
        for (var folder = Path.GetDirectoryName(path); folder is not null; folder = Path.GetDirectoryName(folder))
        {
            yield return folder;
        }
    }

    private static IEnumerable<ExpandedPath> ExpandOne(string argument, string workingDirectory, Func<string, bool> canList)
    {
        if (argument.Length == 0)
        {
            return [new RefusedPath(argument, "the path is empty; name a recording or a folder (a variable in the command may be unset)")];
        }

        if (argument.Contains("://", StringComparison.Ordinal))
        {
            return [OfUrl(argument, canList)];
        }

        var path = Path.GetFullPath(argument, workingDirectory);
        if (File.Exists(path))
        {
            return [OfFile(argument, path)];
        }

        if (Directory.Exists(path))
        {
            return OfFolder(argument, path, canList);
        }

        if (Glob.IsPattern(argument))
        {
            return OfPattern(argument, workingDirectory);
        }

        return [new RefusedPath(argument, Missing(path, canList))];
    }

    private static IEnumerable<ExpandedPath> OfPattern(string pattern, string workingDirectory)
    {
        var unreadable = new SortedSet<string>(StringComparer.Ordinal);
        var matches = Glob.Expand(pattern, workingDirectory, folder => unreadable.Add(folder)).ToArray();
        var refused = unreadable.Select(folder => new RefusedPath(folder.Length == 0 ? "." : folder, Unreadable));
        return matches.Length == 0 && unreadable.Count == 0
            ? [new RefusedPath(pattern, "no file matches this pattern; look with ls at what is there, or write **/*.rrd for folders at any depth")]
            : matches.Select(m => OfFile(m, Path.GetFullPath(m, workingDirectory))).Concat(refused);
    }

    private static ExpandedPath OfUrl(string url, Func<string, bool> canList)
    {
        if (S3Url.IsOne(url))
        {
            // Which buckets may be opened, and what lies there, knows who opens them.
            return S3Url.TryParse(url, out var fault) is null ? new RefusedPath(url, fault) : new FoundRecording(url, url, url);
        }

        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || !uri.IsFile)
        {
            var scheme = url[..url.IndexOf("://", StringComparison.Ordinal)];
            return new RefusedPath(url, $"only local files, file:// URLs and s3:// URLs of configured buckets can be registered, {scheme}:// is not opened yet; download the file and register that");
        }

        if (uri is not { IsLoopback: true, IsUnc: false })
        {
            return new RefusedPath(url, $"only files of this machine are opened, this one is on the host '{uri.Host}'; copy it here or mount it, and name it by its path");
        }

        if (Directory.Exists(uri.LocalPath))
        {
            return new RefusedPath(url, $"a URL names one recording, and this is a folder; name it by its path: {ShellWord.Of(uri.LocalPath)}");
        }

        return File.Exists(uri.LocalPath) ? new FoundRecording(url, uri.LocalPath, url) : new RefusedPath(url, Missing(uri.LocalPath, canList));
    }

    private static ExpandedPath OfFile(string shown, string path) => Path.GetExtension(path).ToUpperInvariant() switch
    {
        ".MCAP" => new RefusedPath(shown, $"this is an MCAP file; convert it first: {FolderWords.Convert(shown)}"),
        ".RBL" => new RefusedPath(shown, "this is a blueprint (.rbl), which describes a view and holds no recording"),
        _ => new FoundRecording(shown, path, new Uri(path).AbsoluteUri),
    };

    private static IEnumerable<ExpandedPath> OfFolder(string shown, string folder, Func<string, bool> canList)
    {
        if (!canList(folder))
        {
            return [new RefusedPath(shown, Unreadable)];
        }

        try
        {
            var files = Directory.EnumerateFiles(folder).Select(f => Path.GetFileName(f)!).Order(StringComparer.Ordinal).ToLookup(f => HasExtension(f, Extension));
            var below = Directory.EnumerateDirectories(folder).Select(f => Path.GetFileName(f)!).Order(StringComparer.Ordinal).ToLookup(f => canList(Path.Combine(folder, f)));
            IEnumerable<ExpandedPath> taken = files[true].Any()
                ? [
                    .. files[true].Select(f => new FoundRecording(Path.Combine(shown, f), Path.Combine(folder, f), new Uri(Path.Combine(folder, f)).AbsoluteUri)),
                    .. files[false].Where(f => !f.StartsWith('.')).Select(f => new PassedOverPath(Path.Combine(shown, f), Path.Combine(folder, f))),
                    .. FolderWords.HoldingRecordings(below[true].Select(f => Path.Combine(folder, f)))
                        .Select(f => new PassedOverFolder(Path.Combine(shown, Path.GetFileName(f)), f, FolderWords.AnyDepth(shown))),
                ]
                : [new RefusedPath(shown, FolderWords.WithoutRecordings(shown, folder))];
            return [.. taken, .. below[false].Select(f => new RefusedPath(Path.Combine(shown, f), Unreadable))];
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            return [new RefusedPath(shown, Unreadable)];
        }
    }

    private static bool CanList(string folder)
    {
        try
        {
            _ = Directory.EnumerateFileSystemEntries(folder).Any();
            return true;
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            return false;
        }
    }

    internal static bool HasExtension(string file, string extension) => Path.GetExtension(file).Equals(extension, StringComparison.OrdinalIgnoreCase);

    private static string Missing(string path, Func<string, bool> canList)
    {
        const string Check = "check the spelling, or look with ls at what is";
        var above = Path.GetDirectoryName(path);
        var folder = FoldersAbove(path).FirstOrDefault(Directory.Exists);
        return folder switch
        {
            null => $"there is no such file: the folder {above} does not exist",
            _ when !canList(folder) => $"whether it is there cannot be seen: the folder {folder} cannot be read (no permission, or the disk fails); ask its owner for read access",
            _ when folder == above => $"there is no such file or folder; {Check} there",
            _ => $"there is no such file: the folder {above} does not exist; {Check} in {folder}",
        };
    }
}
