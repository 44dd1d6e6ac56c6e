using System.Globalization;
using Spectre.Console;
using Strata.Contracts;
using Strata.Web;

namespace Strata.Cli;

/// <summary>How the demo looks: for a terminal of 100 columns, and readable in a pipe.</summary>
internal sealed class DemoPage(Terminal terminal, string data)
{
    private const int Columns = 100;
    private const int PlotRows = 4;
    private const int PlotColumns = 72;
    private const int IdColumns = 40;

    /// <summary>Set by <c>./demo</c> where the program runs in a container, and its reader does not.</summary>
    private const string CommandVariable = "STRATA_DEMO_COMMAND";

    private readonly IAnsiConsole _console = terminal.OutConsole;
    private int _stage;

    /// <summary>The program on the demo's data, as it is written into a shell.</summary>
    private string Command
    {
        get
        {
            if (Environment.GetEnvironmentVariable(CommandVariable) is { Length: > 0 } outside)
            {
                return outside;
            }

            var folder = Path.GetRelativePath(Environment.CurrentDirectory, data);
            return $"./strata --data {ShellWord.Of(folder.StartsWith("..", StringComparison.Ordinal) ? data : folder)}";
        }
    }

    public void Title(string url) => Title("five episodes of a robot arm, written by the Rerun SDK", url);

    public void Title(string what, string url)
    {
        _console.WriteLine();
        _console.MarkupLine($"[bold]Strata[/]  {Markup.Escape(what)}");
        _console.MarkupLine($"[grey]at {Markup.Escape(url)}, data in {Markup.Escape(data)}[/]");
    }

    public void Registered(int count, TimeSpan took, bool known) => Stage(
        known ? $"{Cells.Count(count, "recording")}: all known already" : $"{Cells.Count(count, "recording")} registered",
        known ? "the same bytes again are no news: the log did not change, nothing is derived twice" : "one append to the log; the rest happens by itself",
        took,
        "");

    public void Derived(string what, string words, Presence presence, TimeSpan? took, bool known)
    {
        Stage(presence.Title(what, known), words, took, known ? "then, " : "+");
        foreach (var segment in presence.Missing)
        {
            Missing(segment, presence.Layer);
        }
    }

    public void Settled(TimeSpan took, bool known)
    {
        if (!known)
        {
            _console.MarkupLine($"[grey]from the first byte read to the last verdict visible: {Cells.Duration(took)}[/]");
        }
    }

    public void Table(IReadOnlyList<TableResponse> tables)
    {
        if (tables is not [var first, ..])
        {
            return;
        }

        var rows = tables.SelectMany(t => t.Rows.EnumerateArray()).Select(row => first.Columns.Select(c => Cells.Text(row.GetProperty(c.Name), c.Type)));
        TableOutput.Write(terminal, first.Columns.Select(c => c.Name), rows);
    }

    public void Manifest(TableResponse manifest)
    {
        Heading("The dataset manifest, one row a layer", "");

        // As Rerun's how-to shows it; a fourth column would not fit beside these.
        string[] shown = ["rerun_segment_id", "rerun_layer_name", DemoStages.Verdict];
        var columns = shown.Select(name => manifest.Columns.FirstOrDefault(c => c.Name == name)).OfType<Strata.Web.TableColumn>().ToArray();
        var rows = manifest.Rows.EnumerateArray().Select(row => columns.Select(c => Cells.Text(row.GetProperty(c.Name), c.Type)));
        TableOutput.Write(terminal, columns.Select(c => c.Name), rows);
    }

    public void Plots(IReadOnlyList<SegmentPlot> plots, double threshold)
    {
        Heading($"Tracking error over each episode, threshold {Number(threshold, 2)} rad", "");
        var top = plots.SelectMany(p => p.Values ?? []).Append(threshold).Max();
        foreach (var plot in plots)
        {
            switch (plot.Values)
            {
                case null:
                    _console.WriteLine();
                    Missing(plot.Segment, DemoStages.TrackingError);
                    break;
                case []:
                    _console.WriteLine();
                    terminal.Out.WriteLine($"   {plot.Segment}: the rows of layer '{DemoStages.TrackingError}' cannot be read here, so there is no plot");
                    break;
                default:
                    Plot(plot, plot.Values, threshold, top);
                    break;
            }
        }
    }

    public void Next(string dataset, string segment) => Next($"why {dataset} {segment}", $"history {dataset} {segment}", "rebuild --verify");

    public void Next(params IReadOnlyList<string> commands)
    {
        Heading("Try next", "");

        // Past the console, which would break a long command into two that cannot be copied.
        foreach (var command in commands)
        {
            terminal.Out.WriteLine($"  {Command} {command}");
        }

        if (Environment.GetEnvironmentVariable(CommandVariable) is not { Length: > 0 })
        {
            // Into a container they would have to be copied first.
            terminal.Out.WriteLine("  ./strata register YOUR_RECORDINGS/ --dataset my_robot --wait");
        }

        _console.WriteLine();
    }

    public void Section(string title) => Heading(title, "");

    public void Words(string words) => _console.MarkupLine($"[grey]{Markup.Escape(words)}[/]");

    /// <summary>What a server that goes on can be asked: in the Viewer, and from Python.</summary>
    public void Connect(string server, string dataset, string datasetId, string segment)
    {
        Heading("In Rerun's Viewer (strata open), and from Python (pip install \"rerun-sdk[catalog]\")", "");

        // Past the console for the same reason.
        terminal.Out.WriteLine($"  {CatalogLink.Of(server, datasetId, segment)}");
        terminal.Out.WriteLine();
        terminal.Out.WriteLine("  from rerun.catalog import CatalogClient");
        terminal.Out.WriteLine($"  dataset = CatalogClient(\"{CatalogLink.Of(server)}\").get_dataset(\"{dataset}\")");
        terminal.Out.WriteLine("  print(dataset.segment_table().select(\"rerun_segment_id\", \"rerun_layer_names\"))");
        _console.WriteLine();
    }

    public void Broken(IEnumerable<RegisteredLine> lines)
    {
        foreach (var line in lines)
        {
            _console.MarkupLineInterpolated($"[red]{line.Path}: {line.Status}: {line.Reason}[/]");
        }
    }

    private void Stage(string title, string words, TimeSpan? took, string before)
    {
        _stage++;
        Heading($"{_stage}  {title}", took is { } time ? before + Cells.Duration(time) : "");
        _console.MarkupLine($"   [grey]{Markup.Escape(words)}[/]");
    }

    private void Heading(string left, string right)
    {
        _console.WriteLine();
        var gap = new string(' ', Math.Max(2, Columns - left.Length - right.Length - 1));
        _console.MarkupLine($"[bold]{Markup.Escape(left)}[/]{gap}[cyan]{Markup.Escape(right)}[/]");
    }

    /// <summary>Past the console, which would break a long line in the middle of a command.</summary>
    private void Missing(string segment, string layer) =>
        terminal.Out.WriteLine($"   {segment}: layer '{layer}' is not there; {Command} why {DemoStages.Dataset} {ShellWord.Of(segment)} {layer}");

    private void Plot(SegmentPlot plot, double[] values, double threshold, double top)
    {
        var verdict = plot.Good switch
        {
            true => "[green]✔ good[/]",
            false => "[red]✘ bad[/] ",
            null => "[yellow]? look[/]",
        };
        _console.WriteLine();
        _console.MarkupLine(
            $"{Markup.Escape(plot.Segment.PadRight(IdColumns))} {verdict}   mean {Statistic(plot.Mean, threshold)}   p95 {Statistic(plot.P95, threshold)}   max {Statistic(plot.Max, threshold)}");
        var lines = BraillePlot.Lines(values, threshold, top, PlotColumns, PlotRows);
        for (var row = 0; row < lines.Count; row++)
        {
            var (upper, lower) = (top * (PlotRows - row) / PlotRows, top * (PlotRows - row - 1) / PlotRows);
            var holdsThreshold = threshold <= upper && threshold > lower;
            var label = row == 0 ? Number(top, 2) : holdsThreshold ? Number(threshold, 2) : row == PlotRows - 1 ? "0" : "";
            var color = lower >= threshold ? "red" : holdsThreshold ? "yellow" : "green";
            _console.MarkupLine($"[grey]{label,6} {(holdsThreshold ? '┼' : '│')}[/][{color}]{lines[row]}[/]");
        }
    }

    private static string Statistic(double? value, double threshold) =>
        value is not { } number ? "[grey]–[/]       " : number < threshold ? Number(number, 6) : $"[red]{Number(number, 6)}[/]";

    private static string Number(double value, int digits) => value.ToString("F" + digits.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
}
