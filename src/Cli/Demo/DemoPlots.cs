using System.Text.Json;
using Strata.Web;

namespace Strata.Cli;

/// <summary>The plots of the demo: the rows of each segment's tracking error, with the statistics that the rules made of them.</summary>
/// <param name="series">The tracking error of a segment, row by row; null without such a layer, empty when its rows are not to be read here.</param>
internal sealed class DemoPlots(IOperations operations, DemoPage page, Func<string, Task<double[]?>> series)
{
    public async Task ShowAsync(IReadOnlyList<string> segments, CancellationToken cancellationToken)
    {
        var table = await operations.RunAsync(ListSegmentsOperation.Route, new ListSegmentsRequest(DemoStages.Dataset), NoProgress.Instance, cancellationToken);
        var rows = table.Rows.EnumerateArray().ToDictionary(r => r.GetProperty("rerun_segment_id").GetString()!, StringComparer.Ordinal);
        var plots = new List<SegmentPlot>();
        foreach (var segment in segments)
        {
            var row = rows[segment];
            plots.Add(new(segment, await series(segment), Number(row, "mean"), Number(row, "p95"), Number(row, "max"), Good(row)));
        }

        page.Plots(plots, await ThresholdAsync(cancellationToken));
    }

    private async Task<double> ThresholdAsync(CancellationToken cancellationToken)
    {
        var rules = await operations.RunAsync(ListRulesOperation.Route, new ListRulesRequest(DemoStages.Dataset), NoProgress.Instance, cancellationToken);
        return rules.Rules.First(r => r.Layer == DemoStages.Quality).Parameters.GetProperty("threshold").GetDouble();
    }

    /// <summary>Properties are lists, of one value here.</summary>
    private static double? Number(JsonElement row, string statistic) =>
        row.TryGetProperty($"property:{DemoStages.TrackingError}:{statistic}", out var list) && list is { ValueKind: JsonValueKind.Array } && list.GetArrayLength() > 0 ? list[0].GetDouble() : null;

    private static bool? Good(JsonElement row) =>
        row.TryGetProperty(DemoStages.Verdict, out var list) && list is { ValueKind: JsonValueKind.Array } && list.GetArrayLength() > 0 ? list[0].GetBoolean() : null;
}

/// <param name="Good">Null: not told.</param>
/// <param name="Values">Null without a layer of tracking errors.</param>
internal sealed record SegmentPlot(string Segment, double[]? Values, double? Mean, double? P95, double? Max, bool? Good);
