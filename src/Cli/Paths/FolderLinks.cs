using Strata.Publishing;

namespace Strata.Cli;

/// <summary>Symbolic links that somebody put into a folder, and that nobody named: a robot does not publish what they lead to.</summary>
/// <param name="arguments">Paths, folders and patterns, as a person wrote them.</param>
internal sealed class FolderLinks(IReadOnlyList<string> arguments, string workingDirectory)
{
    private const string AnyDepth = "**";

    private readonly string[] _named = [.. arguments.Where(a => a.Length > 0 && !a.Contains("://", StringComparison.Ordinal)).Select(a => Path.TrimEndingDirectorySeparator(Path.GetFullPath(Base(a), workingDirectory)))];

    /// <summary>Whether no argument reaches the file without a link that it does not name itself.</summary>
    public bool Hide(string fullPath) => _named.Where(n => IsBelow(n, fullPath)).ToList() is { Count: > 0 } bases && bases.TrueForAll(n => FolderWalk.LeadsOverLink(n, fullPath));

    /// <summary>Links to folders in the folders that were named, and at any depth where the pattern goes there.</summary>
    public IEnumerable<string> ToFolders() => arguments
        .Where(a => a.Contains(AnyDepth, StringComparison.Ordinal))
        .Select(a => Path.GetFullPath(Base(a), workingDirectory))
        .Where(Directory.Exists)
        .SelectMany(folder => FolderWalk.Below(folder).Where(e => e.IsLink).Select(e => e.Path))
        .Concat(arguments.Select(a => Path.GetFullPath(a.Length == 0 ? "." : a, workingDirectory)).Where(Directory.Exists).SelectMany(LinksIn))
        .Where(Directory.Exists)
        .Distinct(StringComparer.Ordinal);

    private static IEnumerable<string> LinksIn(string folder)
    {
        try
        {
            return [.. Directory.EnumerateDirectories(folder).Where(f => FolderWalk.LeadsOverLink(folder, f))];
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            // Told where its recordings are looked for.
            return [];
        }
    }

    private static bool IsBelow(string folder, string path) => path == folder || path.StartsWith(folder.EndsWith('/') ? folder : folder + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    /// <summary>What of an argument is named and not matched: all of it, or the folders before the first <c>*</c> or <c>?</c>.</summary>
    private static string Base(string argument)
    {
        if (!Glob.IsPattern(argument) || File.Exists(argument) || Directory.Exists(argument))
        {
            return argument;
        }

        var folders = argument.Split('/').TakeWhile(part => !Glob.IsPattern(part)).ToArray();
        return folders switch { [] => ".", [""] => "/", _ => string.Join('/', folders) };
    }
}
