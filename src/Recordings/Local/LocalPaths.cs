namespace Strata.Recordings;

/// <summary>Turns what a client sent into the one real path of a local file, or refuses it in words. Source: DESIGN rule 12.</summary>
internal static class LocalPaths
{
    /// <summary>As the kernel's own limit: a chain of more links is a ring.</summary>
    private const int MaxLinks = 40;

    private const string FileScheme = "file://";

    /// <returns>Absolute, without <c>..</c>, every symbolic link followed.</returns>
    /// <exception cref="RecordingRefusedException">Another scheme, a host, a relative path, a ring of links.</exception>
    public static string Resolve(string pathOrUrl) => FollowLinks(ToFullPath(pathOrUrl), pathOrUrl);

    /// <summary>As <see cref="Resolve(string)"/>; the links of a folder are followed once for all files in it.</summary>
    /// <exception cref="RecordingRefusedException">Another scheme, a host, a relative path, a ring of links.</exception>
    public static string Resolve(string pathOrUrl, SourceFolders folders)
    {
        var path = ToFullPath(pathOrUrl);
        if (Path.GetDirectoryName(path) is not { } folder || Path.GetFileName(path) is not { Length: > 0 } name)
        {
            return FollowLinks(path, pathOrUrl);
        }

        if (!folders.RealPaths.TryGetValue(folder, out var resolved))
        {
            folders.RealPaths[folder] = resolved = FollowLinks(folder, pathOrUrl);
        }

        var file = Path.Combine(resolved, name);
        return new FileInfo(file).LinkTarget is null ? file : FollowLinks(path, pathOrUrl);
    }

    /// <summary>Whether a resolved path lies below a resolved folder.</summary>
    public static bool IsInside(string path, string folder) =>
        path.Length > folder.Length
        && path.StartsWith(folder, StringComparison.Ordinal)
        && (Path.EndsInDirectorySeparator(folder) || path[folder.Length] == Path.DirectorySeparatorChar);

    private static string ToFullPath(string pathOrUrl)
    {
        var path = ToPath(pathOrUrl);
        return Path.IsPathFullyQualified(path)
            ? Path.GetFullPath(path)
            : throw new RecordingRefusedException(pathOrUrl, "expected an absolute path or a file:// URL, found a relative path; give the whole path");
    }

    private static string ToPath(string pathOrUrl)
    {
        if (pathOrUrl.Contains('\0', StringComparison.Ordinal))
        {
            throw new RecordingRefusedException(pathOrUrl.Replace('\0', '␀'), "a path cannot contain a NUL character");
        }

        if (pathOrUrl.StartsWith(FileScheme, StringComparison.OrdinalIgnoreCase))
        {
            return Uri.TryCreate(pathOrUrl, UriKind.Absolute, out var url) && url is { IsFile: true, IsLoopback: true, IsUnc: false }
                ? url.LocalPath
                : throw new RecordingRefusedException(pathOrUrl, "a file URL should not have a host; write file:///absolute/path");
        }

        return pathOrUrl.IndexOf("://", StringComparison.Ordinal) is > 0 and var end
            ? throw new RecordingRefusedException(
                pathOrUrl, $"expected a local path or a file:// URL, found the scheme '{pathOrUrl[..end]}', which this recording store does not open; copy the file here first")
            : pathOrUrl;
    }

    private static string FollowLinks(string path, string asked)
    {
        var resolved = Path.GetPathRoot(path) ?? "/";
        var open = new Stack<string>(Parts(path, resolved));
        var links = 0;
        while (open.TryPop(out var part))
        {
            var next = Path.Combine(resolved, part);
            if (new FileInfo(next).LinkTarget is not { } target)
            {
                resolved = next;
                continue;
            }

            if (++links > MaxLinks)
            {
                throw new RecordingRefusedException(asked, $"more than {MaxLinks} symbolic links follow each other; they may form a ring");
            }

            var whole = Path.GetFullPath(target, resolved);
            resolved = Path.GetPathRoot(whole) ?? "/";
            foreach (var step in Parts(whole, resolved))
            {
                open.Push(step);
            }
        }

        return resolved;
    }

    /// <summary>Last part first, as a stack wants them.</summary>
    private static IEnumerable<string> Parts(string path, string root) =>
        path[root.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries).Reverse();
}
