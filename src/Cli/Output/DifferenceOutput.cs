namespace Strata.Cli;

/// <param name="Where">What differs, on one line.</param>
internal sealed record ShownDifference(string Where, (string Label, string Text) Left, (string Label, string Text) Right);

/// <summary>Differences for people, one below the other: what they hold may be long, and would be torn apart in the columns of a table.</summary>
internal static class DifferenceOutput
{
    /// <summary>Nobody reads more; <c>--json</c> has all.</summary>
    private const int MostShown = 100;

    /// <summary>Of a long value so much is shown, around the first place that differs.</summary>
    public const int ValueExcerpt = 80;

    private const int Before = 20;

    /// <param name="excerpt">How much of each side is shown; a reason is read whole, or it is of no use.</param>
    public static async Task WriteAsync(Terminal terminal, IReadOnlyCollection<ShownDifference> differences, CancellationToken cancellationToken, int excerpt = ValueExcerpt)
    {
        foreach (var difference in differences.Take(MostShown))
        {
            var (left, right) = (difference.Left, difference.Right);
            var labels = Math.Max(left.Label.Length, right.Label.Length);
            var same = left.Text.AsSpan().CommonPrefixLength(right.Text);
            await terminal.Out.WriteLineAsync(difference.Where.AsMemory(), cancellationToken);
            await terminal.Out.WriteLineAsync($"  {left.Label.PadRight(labels)}  {Around(left.Text, same, excerpt)}".AsMemory(), cancellationToken);
            await terminal.Out.WriteLineAsync($"  {right.Label.PadRight(labels)}  {Around(right.Text, same, excerpt)}".AsMemory(), cancellationToken);
        }

        if (differences.Count > MostShown)
        {
            await terminal.Error.WriteLineAsync($"{Cells.Count(differences.Count - MostShown, "more difference")} with --json".AsMemory(), cancellationToken);
        }
    }

    private static string Around(string text, int place, int excerpt)
    {
        if (text.Length <= excerpt)
        {
            return text;
        }

        var start = Math.Clamp(place - Before, 0, text.Length - excerpt);
        return $"{(start > 0 ? "…" : "")}{text.AsSpan(start, excerpt)}{(start + excerpt < text.Length ? "…" : "")}";
    }
}
