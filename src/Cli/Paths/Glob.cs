using System.IO.Enumeration;

namespace Strata.Cli;

/// <summary>Patterns with <c>*</c>, <c>?</c> and <c>**</c> (any number of folders), for shells that leave them alone or where they were quoted.</summary>
internal static class Glob
{
    private const string AnyFolders = "**";

    public static bool IsPattern(string path) => path.AsSpan().IndexOfAny('*', '?') >= 0;

    /// <summary>Files that match, in ordinal order, written like the pattern: relative where it is relative.</summary>
    public static IEnumerable<string> Expand(string pattern, string workingDirectory)
    {
        var rooted = Path.IsPathRooted(pattern);
        var parts = pattern.Split('/', StringSplitOptions.RemoveEmptyEntries);
        return Match(rooted ? "/" : "", parts, workingDirectory).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);
    }

    private static IEnumerable<string> Match(string prefix, ReadOnlyMemory<string> parts, string workingDirectory)
    {
        var part = parts.Span[0];
        var rest = parts[1..];
        if (part == AnyFolders)
        {
            var here = rest.IsEmpty ? [] : Match(prefix, rest, workingDirectory);
            return here.Concat(Entries(prefix, workingDirectory, folders: true).SelectMany(folder => Match(Path.Combine(prefix, folder), parts, workingDirectory)));
        }

        if (rest.IsEmpty)
        {
            return Entries(prefix, workingDirectory, folders: false).Where(name => Matches(part, name)).Select(name => Path.Combine(prefix, name));
        }

        return IsPattern(part)
            ? Entries(prefix, workingDirectory, folders: true).Where(name => Matches(part, name)).SelectMany(name => Match(Path.Combine(prefix, name), rest, workingDirectory))
            : Match(Path.Combine(prefix, part), rest, workingDirectory);
    }

    /// <summary>A hidden file matches only a pattern that begins with a dot, as in a shell.</summary>
    private static bool Matches(string pattern, string name) =>
        (!name.StartsWith('.') || pattern.StartsWith('.')) && FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: false);

    private static IEnumerable<string> Entries(string prefix, string workingDirectory, bool folders)
    {
        var folder = Path.GetFullPath(prefix, workingDirectory);
        if (!Directory.Exists(folder))
        {
            return [];
        }

        var entries = folders ? Directory.EnumerateDirectories(folder) : Directory.EnumerateFiles(folder);
        return entries.Select(e => Path.GetFileName(e)!);
    }
}
