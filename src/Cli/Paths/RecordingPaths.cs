namespace Strata.Cli;

/// <summary>What <c>strata register</c> was given, as files: folders and globs expanded in ordinal order, and a helpful word for what is none.</summary>
internal static class RecordingPaths
{
    private const string Extension = ".rrd";

    private const string Unreadable = "this folder cannot be read (no permission, or the disk fails); ask its owner for read access, or name the files in it";

    /// <summary>For a hint only: what cannot be read is passed over, and links are not followed, since they may lead round.</summary>
    private static readonly EnumerationOptions Below = new()
    {
        RecurseSubdirectories = true,
        IgnoreInaccessible = true,
        AttributesToSkip = FileAttributes.ReparsePoint,
    };

    public static PathExpansion Expand(IReadOnlyList<string> arguments, string workingDirectory)
    {
        var found = new List<FoundRecording>();
        var refused = new List<RefusedPath>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var argument in arguments)
        {
            foreach (var item in ExpandOne(argument, workingDirectory))
            {
                switch (item)
                {
                    case FoundRecording recording when seen.Add(recording.FullPath):
                        found.Add(recording);
                        break;
                    case RefusedPath refusal:
                        refused.Add(refusal);
                        break;
                    default:
                        break;
                }
            }
        }

        return new(found, refused);
    }

    private static IEnumerable<ExpandedPath> ExpandOne(string argument, string workingDirectory)
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
            return OfFolder(argument, path);
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
        ".MCAP" => new RefusedPath(shown, $"this is an MCAP file; convert it first: rerun mcap convert {Quoted(shown)} -o {Quoted(Path.ChangeExtension(shown, Extension))}"),
        ".RBL" => new RefusedPath(shown, "this is a blueprint (.rbl), which describes a view and holds no recording"),
        _ => new FoundRecording(shown, path, new Uri(path).AbsoluteUri),
    };

    private static IEnumerable<ExpandedPath> OfFolder(string shown, string folder)
    {
        try
        {
            var files = Directory.EnumerateFiles(folder)
                .Where(f => Path.GetExtension(f).Equals(Extension, StringComparison.OrdinalIgnoreCase))
                .Select(f => Path.GetFileName(f)!)
                .Order(StringComparer.Ordinal)
                .ToArray();
            return files.Length > 0
                ? files.Select(f => new FoundRecording(Path.Combine(shown, f), Path.Combine(folder, f), new Uri(Path.Combine(folder, f)).AbsoluteUri))
                : [new RefusedPath(shown, EmptyFolder(shown, folder))];
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            return [new RefusedPath(shown, Unreadable)];
        }
    }

    private static string EmptyFolder(string shown, string folder)
    {
        if (Directory.EnumerateFiles(folder, "*" + Extension, Below).Any())
        {
            return $"no .rrd in this folder itself, but in folders below it; to take those: '{Path.Combine(shown, "**", "*" + Extension)}'";
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

    private static string Quoted(string path) => path.Contains(' ', StringComparison.Ordinal) ? $"'{path}'" : path;
}

internal abstract record ExpandedPath(string Shown);

/// <param name="Shown">As the person wrote it, or as it follows from what they wrote.</param>
/// <param name="Url">What <c>rerun_storage_url</c> will say.</param>
internal sealed record FoundRecording(string Shown, string FullPath, string Url) : ExpandedPath(Shown);

/// <param name="Reason">What was found instead of a recording, and what to do.</param>
internal sealed record RefusedPath(string Shown, string Reason) : ExpandedPath(Shown);

internal sealed record PathExpansion(IReadOnlyList<FoundRecording> Found, IReadOnlyList<RefusedPath> Refused);
