using Strata.Arrow;
using Strata.Projections.Layers;

namespace Strata.Projections.SegmentTable;

/// <summary>Folds the layers of each segment into one row. Source: catalog-protocol §2.9.</summary>
internal static class SegmentTableBuilder
{
    private static readonly Field Item = new("item", StringType.Default, nullable: false);

    private static readonly Field[] BaseFields =
    [
        new("rerun_segment_id", StringType.Default, nullable: false),
        new("rerun_layer_names", new ListType(Item), nullable: false),
        new("rerun_storage_urls", new ListType(Item), nullable: false),
        new("rerun_last_updated_at", TimestampType.Nanosecond, nullable: false),
        new("rerun_num_chunks", UInt64Type.Default, nullable: false),
        new("rerun_size_bytes", UInt64Type.Default, nullable: false),
    ];

    public static RecordBatch Build(IReadOnlyList<StoredLayer> layers, PropertyTable properties, CancellationToken cancellationToken)
    {
        var starts = SegmentStarts(layers);
        var segments = starts.Length - 1;
        var ids = new string[segments];
        var updated = new long[segments];
        var chunks = new ulong[segments];
        var sizes = new ulong[segments];
        var timelines = new TimelineColumns(segments);
        for (var row = 0; row < segments; row++)
        {
            ids[row] = layers[starts[row]].Segment;
            for (var i = starts[row]; i < starts[row + 1]; i++)
            {
                updated[row] = Math.Max(updated[row], layers[i].RecordedAtNs);
                chunks[row] += (ulong)layers[i].ChunkCount;
                sizes[row] += (ulong)layers[i].SizeBytes;
                timelines.Add(row, layers[i].IndexRanges);
            }
        }

        var fields = new List<Field>(BaseFields);
        var columns = new List<IArrowArray>
        {
            StringArray.From(ids),
            ListArray.From(Item, starts, StringArray.From([.. layers.Select(l => l.Layer)])),
            ListArray.From(Item, starts, StringArray.From([.. layers.Select(l => l.StorageUrl)])),
            TimestampArray.From(TimestampType.Nanosecond, updated),
            UInt64Array.From(chunks),
            UInt64Array.From(sizes),
        };
        foreach (var (field, values) in properties.Build(layers, starts, cancellationToken))
        {
            fields.Add(field);
            columns.Add(values);
        }

        timelines.AddTo(fields, columns);
        return new RecordBatch(new Schema(fields), columns, segments);
    }

    /// <summary>Where each segment's layers start, and the end of the last one.</summary>
    private static int[] SegmentStarts(IReadOnlyList<StoredLayer> layers)
    {
        var starts = new List<int>();
        for (var i = 0; i < layers.Count; i++)
        {
            if (i == 0 || layers[i].Segment != layers[i - 1].Segment)
            {
                starts.Add(i);
            }
        }

        starts.Add(layers.Count);
        return [.. starts];
    }
}
