using System.IO.Enumeration;

namespace Strata.Cli;

/// <summary>Patterns with <c>*</c>, <c>?</c> and <c>**</c> (any number of folders), for shells that leave them alone or where they were quoted.</summary>
internal static class Glob
{
    private const string AnyFolders = "**";

    public static bool IsPattern(string path) => path.AsSpan().IndexOfAny('*', '?') >= 0;

    /// <summary>Files that match, in ordinal order, written like the pattern: relative where it is relative.</summary>
    /// <param name="unreadable">Is told of each folder that could not be listed.</param>
    public static IEnumerable<string> Expand(string pattern, string workingDirectory, Action<string> unreadable)
    {
        var rooted = Path.IsPathRooted(pattern);
        var parts = pattern.Split('/', StringSplitOptions.RemoveEmptyEntries);
        return new Search(workingDirectory, unreadable).Match(rooted ? "/" : "", parts).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);
    }

    /// <summary>A hidden file matches only a pattern that begins with a dot, as in a shell.</summary>
    private static bool Matches(string pattern, string name) =>
        (!name.StartsWith('.') || pattern.StartsWith('.')) && FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: false);

    private sealed class Search(string workingDirectory, Action<string> unreadable)
    {
        public IEnumerable<string> Match(string prefix, ReadOnlyMemory<string> parts)
        {
            var part = parts.Span[0];
            var rest = parts[1..];
            if (part == AnyFolders)
            {
                var here = rest.IsEmpty ? [] : Match(prefix, rest);
                return here.Concat(Folders(prefix, followLinks: false).SelectMany(folder => Match(Path.Combine(prefix, folder), parts)));
            }

            if (rest.IsEmpty)
            {
                return Files(prefix).Where(name => Matches(part, name)).Select(name => Path.Combine(prefix, name));
            }

            return IsPattern(part)
                ? Folders(prefix, followLinks: true).Where(name => Matches(part, name)).SelectMany(name => Match(Path.Combine(prefix, name), rest))
                : Match(Path.Combine(prefix, part), rest);
        }

        /// <param name="followLinks">Not at any depth: a link to a folder above would be gone round for ever.</param>
        private string[] Folders(string prefix, bool followLinks) =>
            List(prefix, folder => folder.EnumerateDirectories().Where(d => followLinks || d.LinkTarget is null));

        private string[] Files(string prefix) => List(prefix, folder => folder.EnumerateFiles());

        private string[] List(string prefix, Func<DirectoryInfo, IEnumerable<FileSystemInfo>> entries)
        {
            var folder = new DirectoryInfo(Path.GetFullPath(prefix, workingDirectory));
            try
            {
                return folder.Exists ? [.. entries(folder).Select(e => e.Name)] : [];
            }
            catch (Exception e) when (e is UnauthorizedAccessException or IOException)
            {
                unreadable(prefix);
                return [];
            }
        }
    }
}
