using Strata.Contracts;
using Strata.Projections.Storage;

namespace Strata.Projections.Layers;

/// <summary>The layers that stood in a dataset at one position, sorted by (segment id, registration time, layer name).</summary>
internal static class StoredLayers
{
    private const int CancellationStride = 1_024;

    private const string Select =
        """
        SELECT segment, layer, layer_type, storage_url, size_bytes, chunk_count, schema_sha256, index_ranges, recorded_at_ns, property_schema, properties
        FROM layers WHERE dataset = ?1 AND from_position <= ?2 AND to_position > ?2
        """;

    public static IReadOnlyList<StoredLayer> Read(ReadScope scope, DatasetId dataset, TableQuery query, CancellationToken cancellationToken)
    {
        var stored = new List<StoredLayer>();
        var asOf = query.AsOf ?? Temporal.Now;
        if (scope.FindDataset(dataset, asOf) is not { } key)
        {
            return stored;
        }

        if (query.Segments is null)
        {
            scope.Database.MapFile(true);
            Add(stored, scope.Database.Prepare(Select + " ORDER BY segment").Bind(1, key).Bind(2, asOf), cancellationToken);
        }
        else
        {
            var rows = scope.Database.Prepare(Select + " AND segment = ?3").Bind(1, key).Bind(2, asOf);
            foreach (var segment in query.Segments.Distinct(StringComparer.Ordinal))
            {
                Add(stored, rows.Bind(3, segment), cancellationToken);
            }
        }

        stored.Sort(Compare);
        return stored;
    }

    private static int Compare(StoredLayer a, StoredLayer b)
    {
        var bySegment = string.CompareOrdinal(a.Segment, b.Segment);
        return bySegment != 0 ? bySegment : LayerOrder.Compare(a.RecordedAtNs, a.Layer, b.RecordedAtNs, b.Layer);
    }

    private static void Add(List<StoredLayer> layers, Statement rows, CancellationToken cancellationToken)
    {
        try
        {
            while (rows.Step())
            {
                if (layers.Count % CancellationStride == 0)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                }

                layers.Add(new(
                    rows.Text(0), rows.Text(1), rows.Text(2), rows.Text(3), rows.Int64(4), rows.Int64(5), rows.Bytes(6).ToArray(), rows.Bytes(7).ToArray(),
                    rows.Int64(8), rows.Int64OrNull(9), rows.Bytes(10).ToArray()));
            }
        }
        finally
        {
            rows.Reset();
        }
    }
}

/// <param name="PropertySchema">Null when the layer has no properties.</param>
/// <param name="Properties">A <see cref="BatchDelta"/>.</param>
internal sealed record StoredLayer(
    string Segment,
    string Layer,
    string LayerType,
    string StorageUrl,
    long SizeBytes,
    long ChunkCount,
    byte[] SchemaSha256,
    byte[] IndexRanges,
    long RecordedAtNs,
    long? PropertySchema,
    byte[] Properties);
