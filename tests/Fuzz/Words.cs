namespace Strata.Fuzz.Tests;

internal static class Words
{
    private const int Most = 80;

    /// <summary>A message without its numbers and names: what kind of thing was said.</summary>
    public static string Of(string message) => string.Concat(message.Where(c => char.IsAsciiLetterLower(c) || c == ' ').Take(Most));
}
