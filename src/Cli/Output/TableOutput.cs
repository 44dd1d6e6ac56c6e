using Spectre.Console;
using Spectre.Console.Rendering;
using Strata.Web;

namespace Strata.Cli;

/// <summary>Tables for people: as many columns as there is room for, the telling ones first; what is left out is named.</summary>
internal static class TableOutput
{
    /// <summary>More columns of characters than any table has.</summary>
    private const int Unlimited = int.MaxValue;

    /// <summary>A table of Rerun's columns, laid out for the terminal; into a pipe as for a usual one, since lines of a thousand characters are for nobody.</summary>
    /// <param name="first">The telling columns, the most telling first.</param>
    /// <param name="always">So many of them are shown however narrow it is.</param>
    public static void Write(Terminal terminal, TableResponse table, IReadOnlyList<string> first, int always)
    {
        var rows = table.Rows.EnumerateArray().ToArray();
        var columns = Ordered(table.Columns, first)
            .Select(c => (c.Name, (IReadOnlyList<string>)[.. rows.Select(r => Cells.Text(r.GetProperty(c.Name), c.Type))]))
            .ToArray();
        var (shown, leftOut) = ColumnLayout.Fit(columns, always, terminal.TableWidth, mayBreakWords: terminal.OutIsTerminal);
        Write(terminal, shown, rows.Length);
        if (leftOut.Count > 0)
        {
            terminal.Error.WriteLine($"{Cells.Count(leftOut.Count, "more column")} with --json: {string.Join(", ", Grouped(leftOut))}");
        }
    }

    /// <summary>All columns; into a pipe nothing is wrapped or cut.</summary>
    public static void Write(Terminal terminal, IEnumerable<string> headers, IEnumerable<IEnumerable<string>> rows)
    {
        var (heads, cells) = (headers.ToArray(), rows.Select(r => r.ToArray()).ToArray());
        var columns = heads.Select((head, i) => (head, (IReadOnlyList<string>)[.. cells.Select(row => row[i])])).ToArray();
        Write(terminal, ColumnLayout.All(columns, terminal.OutIsTerminal ? terminal.Width : Unlimited), cells.Length);
    }

    private static void Write(Terminal terminal, IReadOnlyList<ShownColumn> columns, int rows)
    {
        var table = new Table { Border = TableBorder.Rounded, UseSafeBorder = false };
        foreach (var column in columns)
        {
            table.AddColumn(new Spectre.Console.TableColumn(new Text(column.Header, new Style(decoration: Decoration.Bold))) { Width = column.Width });
        }

        for (var row = 0; row < rows; row++)
        {
            var index = row;
            table.AddRow(columns.Select(c => (IRenderable)new Text(c.Cells[index])));
        }

        terminal.OutConsole.Write(table);
    }

    private static IEnumerable<Strata.Web.TableColumn> Ordered(IReadOnlyList<Strata.Web.TableColumn> columns, IReadOnlyList<string> first) =>
        columns.Select((c, i) => (Column: c, Rank: Rank(c.Name, first), Index: i)).OrderBy(c => c.Rank).ThenBy(c => c.Index).Select(c => c.Column);

    /// <summary>A name that ends with a star stands for all that begin like it.</summary>
    private static int Rank(string name, IReadOnlyList<string> first)
    {
        for (var i = 0; i < first.Count; i++)
        {
            if (first[i] is [.. var prefix, '*'] ? name.StartsWith(prefix, StringComparison.Ordinal) : name == first[i])
            {
                return i;
            }
        }

        return first.Count;
    }

    /// <summary>Names that begin alike share their beginning: <c>property:tracking_error:{mean, max}</c>.</summary>
    private static IEnumerable<string> Grouped(IEnumerable<string> names) =>
        from name in names
        group name[(name.LastIndexOf(':') + 1)..] by name[..(name.LastIndexOf(':') + 1)] into alike
        let ends = string.Join(", ", alike)
        select alike.Key.Length == 0 || alike.Count() == 1 ? alike.Key + ends : $"{alike.Key}{{{ends}}}";
}
