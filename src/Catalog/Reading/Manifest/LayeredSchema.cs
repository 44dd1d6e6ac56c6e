using Strata.Arrow;
using Strata.Rrd;

namespace Strata.Catalog.Reading;

/// <summary>The recording schema of a segment: that of its layer, or of several layers together. Source: catalog-protocol §2.12.</summary>
/// <param name="Stream">An Arrow IPC stream of the schema.</param>
/// <param name="Sha256">32 bytes.</param>
internal sealed record LayeredSchema(ReadOnlyMemory<byte> Stream, ReadOnlyMemory<byte> Sha256)
{
    /// <param name="layers">Each layer's schema and its hash, in the order of the layers; equal ones once.</param>
    public static LayeredSchema Of(IReadOnlyList<LayeredSchema> layers)
    {
        if (layers.Count == 1)
        {
            return layers[0];
        }

        var merged = layers.Select(l => Schema.FromIpcStream(l.Stream).WithMetadata(null)).Aggregate(Merge);
        return new(merged.ToIpcStream(), SorbetSchemaHash.Compute(merged));
    }

    /// <summary>The write side admits no field that conflicts with one of another layer; should there be one all the same, the first one stands.</summary>
    private static Schema Merge(Schema existing, Schema added)
    {
        if (SchemaMerge.TryMerge(existing, added, out var merged, out _))
        {
            return merged;
        }

        return added.FieldsList.Aggregate(existing, (schema, field) => SchemaMerge.TryMerge(schema, new Schema([field]), out var both, out _) ? both : schema);
    }
}
