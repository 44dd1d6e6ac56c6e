using Strata.Arrow;
using Strata.Contracts;
using Strata.Projections;
using Strata.Recordings;
using Strata.Rrd;

namespace Strata.Cli;

/// <summary>The tracking error of a segment, row by row, read from the derived layer as anybody would read it.</summary>
internal sealed class TrackingErrorSeries(IReadModels models, IRecordingStore recordings)
{
    private const string Layer = "tracking_error";
    private const string Entity = "/derived/tracking_error";
    private const string Component = "Scalars:scalars";

    /// <returns>In the order of the file; empty when the segment has no such layer.</returns>
    public async Task<double[]> ReadAsync(DatasetId dataset, string segment, CancellationToken cancellationToken)
    {
        var layers = await models.Chunks.ReadAsync(dataset, segment, asOf: null, cancellationToken);
        if (layers.FirstOrDefault(l => l.Layer == Layer) is not { } layer)
        {
            return [];
        }

        using var bytes = recordings.Open(layer.Kept);
        var reader = await RrdReader.OpenAsync(bytes, cancellationToken);
        var values = new List<double>();
        foreach (var store in reader.Contents.Recordings)
        {
            for (var i = 0; i < store.Manifest.Count; i++)
            {
                if (store.Manifest[i] is { IsStatic: false } entry && entry.EntityPath.ToString() == Entity)
                {
                    var chunk = await reader.ReadChunkAsync(entry, cancellationToken);
                    if (chunk.Component(Component)?.Lists.Values is DoubleArray scalars)
                    {
                        values.AddRange(scalars.Values);
                    }
                }
            }
        }

        return [.. values];
    }
}
