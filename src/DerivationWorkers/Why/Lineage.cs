using Strata.Contracts;
using Strata.EventStore;

namespace Strata.DerivationWorkers;

/// <summary>What a layer was made from, and what was made from it: <c>strata why … --inputs</c>. A pure function of the segment's stream.</summary>
public static class Lineage
{
    /// <param name="layer">Null: all current layers.</param>
    public static IReadOnlyList<LineageRow> Of(IReadOnlyList<RecordedEvent> segmentEvents, string? layer)
    {
        var segment = SegmentHistory.Of(segmentEvents);
        var rows = new List<LineageRow>();
        foreach (var start in segment.Current.Where(r => layer is null || r.Layer.Layer == layer))
        {
            rows.Add(Row(start.Layer.Layer, LineageDirections.Self, 0, start, segment));
            AddUpwards(rows, start.Layer.Layer, start, 1, segment);
            AddDownwards(rows, start.Layer.Layer, start, 1, segment);
        }

        return rows;
    }

    private static void AddUpwards(List<LineageRow> rows, string of, LayerRecord made, int depth, SegmentHistory segment)
    {
        foreach (var input in made.Layer.Provenance?.Inputs ?? [])
        {
            if (segment.FindContent(input) is { } source)
            {
                rows.Add(Row(of, LineageDirections.Upwards, depth, source, segment));
                AddUpwards(rows, of, source, depth + 1, segment);
            }
            else
            {
                rows.Add(new(of, LineageDirections.Upwards, depth, input.Layer, input.Fingerprint, null, null, null, null, null, null, null, false));
            }
        }
    }

    private static void AddDownwards(List<LineageRow> rows, string of, LayerRecord source, int depth, SegmentHistory segment)
    {
        var input = new DerivationInput(source.Layer.Layer, source.Layer.Fingerprint);
        foreach (var made in segment.Current.Where(r => r.Layer.Provenance?.Inputs.Items.Contains(input) == true))
        {
            rows.Add(Row(of, LineageDirections.Downwards, depth, made, segment));
            AddDownwards(rows, of, made, depth + 1, segment);
        }
    }

    private static LineageRow Row(string of, string direction, int depth, LayerRecord record, SegmentHistory segment)
    {
        var (layer, provenance) = (record.Layer, record.Layer.Provenance);
        return new(
            of, direction, depth, layer.Layer, layer.Fingerprint, record.Position, layer.StorageUrl, provenance?.Rule, provenance?.Revision,
            provenance?.Deriver, provenance?.DeriverVersion, provenance?.Parameters, segment.Find(layer.Layer)?.Layer.Fingerprint == layer.Fingerprint);
    }
}

/// <param name="Of">The layer whose lineage this is.</param>
/// <param name="Direction">One of <see cref="LineageDirections"/>.</param>
/// <param name="Depth">Steps of derivation away from <paramref name="Of"/>.</param>
/// <param name="Position">Null when the log of this segment never had that content.</param>
/// <param name="Rule">Null for a given layer, as are all that describe a derivation.</param>
/// <param name="Current">Whether this content still stands under its name.</param>
public sealed record LineageRow(
    string Of,
    string Direction,
    int Depth,
    string Layer,
    Sha256Digest Fingerprint,
    long? Position,
    string? StorageUrl,
    string? Rule,
    int? Revision,
    string? Deriver,
    int? DeriverVersion,
    CanonicalJson? Parameters,
    bool Current);

public static class LineageDirections
{
    public const string Self = "self";

    /// <summary>What it was made from.</summary>
    public const string Upwards = "upwards";

    /// <summary>What was made from it.</summary>
    public const string Downwards = "downwards";
}
