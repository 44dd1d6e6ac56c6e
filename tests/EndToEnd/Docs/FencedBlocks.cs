using System.Text.RegularExpressions;

namespace Strata.EndToEnd.Tests.Docs;

/// <summary>The code of a document, byte for byte as a reader copies it.</summary>
internal static partial class FencedBlocks
{
    /// <param name="document">Relative to the repository.</param>
    /// <param name="language">Word after the fence.</param>
    /// <param name="heading">Only below this heading; null: the whole document.</param>
    public static IReadOnlyList<string> Of(string document, string language, string? heading = null)
    {
        var text = File.ReadAllText(Path.Combine(Samples.Repository, document)).ReplaceLineEndings("\n");
        if (heading is not null)
        {
            var start = text.IndexOf($"\n## {heading}\n", StringComparison.Ordinal);
            start.ShouldBeGreaterThanOrEqualTo(0, $"{document} has no heading '{heading}'");
            var end = text.IndexOf("\n## ", start + 1, StringComparison.Ordinal);
            text = end < 0 ? text[start..] : text[start..end];
        }

        return [.. Block().Matches(text).Where(m => m.Groups["language"].Value == language).Select(m => m.Groups["code"].Value)];
    }

    [GeneratedRegex("^```(?<language>\\w*)\n(?<code>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();
}
