namespace Strata.Cli;

/// <summary>A column of a table for people.</summary>
/// <param name="Header">May go over two lines.</param>
/// <param name="Width">Columns of characters that it gets.</param>
internal sealed record ShownColumn(string Header, IReadOnlyList<string> Cells, int Width);

/// <summary>Which columns of a table are shown where there is no room for all of them, and how wide each is.</summary>
internal static class ColumnLayout
{
    /// <summary>A border and two spaces a column, and one border at the end.</summary>
    private const int ColumnPadding = 3;

    /// <summary>As many as fit.</summary>
    /// <param name="columns">The telling ones first.</param>
    /// <param name="always">So many are shown however narrow it is.</param>
    /// <param name="width">Columns of characters that there are.</param>
    /// <param name="mayBreakWords">Whether words go over two lines where not even the telling columns fit.</param>
    public static (IReadOnlyList<ShownColumn> Shown, IReadOnlyList<string> LeftOut) Fit(
        IReadOnlyList<(string Name, IReadOnlyList<string> Cells)> columns, int always, int width, bool mayBreakWords)
    {
        var measured = columns.Select(c => Measured.Of(c.Name, c.Cells)).ToArray();
        var count = Math.Min(always, measured.Length);
        while (count < measured.Length && Total(measured.Take(count + 1)) <= width)
        {
            count++;
        }

        return (Narrowed(measured[..count], width, mayBreakWords), [.. columns.Skip(count).Select(c => c.Name)]);
    }

    /// <summary>Every column.</summary>
    public static IReadOnlyList<ShownColumn> All(IReadOnlyList<(string Name, IReadOnlyList<string> Cells)> columns, int width) =>
        Narrowed([.. columns.Select(c => Measured.Of(c.Name, c.Cells))], width, mayBreakWords: true);

    private static ShownColumn[] Narrowed(Measured[] columns, int width, bool mayBreakWords)
    {
        // With long headers on one line where that fits; else they are the first to give way.
        Measured[] wide = [.. columns.Select(c => c with { Width = Math.Max(c.Width, c.Name.Length) })];
        if (Total(wide) <= width)
        {
            return [.. wide.Select(c => c.Shown())];
        }

        var widths = columns.Select(c => c.Width).ToArray();
        var excess = Total(columns) - width;
        foreach (var (index, column) in columns.Index().OrderByDescending(c => c.Item.Width - c.Item.Least))
        {
            var less = Math.Clamp(column.Width - column.Least, 0, Math.Max(0, excess));
            widths[index] -= less;
            excess -= less;
        }

        while (mayBreakWords && excess > 0 && widths.Max() > 1)
        {
            widths[Array.IndexOf(widths, widths.Max())]--;
            excess--;
        }

        return [.. columns.Select((c, i) => (c with { Width = widths[i] }).Shown())];
    }

    private static int Total(IEnumerable<Measured> columns) => columns.Sum(c => c.Width + ColumnPadding) + 1;

    /// <summary>A long name goes over two lines: <c>property:quality:</c> above <c>tracking_good</c>, <c>rerun_layer_</c> above <c>names</c>.</summary>
    private static string OverTwoLines(string name)
    {
        var end = name.LastIndexOf(name.Contains(':') ? ':' : '_') + 1;
        return end > 0 ? $"{name[..end]}\n{name[end..]}" : name;
    }

    /// <param name="Least">Its longest word: narrower, words would break.</param>
    private sealed record Measured(string Name, IReadOnlyList<string> Cells, int Width, int Least)
    {
        public static Measured Of(string name, IReadOnlyList<string> cells)
        {
            var header = OverTwoLines(name).Split('\n').Max(part => part.Length);
            return new(
                name,
                cells,
                cells.Select(c => c.Length).Append(header).Max(),
                cells.SelectMany(c => c.Split(' ')).Select(word => word.Length).Append(header).Max());
        }

        public ShownColumn Shown() => new(Name.Length <= Width ? Name : OverTwoLines(Name), Cells, Width);
    }
}
