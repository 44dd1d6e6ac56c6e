namespace Strata.Cli;

/// <param name="Where">What differs, on one line.</param>
internal sealed record ShownDifference(string Where, (string Label, string Text) Left, (string Label, string Text) Right);

/// <summary>Differences for people, one below the other: what they hold may be long, and would be torn apart in the columns of a table.</summary>
internal static class DifferenceOutput
{
    /// <summary>Nobody reads more; <c>--json</c> has all.</summary>
    private const int MostShown = 100;

    /// <summary>Of a long value so much is shown, around the first place that differs.</summary>
    private const int Excerpt = 80;

    private const int Before = 20;

    public static async Task WriteAsync(Terminal terminal, IReadOnlyCollection<ShownDifference> differences, CancellationToken cancellationToken)
    {
        foreach (var difference in differences.Take(MostShown))
        {
            var (left, right) = (difference.Left, difference.Right);
            var labels = Math.Max(left.Label.Length, right.Label.Length);
            var same = left.Text.AsSpan().CommonPrefixLength(right.Text);
            await terminal.Out.WriteLineAsync(difference.Where.AsMemory(), cancellationToken);
            await terminal.Out.WriteLineAsync($"  {left.Label.PadRight(labels)}  {Around(left.Text, same)}".AsMemory(), cancellationToken);
            await terminal.Out.WriteLineAsync($"  {right.Label.PadRight(labels)}  {Around(right.Text, same)}".AsMemory(), cancellationToken);
        }

        if (differences.Count > MostShown)
        {
            await terminal.Error.WriteLineAsync($"{Cells.Count(differences.Count - MostShown, "more difference")} with --json".AsMemory(), cancellationToken);
        }
    }

    private static string Around(string text, int place)
    {
        if (text.Length <= Excerpt)
        {
            return text;
        }

        var start = Math.Clamp(place - Before, 0, text.Length - Excerpt);
        return $"{(start > 0 ? "…" : "")}{text.AsSpan(start, Excerpt)}{(start + Excerpt < text.Length ? "…" : "")}";
    }
}
