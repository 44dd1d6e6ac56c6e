using System.Globalization;
using System.Text.Json;
using Strata.Web;

namespace Strata.Cli;

/// <summary>What a rule would come to, for people: the result first, then the errors as a curve, what was left out, and what to look at.</summary>
internal static class TrialOutput
{
    private const int PlotColumns = TrialSeriesLine.MaxBins / 2;
    private const int PlotRows = 6;

    /// <summary>A curve that touches the upper edge looks cut off.</summary>
    private const double Headroom = 1.05;

    public static async Task WriteAsync(CommandContext context, TestRuleResponse tested)
    {
        var output = context.Terminal.Out;
        await output.WriteLineAsync($"{Outcome(tested)}; nothing was registered");
        if (tested.Detail is { } detail)
        {
            await output.WriteLineAsync($"  {detail}");
        }

        foreach (var (component, values) in tested.Properties)
        {
            await output.WriteLineAsync($"  {component,-28} {Text(values)}");
        }

        foreach (var series in tested.Series)
        {
            await WritePlotAsync(context.Terminal, series);
        }

        var dropped = tested.RowsDropped.Count == 0 ? "none dropped" : $"dropped: {string.Join(", ", tested.RowsDropped.Select(d => $"{d.Key} {d.Value}"))}";
        await output.WriteLineAsync($"{Cells.Count(tested.RowsUsed, "row")} used, {dropped}");
        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"read in {tested.LoadingMs:F1} ms, derived in {tested.DerivingMs:F1} ms, {tested.SizeBytes} bytes"));
        foreach (var warning in tested.Warnings)
        {
            await output.WriteLineAsync($"warning: {warning}");
        }

        if (tested.Command is { } command)
        {
            await output.WriteLineAsync($"  strata {context.DataOption}{command}");
        }
    }

    private static string Outcome(TestRuleResponse tested) =>
        $"rule '{tested.Rule}'{(tested.Declared ? "" : ", which is not declared so,")} on segment '{tested.Segment}': {tested.Outcome}{(tested.Reason is { } reason ? $" ({reason})" : "")}, layer '{tested.Layer}' by {tested.Deriver}";

    private static string Text(JsonElement values) => values.GetArrayLength() == 1 ? Cells.Text(values[0], "") : Cells.Text(values, "");

    private static async Task WritePlotAsync(Terminal terminal, TrialSeriesLine series)
    {
        var top = Math.Max(series.Bins.Max(b => b.Max), double.Epsilon);
        await terminal.Out.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{series.Entity} over {series.Index}: {series.Rows} rows, up to {top:G6}, dashed the mean {series.Mean:G6}"));
        double[] values = [.. series.Bins.SelectMany(b => new[] { b.Min, b.Max })];
        foreach (var line in BraillePlot.Lines(values, series.Mean, top * Headroom, PlotColumns, PlotRows))
        {
            await terminal.Out.WriteLineAsync($"  {line}");
        }
    }
}
