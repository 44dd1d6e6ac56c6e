using System.Text.Json;
using Strata.Contracts;
using Strata.EventStore;
using Strata.Projections;
using Strata.Recordings;
using Strata.Registrar;
using Strata.Web;

namespace Strata.Cli;

/// <summary>
/// The demo, stage by stage. Each table is read as of the log position at which its stage was complete, segment by segment: derivations are
/// faster than eyes, and slowing them down to be seen would be a lie.
/// </summary>
internal sealed class DemoRun(IOperations operations, IEventStore store, IReadModels models, IRecordingStore recordings, DemoPage page, DataDirectory data)
{
    internal const string Dataset = "sample_5";
    private const string Base = "base";
    private const string TrackingError = "tracking_error";
    private const string Quality = "quality";
    internal const string Verdict = "property:quality:tracking_good";

    /// <param name="keep">Whether the server goes on afterwards.</param>
    public async Task<bool> RunAsync(string samples, string url, bool keep, CancellationToken cancellationToken)
    {
        page.Title(url, data.Path);
        var started = TimeProvider.System.GetTimestamp();
        var answer = await operations.RunAsync(RegisterOperation.Route, DemoSamples.ToRegister(samples, wait: false), NoProgress.Instance, cancellationToken);
        var took = TimeProvider.System.GetElapsedTime(started);
        if (DemoSamples.Broken(answer) is { Count: > 0 } broken)
        {
            page.Broken(broken);
            return false;
        }

        var known = answer.Recordings.All(r => r.Status == RegistrationStatus.Known);
        var segments = answer.Recordings.Select(r => r.Segment!).Order(StringComparer.Ordinal).ToArray();
        var entry = (await models.Entries.FindAsync(Dataset, cancellationToken))!;

        page.Registered(answer.Recordings.Count, took, known);
        page.Table(await StageAsync(await WaitForAsync(entry.Dataset, segments, Base, cancellationToken), Base, []));

        var stages = await WaitForAsync(entry.Dataset, segments, TrackingError, cancellationToken);
        page.Derived("tracking error", $"|command − observation| of each row is a new layer, '{TrackingError}'", Took(stages, Base, TrackingError), known);
        page.Table(await StageAsync(stages, TrackingError, []));

        stages = await WaitForAsync(entry.Dataset, segments, Quality, cancellationToken);
        page.Derived("quality", "its mean against the threshold is a property of another one", Took(stages, TrackingError, Quality), known);
        page.Table(await StageAsync(stages, Quality, [Verdict]));
        page.Settled(TimeProvider.System.GetElapsedTime(started), known);

        var manifest = await operations.RunAsync(ReadManifestOperation.Route, new ReadManifestRequest(Dataset), NoProgress.Instance, cancellationToken);
        page.Manifest(manifest);
        await PlotAsync(entry, segments, cancellationToken);
        page.Next(data.Path, Dataset, segments[0]);
        if (keep)
        {
            page.Connect(url, Dataset, entry.Dataset.Value, segments[0]);
        }

        return true;

        async Task<IReadOnlyList<TableResponse>> StageAsync(IReadOnlyList<SegmentStages> at, string layer, string[] columns) =>
            await TablesAsync(at, layer, columns, cancellationToken);
    }

    /// <summary>Ends when every segment has the layer, or when the rules have nothing more to do.</summary>
    private async Task<IReadOnlyList<SegmentStages>> WaitForAsync(DatasetId dataset, string[] segments, string layer, CancellationToken cancellationToken)
    {
        while (true)
        {
            var position = models.Position;
            var stages = await SegmentStages.ReadAsync(store, dataset, segments, cancellationToken);
            if (stages.All(s => s.Layers.ContainsKey(layer)) || await models.Work.CountOpenAsync(dataset, cancellationToken) == 0)
            {
                await models.WaitForAsync(await store.HeadAsync(cancellationToken), cancellationToken);
                return stages;
            }

            await models.WaitForChangeAsync(position, cancellationToken);
        }
    }

    private async Task<IReadOnlyList<TableResponse>> TablesAsync(
        IReadOnlyList<SegmentStages> stages, string layer, string[] columns, CancellationToken cancellationToken)
    {
        var tables = new List<TableResponse>();
        foreach (var segment in stages.Where(s => s.Layers.ContainsKey(layer)))
        {
            var request = new ListSegmentsRequest(Dataset, $"{segment.Layers[layer].Position}", [segment.Segment]);
            var table = await operations.RunAsync(ListSegmentsOperation.Route, request, NoProgress.Instance, cancellationToken);
            string[] shown = ["rerun_segment_id", "rerun_layer_names", .. columns];
            tables.Add(table with { Columns = [.. shown.Select(name => table.Columns.First(c => c.Name == name))] });
        }

        return tables;
    }

    /// <summary>From the last arrival of one layer to the last arrival of the next, by the log's own times.</summary>
    private static TimeSpan? Took(IReadOnlyList<SegmentStages> stages, string from, string to)
    {
        long? Last(string layer) => stages.All(s => s.Layers.ContainsKey(layer)) ? stages.Max(s => s.Layers[layer].RecordedAtNs) : null;
        return Last(from) is { } start && Last(to) is { } end ? TimeSpan.FromMicroseconds((end - start) / 1_000.0) : null;
    }

    private async Task PlotAsync(DatasetEntry entry, string[] segments, CancellationToken cancellationToken)
    {
        var table = await operations.RunAsync(ListSegmentsOperation.Route, new ListSegmentsRequest(Dataset), NoProgress.Instance, cancellationToken);
        var rows = table.Rows.EnumerateArray().ToDictionary(r => r.GetProperty("rerun_segment_id").GetString()!, StringComparer.Ordinal);
        var reader = new TrackingErrorSeries(models, recordings);
        var plots = new List<SegmentPlot>();
        foreach (var segment in segments)
        {
            var values = await reader.ReadAsync(entry.Dataset, segment, cancellationToken);
            plots.Add(new(segment, values, Number(rows[segment], "mean"), Number(rows[segment], "p95"), Number(rows[segment], "max"), Good(rows[segment])));
        }

        page.Plots(plots, await ThresholdAsync(cancellationToken));
    }

    private async Task<double> ThresholdAsync(CancellationToken cancellationToken)
    {
        var rules = await operations.RunAsync(ListRulesOperation.Route, new ListRulesRequest(Dataset), NoProgress.Instance, cancellationToken);
        return rules.Rules.First(r => r.Layer == Quality).Parameters.GetProperty("threshold").GetDouble();
    }

    /// <summary>Properties are lists, of one value here.</summary>
    private static double? Number(JsonElement row, string statistic) =>
        row.TryGetProperty($"property:{TrackingError}:{statistic}", out var list) && list is { ValueKind: JsonValueKind.Array } && list.GetArrayLength() > 0 ? list[0].GetDouble() : null;

    private static bool? Good(JsonElement row) =>
        row.TryGetProperty(Verdict, out var list) && list is { ValueKind: JsonValueKind.Array } && list.GetArrayLength() > 0 ? list[0].GetBoolean() : null;
}

/// <param name="Good">Null: not told.</param>
internal sealed record SegmentPlot(string Segment, double[] Values, double? Mean, double? P95, double? Max, bool? Good);
