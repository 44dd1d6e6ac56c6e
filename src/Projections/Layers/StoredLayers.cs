using Strata.Arrow;
using Strata.Contracts;
using Strata.Projections.Storage;

namespace Strata.Projections.Layers;

/// <summary>The layers that stood in a dataset at one position, sorted by (segment id, registration time, layer name), with their properties.</summary>
internal sealed class StoredLayers
{
    private const int CancellationStride = 1_024;

    private const string Select =
        """
        SELECT segment, layer, layer_type, storage_url, size_bytes, chunk_count, schema_sha256, index_ranges, recorded_at_ns, property_schema, properties
        FROM layers WHERE dataset = ?1 AND from_position <= ?2 AND to_position > ?2
        """;

    private readonly List<StoredLayer> _layers = [];
    private readonly PropertyBatches _properties;

    private StoredLayers(ReadScope scope) => _properties = new PropertyBatches(scope.Database);

    public IReadOnlyList<StoredLayer> Layers => _layers;

    public static StoredLayers Read(ReadScope scope, DatasetId dataset, TableQuery query, CancellationToken cancellationToken)
    {
        var stored = new StoredLayers(scope);
        if (scope.FindDataset(dataset) is not { } key)
        {
            return stored;
        }

        var asOf = Math.Min(query.AsOf ?? scope.Position, scope.Position);
        if (query.Segments is null)
        {
            stored.Add(scope.Database.Prepare(Select + " ORDER BY segment").Bind(1, key).Bind(2, asOf), cancellationToken);
        }
        else
        {
            var rows = scope.Database.Prepare(Select + " AND segment = ?3").Bind(1, key).Bind(2, asOf);
            foreach (var segment in query.Segments.Distinct(StringComparer.Ordinal))
            {
                stored.Add(rows.Bind(3, segment), cancellationToken);
            }
        }

        stored._layers.Sort(Compare);
        return stored;
    }

    /// <summary>The property columns of all layers and, for each, its cell in each layer (null: none).</summary>
    public IReadOnlyList<PropertyColumn> DecodeProperties(CancellationToken cancellationToken) => _properties.Decode(cancellationToken);

    private static int Compare(StoredLayer a, StoredLayer b)
    {
        var bySegment = string.CompareOrdinal(a.Segment, b.Segment);
        return bySegment != 0 ? bySegment : LayerOrder.Compare(a.RecordedAtNs, a.Layer, b.RecordedAtNs, b.Layer);
    }

    private void Add(Statement rows, CancellationToken cancellationToken)
    {
        try
        {
            while (rows.Step())
            {
                if (_layers.Count % CancellationStride == 0)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                }

                _layers.Add(new(
                    rows.Text(0), rows.Text(1), rows.Text(2), rows.Text(3), rows.Int64(4), rows.Int64(5), rows.Bytes(6).ToArray(), rows.Bytes(7).ToArray(),
                    rows.Int64(8), rows.IsNull(9) ? -1 : _properties.Add(rows.Int64(9), rows.Bytes(10))));
            }
        }
        finally
        {
            rows.Reset();
        }
    }
}

/// <param name="Properties">Ordinal of its property batch, or -1 when it has none.</param>
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
    int Properties);

/// <param name="Cells">By ordinal of the property batch: an array of one value, or null.</param>
internal sealed record PropertyColumn(Field Field, IArrowArray?[] Cells);
