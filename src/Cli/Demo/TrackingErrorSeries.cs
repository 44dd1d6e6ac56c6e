using Strata.Arrow;
using Strata.Rrd;

namespace Strata.Cli;

/// <summary>The tracking error of a segment, row by row, read from its layer as anybody would read it.</summary>
internal static class TrackingErrorSeries
{
    private const string Entity = "/derived/tracking_error";
    private const string Component = "Scalars:scalars";

    /// <returns>In the order of the file.</returns>
    public static async Task<double[]> ReadAsync(IRandomAccessBytes bytes, CancellationToken cancellationToken)
    {
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
