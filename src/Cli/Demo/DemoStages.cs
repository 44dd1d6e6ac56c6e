using Strata.Contracts;
using Strata.Registrar;
using Strata.Web;

namespace Strata.Cli;

/// <summary>
/// What becomes of the samples, stage by stage, wherever the server runs. Each table is read as of when its stage was complete, segment by segment: derivations are
/// faster than eyes, and slowing them down to be seen would be a lie.
/// </summary>
internal sealed class DemoStages(IOperations operations, DemoPage page, IDemoServer server)
{
    internal const string Dataset = "sample_5";
    internal const string TrackingError = "tracking_error";
    internal const string Quality = "quality";
    internal const string Verdict = VerdictColumns.TrackingGood;
    private const string Base = "base";

    /// <returns>The segment to go on with; null when a sample could not be registered.</returns>
    public async Task<string?> ShowAsync(string samples, CancellationToken cancellationToken)
    {
        var started = TimeProvider.System.GetTimestamp();
        var answer = await operations.RunAsync(RegisterOperation.Route, DemoSamples.ToRegister(samples, wait: false), NoProgress.Instance, cancellationToken);
        var took = TimeProvider.System.GetElapsedTime(started);
        if (DemoSamples.Broken(answer) is { Count: > 0 } broken)
        {
            page.Broken(broken);
            return null;
        }

        var known = answer.Recordings.All(r => r.Status == RegistrationStatus.Known);
        var segments = answer.Recordings.Select(r => r.Segment!).Order(StringComparer.Ordinal).ToArray();
        page.Registered(answer.Recordings.Count, took, known);
        page.Table(await TablesAsync(await LayersAsync(cancellationToken), segments, Base, [], cancellationToken));

        await server.WaitForLayerAsync(segments, TrackingError, cancellationToken);
        var layers = await LayersAsync(cancellationToken);
        page.Derived("tracking error", $"|command − observation| of each row is a new layer, '{TrackingError}'", Presence.Of(layers, segments, TrackingError), StandingLayer.Took(layers, segments, Base, TrackingError), known);
        page.Table(await TablesAsync(layers, segments, TrackingError, [], cancellationToken));

        await server.WaitForLayerAsync(segments, Quality, cancellationToken);
        layers = await LayersAsync(cancellationToken);
        page.Derived("quality", "its mean against the threshold is a property of another one", Presence.Of(layers, segments, Quality), StandingLayer.Took(layers, segments, TrackingError, Quality), known);
        page.Table(await TablesAsync(layers, segments, Quality, [Verdict], cancellationToken));
        page.Settled(TimeProvider.System.GetElapsedTime(started), known);

        page.Manifest(await ManifestAsync(cancellationToken));
        await new DemoPlots(operations, page, segment => SeriesAsync(layers, segment, cancellationToken)).ShowAsync(segments, cancellationToken);
        return segments[0];
    }

    private async Task<IReadOnlyList<StandingLayer>> LayersAsync(CancellationToken cancellationToken) => StandingLayer.Of(await ManifestAsync(cancellationToken));

    private Task<TableResponse> ManifestAsync(CancellationToken cancellationToken) =>
        operations.RunAsync(ReadManifestOperation.Route, new ReadManifestRequest(Dataset), NoProgress.Instance, cancellationToken);

    private async Task<IReadOnlyList<TableResponse>> TablesAsync(
        IReadOnlyList<StandingLayer> layers, string[] segments, string name, string[] columns, CancellationToken cancellationToken)
    {
        var tables = new List<TableResponse>();
        foreach (var layer in layers.Where(l => l.Layer == name && segments.Contains(l.Segment)).OrderBy(l => l.Segment, StringComparer.Ordinal))
        {
            var request = new ListSegmentsRequest(Dataset, layer.AsOf, [layer.Segment]);
            var table = await operations.RunAsync(ListSegmentsOperation.Route, request, NoProgress.Instance, cancellationToken);
            string[] shown = ["rerun_segment_id", "rerun_layer_names", .. columns];
            tables.Add(table with { Columns = [.. shown.Select(column => table.Columns.First(c => c.Name == column))] });
        }

        return tables;
    }

    private async Task<double[]?> SeriesAsync(IReadOnlyList<StandingLayer> layers, string segment, CancellationToken cancellationToken) =>
        layers.FirstOrDefault(l => l.Segment == segment && l.Layer == TrackingError) is { } layer ? await server.ReadTrackingErrorAsync(layer, cancellationToken) : null;
}

/// <summary>What the demo does differently in its own server and beside a running one.</summary>
internal interface IDemoServer
{
    /// <summary>Ends when every segment has the layer, or when the rules have nothing more to do.</summary>
    Task WaitForLayerAsync(IReadOnlyList<string> segments, string layer, CancellationToken cancellationToken);

    /// <returns>In the order of the file.</returns>
    Task<double[]> ReadTrackingErrorAsync(StandingLayer layer, CancellationToken cancellationToken);
}
