using Strata.Contracts;

namespace Strata.Cli;

/// <summary>What <c>strata register</c> was given, as files: folders and globs expanded in ordinal order, and a helpful word for what is none.</summary>
internal static class RecordingPaths
{
    private const string Extension = ".rrd";

    private const string Mcap = ".mcap";

    /// <summary>Enough to recognise what they are; a folder may hold thousands.</summary>
    private const int PassedOverNamed = 5;

    private const string Unreadable = "this folder cannot be read (no permission, or the disk fails); ask its owner for read access, or name the files in it";

    /// <summary>For a hint only: what cannot be read is passed over, and links are not followed, since they may lead round.</summary>
    private static readonly EnumerationOptions Below = new()
    {
        RecurseSubdirectories = true,
        IgnoreInaccessible = true,
        AttributesToSkip = FileAttributes.ReparsePoint,
    };

    /// <param name="canList">Whether a folder can be read; null: as the file system says.</param>
    public static PathExpansion Expand(IReadOnlyList<string> arguments, string workingDirectory, Func<string, bool>? canList = null)
    {
        var found = new List<FoundRecording>();
        var refused = new List<RefusedPath>();
        var passedOver = new List<string>();
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
                    default:
                        break;
                }
            }
        }

        return new(found, refused) { PassedOver = passedOver };
    }

    private static IEnumerable<ExpandedPath> ExpandOne(string argument, string workingDirectory, Func<string, bool> canList)
    {
        if (argument.Length == 0)
        {
            return [new RefusedPath(argument, "the path is empty")];
        }

        if (argument.Contains("://", StringComparison.Ordinal))
        {
            return [OfUrl(argument)];
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

        return [new RefusedPath(argument, Missing(path))];
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

    private static ExpandedPath OfUrl(string url)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || !uri.IsFile)
        {
            var scheme = url[..url.IndexOf("://", StringComparison.Ordinal)];
            return new RefusedPath(url, $"only local files and file:// URLs can be registered, {scheme}:// is not opened yet; download the file and register that");
        }

        return File.Exists(uri.LocalPath) ? new FoundRecording(url, uri.LocalPath, url) : new RefusedPath(url, Missing(uri.LocalPath));
    }

    private static ExpandedPath OfFile(string shown, string path) => Path.GetExtension(path).ToUpperInvariant() switch
    {
        ".MCAP" => new RefusedPath(shown, $"this is an MCAP file; convert it first: {Convert(shown)}"),
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
            var unreadable = Directory.EnumerateDirectories(folder).Where(f => !canList(f)).Select(f => Path.GetFileName(f)!).Order(StringComparer.Ordinal);
            IEnumerable<ExpandedPath> taken = files[true].Any()
                ? [
                    .. files[true].Select(f => new FoundRecording(Path.Combine(shown, f), Path.Combine(folder, f), new Uri(Path.Combine(folder, f)).AbsoluteUri)),
                    .. files[false].Where(f => !f.StartsWith('.')).Select(f => new PassedOverPath(Path.Combine(shown, f), Path.Combine(folder, f))),
                ]
                : [new RefusedPath(shown, WithoutRecordings(shown, folder))];
            return [.. taken, .. unreadable.Select(f => new RefusedPath(Path.Combine(shown, f), Unreadable))];
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

    private static bool HasExtension(string file, string extension) => Path.GetExtension(file).Equals(extension, StringComparison.OrdinalIgnoreCase);

    private static string Convert(string mcap) => $"rerun mcap convert {ShellWord.Of(mcap)} -o {ShellWord.Of(Path.ChangeExtension(mcap, Extension))}";

    /// <summary>What to do about one or several MCAP files: the command for the first stands for all.</summary>
    private static string ConvertFirst(string[] files) => $"{Convert(files[0])}{(files.Length > 1 ? $", and likewise the {files.Length - 1} other{(files.Length > 2 ? "s" : "")}" : "")}";

    /// <summary>One sentence about files that lay beside recordings; null when there were none.</summary>
    public static string? PassedOver(IReadOnlyList<string> files)
    {
        if (files.Count == 0)
        {
            return null;
        }

        var named = $"{files.Count} other file{(files.Count == 1 ? "" : "s")} passed over: {string.Join(", ", files.Take(PassedOverNamed).Select(Path.GetFileName))}{(files.Count > PassedOverNamed ? ", …" : "")}";
        return files.Where(f => HasExtension(f, Mcap)).ToArray() is { Length: > 0 } mcaps ? $"{named}; convert MCAP files first: {ConvertFirst(mcaps)}" : named;
    }

    private static string WithoutRecordings(string shown, string folder)
    {
        if (Directory.EnumerateFiles(folder, "*" + Extension, Below).Any())
        {
            return $"no .rrd in this folder itself, but in folders below it; to take those: '{Path.Combine(shown, "**", "*" + Extension)}'";
        }

        if (Directory.EnumerateFiles(folder).Where(f => HasExtension(f, Mcap)).Select(f => Path.Combine(shown, Path.GetFileName(f))).Order(StringComparer.Ordinal).ToArray() is { Length: > 0 } mcaps)
        {
            return $"no .rrd in this folder, but MCAP; convert it first: {ConvertFirst(mcaps)}";
        }

        var others = Directory.EnumerateFileSystemEntries(folder).Select(e => Path.GetFileName(e)!).Order(StringComparer.Ordinal).Take(4).ToArray();
        return others.Length == 0
            ? "this folder is empty; name the folder or the .rrd files that were recorded"
            : $"no .rrd in this folder; it holds {string.Join(", ", others.Take(3))}{(others.Length > 3 ? ", …" : "")}";
    }

    private static string Missing(string path)
    {
        var folder = Path.GetDirectoryName(path);
        return folder is null || Directory.Exists(folder) ? "there is no such file or folder; check the spelling, or look with ls at what is there" : $"there is no such file: the folder {folder} does not exist";
    }

}

internal abstract record ExpandedPath(string Shown);

/// <param name="Shown">As the person wrote it, or as it follows from what they wrote.</param>
/// <param name="Url">What <c>rerun_storage_url</c> will say.</param>
internal sealed record FoundRecording(string Shown, string FullPath, string Url) : ExpandedPath(Shown);

/// <param name="Reason">What was found instead of a recording, and what to do.</param>
internal sealed record RefusedPath(string Shown, string Reason) : ExpandedPath(Shown);

/// <summary>A file that is no recording, in a folder that has some.</summary>
internal sealed record PassedOverPath(string Shown, string FullPath) : ExpandedPath(Shown);

internal sealed record PathExpansion(IReadOnlyList<FoundRecording> Found, IReadOnlyList<RefusedPath> Refused)
{
    public IReadOnlyList<string> PassedOver { get; init; } = [];
}
