using Spectre.Console;
using Spectre.Console.Rendering;
using Strata.Web;

namespace Strata.Cli;

/// <summary>Tables for people: as many columns as the terminal has room for, the telling ones first; what is left out is named.</summary>
internal static class TableOutput
{
    /// <summary>A border and two spaces a column, and one border at the end.</summary>
    private const int ColumnPadding = 3;

    /// <summary>Of the columns that found no room so many are named: the telling ones come first.</summary>
    private const int NamedColumns = 5;

    public static void Write(Terminal terminal, TableResponse table, IReadOnlyList<string> first)
    {
        var rows = table.Rows.EnumerateArray().ToArray();
        var columns = Ordered(table.Columns, first)
            .Select(c => new Column(c.Name, [.. rows.Select(r => Cells.Text(r.GetProperty(c.Name), c.Type))]))
            .ToArray();
        var shown = Fitting(terminal, columns);
        Write(terminal, shown.Select(c => c.Name), Enumerable.Range(0, rows.Length).Select(row => shown.Select(c => c.Cells[row])));
        if (shown.Length < columns.Length)
        {
            var others = columns.Except(shown).Select(c => c.Name).ToArray();
            terminal.Error.WriteLine($"{Cells.Count(others.Length, "more column")} with --json: {string.Join(", ", others.Take(NamedColumns))}{(others.Length > NamedColumns ? ", …" : "")}");
        }
    }

    public static void Write(Terminal terminal, IEnumerable<string> headers, IEnumerable<IEnumerable<string>> rows)
    {
        var (heads, cells) = (headers.ToArray(), rows.Select(r => r.ToArray()).ToArray());
        var table = new Table { Border = TableBorder.Rounded, UseSafeBorder = false };
        foreach (var head in Narrowed(terminal, heads, cells))
        {
            table.AddColumn(new Spectre.Console.TableColumn(new Text(head, new Style(decoration: Decoration.Bold))));
        }

        foreach (var row in cells)
        {
            table.AddRow(row.Select(cell => (IRenderable)new Text(cell)));
        }

        terminal.OutConsole.Write(table);
    }

    /// <summary>Where the terminal is too narrow, long names of properties go over two lines: <c>property:quality:</c> above <c>tracking_good</c>.</summary>
    private static string[] Narrowed(Terminal terminal, string[] headers, string[][] rows)
    {
        var width = headers.Select((h, i) => rows.Select(r => r[i].Length).Append(h.Length).Max() + ColumnPadding).Sum() + 1;
        return !terminal.OutIsTerminal || width <= terminal.Width
            ? headers
            : [.. headers.Select(OverTwoLines)];
    }

    private static string OverTwoLines(string header) => header.LastIndexOf(':') is > 0 and var colon ? $"{header[..(colon + 1)]}\n{header[(colon + 1)..]}" : header;

    private static IEnumerable<RankedColumn> Ordered(IReadOnlyList<Strata.Web.TableColumn> columns, IReadOnlyList<string> first)
    {
        var named = columns.Select((c, i) => new RankedColumn(c.Name, c.Type, Rank(c.Name, first), i));
        return named.OrderBy(c => c.Rank).ThenBy(c => c.Index);
    }

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

    private static Column[] Fitting(Terminal terminal, Column[] columns)
    {
        if (!terminal.OutIsTerminal)
        {
            return columns;
        }

        var room = terminal.Width - 1;
        var shown = new List<Column>();
        foreach (var column in columns)
        {
            room -= column.Width + ColumnPadding;
            if (room < 0 && shown.Count > 0)
            {
                break;
            }

            shown.Add(column);
        }

        return [.. shown];
    }

    private sealed record RankedColumn(string Name, string Type, int Rank, int Index);

    private sealed record Column(string Name, string[] Cells)
    {
        /// <summary>At its narrowest, with a long name over two lines.</summary>
        public int Width { get; } = Cells.Select(c => c.Length).Concat(OverTwoLines(Name).Split('\n').Select(part => part.Length)).Max();
    }
}
