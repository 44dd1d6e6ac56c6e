using Strata.Contracts;
using Strata.Projections;

namespace Strata.EndToEnd.Tests;

/// <summary>What a dataset has come to, in lines that two catalogs can be compared by: all but times, positions, attempts and the order in which things came.</summary>
internal static class CatalogLines
{
    /// <summary>Columns of the tables that tell when, and in which order.</summary>
    private static readonly string[] Incidental = ["rerun_last_updated_at", "rerun_registration_time", "rerun_layer_names", "rerun_storage_urls"];

    public static async Task<IReadOnlyList<string>> OfAsync(StrataInProcess strata, string name, CancellationToken cancellationToken)
    {
        var dataset = (await strata.ReadModels.Entries.FindAsync(name, cancellationToken))!.Dataset;
        var segments = await strata.ReadModels.Segments.ReadAsync(dataset, new TableQuery(), cancellationToken);
        var manifest = await strata.ReadModels.Manifest.ReadAsync(dataset, new TableQuery(), cancellationToken);
        var schema = await strata.ReadModels.Schemas.ReadAsync(dataset, null, cancellationToken);
        var evaluations = await strata.ReadModels.Evaluations.ReadAsync(dataset, segment: null, asOf: null, cancellationToken);
        var standing = Standing(await strata.EventsAsync());
        return
        [
            .. Lines("segment column", GoldenText.Columns(segments.Schema)),
            .. Lines("segment", GoldenText.Rows(segments, Incidental)),
            .. Lines("manifest column", GoldenText.Columns(manifest.Schema)),
            .. Lines("manifest", GoldenText.Rows(manifest, Incidental)),
            .. Lines("schema", GoldenText.Columns(schema)),
            .. Lines("layer", standing.Values.Select(Layer)),
            .. Lines("evaluation", evaluations.Select(e => Outcome(e, standing.GetValueOrDefault((e.Segment, e.OutputLayer))))),
        ];
    }

    /// <summary>The layers that stand, from the log alone.</summary>
    public static Dictionary<(string Segment, string Layer), LayerRegistered> Standing(IEnumerable<EventStore.RecordedEvent> events)
    {
        var standing = new Dictionary<(string Segment, string Layer), LayerRegistered>();
        foreach (var recorded in events)
        {
            switch (recorded.Event)
            {
                case LayerRegistered layer:
                    standing[(layer.Segment, layer.Layer)] = layer;
                    break;
                case LayerUnregistered gone:
                    standing.Remove((gone.Segment, gone.Layer));
                    break;
                default:
                    break;
            }
        }

        return standing;
    }

    private static IEnumerable<string> Lines(string what, IEnumerable<string> lines) => lines.Order(StringComparer.Ordinal).Select(line => $"{what} {line}");

    private static string Layer(LayerRegistered layer) =>
        $"{layer.Segment} {layer.Layer} {layer.Origin} {layer.Fingerprint} {layer.FileSha256} {layer.Provenance?.Revision} {Inputs(layer.Provenance?.Inputs ?? [])}";

    private static string Outcome(EvaluationRow row, LayerRegistered? stands) => stands is { Origin: LayerOrigin.Given }
        ? $"{row.Segment} {row.Rule} {row.Revision} a given layer stands"
        : $"{row.Segment} {row.Rule} {row.Revision} {row.Outcome} {row.Reason} {row.Current} {row.OutputIsGone} {row.RowsUsed} {Inputs(row.Inputs)}";

    private static string Inputs(EquatableArray<DerivationInput> inputs) => string.Join(' ', inputs.Select(i => $"{i.Layer}={i.Fingerprint}"));
}
