using System.Text.RegularExpressions;

namespace Strata.EndToEnd.Tests.Fleet;

/// <summary>What an engine is given to build the <c>Dockerfile</c> with: the files of the repository, but for those that <c>.dockerignore</c> keeps out.</summary>
internal static partial class BuildContext
{
    /// <summary>Of the last rule that speaks of a file, an exception lets it in. Each rule holds for what is below its path, too.</summary>
    private static readonly IReadOnlyList<(Regex Path, string Text, bool LetsIn)> Rules =
    [
        .. File.ReadLines(Path.Combine(Samples.Repository, ".dockerignore")).Select(l => l.Trim()).Where(l => l.Length > 0 && l[0] != '#')
            .Select(l => (Expression(l.TrimStart('!')), l.TrimStart('!'), l[0] == '!')),
    ];

    /// <summary>What a <c>COPY</c> of the Dockerfile takes from the context, and not from another stage.</summary>
    public static IReadOnlyList<string> Copied { get; } =
    [
        .. File.ReadLines(Path.Combine(Samples.Repository, "Dockerfile")).Select(l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(words => words is ["COPY", ..] && !words.Any(w => w.StartsWith("--from=", StringComparison.Ordinal)))
            .SelectMany(words => words[1..^1].Where(w => !w.StartsWith("--", StringComparison.Ordinal))),
    ];

    /// <summary>Copies it to an empty folder.</summary>
    public static void CopyTo(string folder)
    {
        foreach (var file in FilesBelow(""))
        {
            var copy = Path.Combine(folder, file);
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(Path.Combine(Samples.Repository, file), copy);
        }
    }

    private static IEnumerable<string> FilesBelow(string folder)
    {
        var here = new DirectoryInfo(Path.Combine(Samples.Repository, folder));
        foreach (var entry in here.EnumerateFileSystemInfos())
        {
            var path = folder.Length == 0 ? entry.Name : $"{folder}/{entry.Name}";
            var isIn = Rules.LastOrDefault(rule => rule.Path.IsMatch(path)) is not { Text: not null, LetsIn: false };
            if (entry is DirectoryInfo && (isIn || Rules.Any(rule => rule.LetsIn && rule.Text.StartsWith(path + "/", StringComparison.Ordinal))))
            {
                foreach (var below in FilesBelow(path))
                {
                    yield return below;
                }
            }
            else if (entry is FileInfo && isIn)
            {
                yield return path;
            }
        }
    }

    private static Regex Expression(string pattern) => new(
        $"^{Wildcards().Replace(Regex.Escape(pattern.TrimEnd('/')), w => w.Value switch { @"\*\*/" => "(.*/)?", @"\*" => "[^/]*", _ => "[^/]" })}(/.*)?$", RegexOptions.CultureInvariant);

    [GeneratedRegex(@"\\\*\\\*/|\\\*|\\\?")]
    private static partial Regex Wildcards();
}
