using System.Globalization;
using System.Text;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Strata.Cli;

/// <summary>The simulated robots at work: one row each, with the tracking errors of their latest recordings as a line of bars.</summary>
internal sealed class SimulationBoard(FleetSimulation simulation, Terminal terminal)
{
    private const string Bars = "▁▂▃▄▅▆▇█";

    /// <summary>A full bar: an arm that is so far off is hopeless anyway.</summary>
    private const double FullRadians = 0.4;

    /// <summary>Headings, borders, the line beneath and the prompt.</summary>
    private const int OtherLines = 7;

    private static readonly TimeSpan Redraw = TimeSpan.FromMilliseconds(150);

    /// <summary>Draws until the simulation ends; where nobody looks it is drawn once, at its end.</summary>
    public async Task<SimulationSummary> RunAsync(CancellationToken cancellationToken)
    {
        var running = simulation.RunAsync(cancellationToken);
        if (terminal.OutIsTerminal)
        {
            await terminal.OutConsole.Live(Rows(terminal.OutConsole.Profile.Height - OtherLines)).StartAsync(async live =>
            {
                while (!running.IsCompleted)
                {
                    await Task.WhenAny(running, Task.Delay(Redraw, cancellationToken));
                    live.UpdateTarget(Rows(terminal.OutConsole.Profile.Height - OtherLines));
                }
            });
            return await running;
        }

        var summary = await running;
        terminal.OutConsole.Write(Rows(int.MaxValue));
        return summary;
    }

    private Rows Rows(int most)
    {
        var table = new Table { Border = TableBorder.Rounded, UseSafeBorder = false };
        foreach (var (name, isNumber) in new[] { ("robot", false), ("tracking error of the latest", false), ("rad", true), ("recordings", true), ("good", true), ("bad", true), ("quarantined", true), ("spool", true) })
        {
            table.AddColumn(new TableColumn(new Text(name, new Style(decoration: Decoration.Bold))) { Alignment = isNumber ? Justify.Right : Justify.Left });
        }

        foreach (var robot in simulation.Robots.Take(Math.Max(1, most)))
        {
            var count = simulation.Of(robot);
            table.AddRow(
                new Text(robot.Name),
                new Markup(Sparkline(count)),
                new Text(count.Errors.LastOrDefault()?.Mean is { } mean ? mean.ToString("F3", CultureInfo.InvariantCulture) : ""),
                Number(count.Made, Color.Default),
                Number(count.Good, Color.Green),
                Number(count.Bad, Color.Red),
                Number(count.Quarantined, Color.Yellow),
                Number(count.Spooled, Color.Default));
        }

        var more = simulation.Robots.Count - table.Rows.Count;
        var counts = simulation.Robots.Select(simulation.Of).ToArray();
        var words = $"{(more > 0 ? $"and {Cells.Count(more, "robot")} more; " : "")}{counts.Sum(c => c.Made):N0} of {simulation.Total:N0} recordings made, {counts.Sum(c => c.Good + c.Bad):N0} judged";
        return new(new List<IRenderable> { table, new Markup($"[grey]{words}[/]") });
    }

    /// <summary>Green: good, red: bad, a yellow cross: in quarantine.</summary>
    private static string Sparkline(SimulationCount count)
    {
        var line = new StringBuilder();
        foreach (var error in count.Errors)
        {
            line.Append(error switch
            {
                { Mean: { } mean } => $"[{(error.Good == true ? "green" : error.Good == false ? "red" : "grey")}]{Bars[(int)Math.Clamp(mean / FullRadians * Bars.Length, 0, Bars.Length - 1)]}[/]",
                _ => "[yellow]×[/]",
            });
        }

        return line.Append(' ', SimulationCount.MostErrors - count.Errors.Count()).ToString();
    }

    private static Text Number(int number, Color color) => new(number.ToString("N0", CultureInfo.InvariantCulture), number == 0 ? Style.Plain : new Style(color));
}
