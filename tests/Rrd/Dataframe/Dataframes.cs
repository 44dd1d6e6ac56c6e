using Strata.Arrow;
using Strata.Rrd.Dataframe;

namespace Strata.Rrd.Tests.Dataframe;

/// <summary>Short ways to ask files for rows.</summary>
internal static class Dataframes
{
    public static DataframeQuery On(string? index, bool fill = false, params string[] contents) => new()
    {
        Index = index,
        FillLatestAt = fill,
        Contents = contents.Length == 0 ? ContentExpressions.Everything : ContentExpressions.Parse(contents),
    };

    /// <summary>The segments of files that are registered together: segment id → layers in the order of the files.</summary>
    public static SortedDictionary<string, List<IDataframeLayer>> Segments(IEnumerable<RrdReader> readers)
    {
        var segments = new SortedDictionary<string, List<IDataframeLayer>>(StringComparer.Ordinal);
        foreach (var reader in readers)
        {
            foreach (var store in reader.Contents.Recordings.Where(store => store.Manifest.Count > 0))
            {
                segments.TryAdd(store.Id.RecordingId, []);
                segments[store.Id.RecordingId].Add(new RecordingLayer(reader, store));
            }
        }
        return segments;
    }

    public static DataframeSchema Schema(this SortedDictionary<string, List<IDataframeLayer>> segments, DataframeQuery query) =>
        DataframeSchema.Of(DataframeSchema.UnionOf(segments.Values.SelectMany(layers => layers).Select(layer => layer.Schema)), query);

    public static async Task<List<RecordBatch>> ReadAsync(this SortedDictionary<string, List<IDataframeLayer>> segments, DataframeQuery query)
    {
        var schema = segments.Schema(query);
        var batches = new List<RecordBatch>();
        foreach (var (segment, layers) in segments)
        {
            await foreach (var batch in new SegmentDataframe(segment, layers, schema).ReadAsync(TestContext.Current.CancellationToken))
            {
                batches.Add(batch);
            }
        }
        return batches;
    }

    /// <summary>Of one column, the canonical text of each row.</summary>
    public static List<string> Column(this IEnumerable<RecordBatch> batches, string name) =>
        [.. batches.Select(batch => batch.Column(name)).SelectMany(column => Enumerable.Range(0, column.Length).Select(row => CanonicalText.Of(column, row)))];

    public static async Task<RrdReader> OpenAsync(string file) => await Recording.OpenAsync(await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken));
}
