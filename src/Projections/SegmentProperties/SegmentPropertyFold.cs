using Strata.Contracts;
using Strata.Projections.Folding;
using Strata.Projections.Layers;

namespace Strata.Projections.SegmentProperties;

/// <summary>Properties that people and clients give to segments.</summary>
internal sealed class SegmentPropertyFold(DatasetStates datasets, SegmentPropertyRows rows, PropertySchemaRows schemas, LayerShapeRows shapes)
{
    public void OnSet(long position, SegmentPropertiesSet set, FoldBatch batch)
    {
        var dataset = datasets[set.Dataset].Key;
        if (batch.Purged.Covers(set.Dataset, set.Segment, position))
        {
            rows.Insert(dataset, position, set, null, default);
            return;
        }

        var content = batch.Blobs.TryGetValue(set.PropertiesBlob, out var found)
            ? found
            : throw new FoldException($"segment '{set.Segment}': the blob {set.PropertiesBlob} of its properties is not in the log; verify the log, or restore it");
        if (TagColumns.Of(content) is not { } tags)
        {
            rows.Insert(dataset, position, set, null, default);
            return;
        }

        var (schema, delta) = schemas.Reduce(tags, position);
        rows.Insert(dataset, position, set, shapes.Of(schema, [], position), delta.Span);
    }

    public void OnRemoved(long position, SegmentPropertiesRemoved removed) => rows.Close(datasets[removed.Dataset].Key, position, removed.Segment);
}
