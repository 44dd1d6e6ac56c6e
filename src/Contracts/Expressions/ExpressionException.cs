namespace Strata.Contracts;

/// <summary>An expression cannot be read, or does not fit the columns: what was expected, what was found, and where.</summary>
public sealed class ExpressionException : FormatException
{
    /// <summary>Characters of a long expression that are shown on each side of the place.</summary>
    private const int Shown = 40;

    /// <param name="at">Index into <paramref name="source"/>, from 0 to its length.</param>
    internal ExpressionException(string source, int at, string expected, string found)
        : base($"expected {expected}, found {found} at character {at + 1}:\n{Marked(source, at)}")
    {
        Position = at + 1;
        Reason = $"expected {expected}, found {found} at character {Position}";
    }

    /// <summary>Counted from 1.</summary>
    public int Position { get; }

    /// <summary>The message in one line, without the marked expression.</summary>
    public string Reason { get; }

    /// <summary>It has a form of an expression and is too large, so it means nothing else.</summary>
    internal bool IsBeyondLimit { get; init; }

    /// <summary>The expression around the place, and under it a caret.</summary>
    private static string Marked(string source, int at)
    {
        var (start, end) = (Math.Max(0, at - Shown), Math.Min(source.Length, at + Shown));
        var (before, after) = (start > 0 ? "…" : "", end < source.Length ? "…" : "");
        var line = string.Create(end - start, (source, start), static (shown, from) =>
        {
            for (var i = 0; i < shown.Length; i++)
            {
                var c = from.source[from.start + i];
                shown[i] = char.IsControl(c) ? ' ' : c;
            }
        });
        return $"  {before}{line}{after}\n  {new string(' ', before.Length + at - start)}^";
    }
}
