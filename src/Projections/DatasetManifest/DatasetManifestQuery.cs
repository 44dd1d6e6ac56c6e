using Strata.Arrow;
using Strata.Contracts;
using Strata.Projections.Layers;

namespace Strata.Projections.DatasetManifest;

/// <summary>One row a layer. Source: catalog-protocol §2.10.</summary>
internal sealed class DatasetManifestQuery(ReadModels models) : IDatasetManifest
{
    private const string Done = "done";
    private const int Sha256Bytes = 32;

    private static readonly Field[] BaseFields =
    [
        new("rerun_layer_name", StringType.Default, nullable: false),
        new("rerun_segment_id", StringType.Default, nullable: false),
        new("rerun_storage_url", StringType.Default, nullable: false),
        new("rerun_layer_type", StringType.Default, nullable: false),
        new("rerun_registration_time", TimestampType.Nanosecond, nullable: false),
        new("rerun_last_updated_at", TimestampType.Nanosecond, nullable: false),
        new("rerun_num_chunks", UInt64Type.Default, nullable: true),
        new("rerun_size_bytes", UInt64Type.Default, nullable: true),
        new("rerun_schema_sha256", new FixedSizeBinaryType(Sha256Bytes), nullable: true),
        new("rerun_registration_status", StringType.Default, nullable: false),
    ];

    public Task<RecordBatch> ReadAsync(DatasetId dataset, TableQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        return models.QueryAsync(
            scope => Build(StoredLayers.Read(scope, dataset, query, cancellationToken), new PropertyTable(scope.Database), cancellationToken), cancellationToken);
    }

    private static RecordBatch Build(IReadOnlyList<StoredLayer> layers, PropertyTable properties, CancellationToken cancellationToken)
    {
        // Rerun refreshes the registration time when a layer is replaced (§2.6), so both times are those of the layer's current registration.
        var registered = TimestampArray.From(TimestampType.Nanosecond, [.. layers.Select(l => l.RecordedAtNs)]);
        var fields = new List<Field>(BaseFields);
        var columns = new List<IArrowArray>
        {
            StringArray.From([.. layers.Select(l => l.Layer)]),
            StringArray.From([.. layers.Select(l => l.Segment)]),
            StringArray.From([.. layers.Select(l => l.StorageUrl)]),
            StringArray.From([.. layers.Select(l => l.LayerType)]),
            registered,
            registered,
            UInt64Array.From([.. layers.Select(l => (ulong)l.ChunkCount)]),
            UInt64Array.From([.. layers.Select(l => (ulong)l.SizeBytes)]),
            FixedSizeBinaryArray.From(Sha256Bytes, [.. layers.SelectMany(l => l.SchemaSha256)]),
            StringArray.From([.. layers.Select(_ => Done)]),
        };
        foreach (var (field, values) in properties.Build(layers, [.. Enumerable.Range(0, layers.Count + 1)], cancellationToken))
        {
            fields.Add(field);
            columns.Add(values);
        }

        return new RecordBatch(new Schema(fields), columns, layers.Count);
    }
}
