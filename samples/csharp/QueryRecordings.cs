using Strata.Arrow;
using Strata.Rrd;
using Strata.Rrd.Dataframe;

namespace RecordingSamples;

public static class QueryRecordings
{
    /// <summary>Rows of one segment: the recordings of these files are its layers.</summary>
    public static async Task<List<RecordBatch>> RowsAsync(IReadOnlyList<RrdReader> files, string index, CancellationToken cancellationToken)
    {
        var layers = files.SelectMany(reader => reader.Contents.Recordings.Select(store => new RecordingLayer(reader, store))).ToList<IDataframeLayer>();
        var query = new DataframeQuery
        {
            Index = index,
            Contents = ContentExpressions.Parse(["/arm/**", "/camera/**"]),
            FillLatestAt = true,
        };
        var schema = DataframeSchema.Of(DataframeSchema.UnionOf(layers.Select(layer => layer.Schema)), query);

        var batches = new List<RecordBatch>();
        await foreach (var batch in new SegmentDataframe("episode_8", layers, schema).ReadAsync(cancellationToken))
        {
            batches.Add(batch);
        }

        return batches;
    }
}
