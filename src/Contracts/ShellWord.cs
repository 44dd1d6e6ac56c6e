namespace Strata.Contracts;

/// <summary>Names in suggested commands: whoever pastes one into a shell must get what is meant.</summary>
public static class ShellWord
{
    /// <summary>The text so that a shell takes it for one word.</summary>
    public static string Of(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Length > 0 && text.All(c => char.IsAsciiLetterOrDigit(c) || "_-.:/@%+=,".Contains(c, StringComparison.Ordinal))
            ? text
            : $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";
    }
}
