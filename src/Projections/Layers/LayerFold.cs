using Strata.Contracts;
using Strata.EventStore;
using Strata.Projections.DatasetSchema;
using Strata.Projections.Folding;
using Strata.Projections.WorkList;

namespace Strata.Projections.Layers;

/// <summary>The tables that a layer's coming and going changes itself.</summary>
/// <param name="Schemas">Which recording schemas the dataset holds.</param>
/// <param name="Shapes">What columns its properties and indexes make.</param>
internal sealed record LayerTables(LayerRows Layers, PropertySchemaRows PropertySchemas, LayerShapeRows LayerShapes, SchemaRows Schemas, DatasetShapeRows Shapes, EvaluationRows Evaluations);

/// <summary>Which layers stand, and what that means for schemas and rules.</summary>
internal sealed class LayerFold(DatasetStates datasets, SegmentStates segments, LayerTables tables, WorkFold work, EvaluationFold evaluations)
{
    public void OnRegistered(RecordedEvent recorded, LayerRegistered layer, FoldBatch batch)
    {
        var (position, at) = (recorded.Position, recorded.RecordedAtNs);
        var dataset = datasets[layer.Dataset];
        var segment = segments.Get(dataset, layer.Segment, fresh: recorded.Version == 1);
        var before = segment.FindLayer(layer.Layer);
        if (before is not null)
        {
            tables.Layers.Close(before.Position, position);
            segment.Layers.Remove(before);
        }

        long shape;
        if (batch.PropertiesOf(layer, position) is { } content)
        {
            var (schema, delta) = tables.PropertySchemas.Reduce(content.Span, position);
            shape = tables.LayerShapes.Of(schema, layer.IndexRanges, position);
            tables.Layers.Insert(position, at, dataset.Key, layer, shape, delta.Span);
        }
        else
        {
            shape = tables.LayerShapes.Of(null, layer.IndexRanges, position);
            tables.Layers.Insert(position, at, dataset.Key, layer, shape, default);
        }

        // The new layer holds its schema before the old one lets go: a replacement of the same schema keeps its place in the dataset's columns.
        tables.Schemas.Hold(dataset, position, layer.SchemaSha256, layer.SchemaBlob);
        tables.Shapes.Hold(dataset, position, shape);
        if (before is not null)
        {
            LetGo(dataset, position, before);
        }

        segment.Layers.Add(new(layer.Layer, position, layer.Fingerprint, layer.Origin, layer.SchemaSha256, shape));
        datasets.Touch(dataset, position, at);
        if (dataset.HadRules)
        {
            work.OnLayerRegistered(dataset, segment, position, layer, before?.Fingerprint);
        }

        if (before is not null)
        {
            LetIn(dataset, position, before);
        }
    }

    public void OnUnregistered(long position, long at, LayerUnregistered layer)
    {
        var dataset = datasets[layer.Dataset];
        var segment = segments.Get(dataset, layer.Segment);
        var removed = segment.FindLayer(layer.Layer)
            ?? throw new FoldException($"segment '{layer.Segment}': layer '{layer.Layer}' is unregistered, but it does not stand");
        tables.Layers.Close(removed.Position, position);
        LetGo(dataset, position, removed);
        segment.Layers.Remove(removed);
        datasets.Touch(dataset, position, at);
        if (layer.Reason == SkipReasons.YieldedSchema)
        {
            evaluations.OnYielded(dataset, segment, position, at, layer);
        }

        work.OnLayerUnregistered(dataset, segment, position, layer.Segment, removed);
        LetIn(dataset, position, removed);
    }

    private void LetGo(DatasetState dataset, long position, LayerState layer)
    {
        tables.Shapes.Release(dataset, position, layer.Shape);
        tables.Schemas.Release(dataset, position, layer.Schema);
    }

    /// <summary>Asked only when the last holder of a given layer's schema goes: a thousand layers of one schema that are unregistered together ask once.</summary>
    private void LetIn(DatasetState dataset, long position, LayerState gone)
    {
        if (gone.Origin == LayerOrigin.Given && dataset.Rules.Count > 0 && !dataset.Schemas.ContainsKey(gone.Schema))
        {
            work.OnSchemaGone(dataset, segments, position, tables.Evaluations.KeptOut(dataset.Key));
        }
    }
}
