using System.Buffers;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Strata.Arrow;
using Strata.Projections.Layers.Reading;

namespace Strata.Projections.DatasetManifest;

/// <summary>One row a layer. Source: catalog-protocol §2.10.</summary>
internal sealed class DatasetManifestBuilder : TableBuilder
{
    private readonly TableColumns _columns;
    private readonly PropertyCells _properties;
    private readonly TextColumn _layers = new();
    private readonly TextColumn _segments = new();
    private readonly TextColumn _urls = new();
    private readonly TextColumn _types = new();
    private readonly TextColumn _statuses = new();
    private readonly ArrayBufferWriter<byte> _schemas = new();
    private readonly List<long> _registered = [];
    private readonly List<ulong> _chunks = [];
    private readonly List<ulong> _sizes = [];
    private int _rows;

    public DatasetManifestBuilder(TableColumns columns)
    {
        _columns = columns;
        _properties = new(columns);
        Parts = LayerParts.Facts
            | (columns.IsPicked((int)Own.Url) ? LayerParts.Urls : LayerParts.None)
            | (_properties.IsAny ? LayerParts.Properties : LayerParts.None);
    }

    private enum Own
    {
        Layer,
        Segment,
        Url,
        Type,
        Registered,
        Updated,
        Chunks,
        Size,
        Schema,
        Status,
    }

    /// <summary>In the order of <see cref="Own"/>.</summary>
    public static IReadOnlyList<Field> OwnFields { get; } =
    [
        new("rerun_layer_name", StringType.Default, nullable: false),
        new("rerun_segment_id", StringType.Default, nullable: false),
        new("rerun_storage_url", StringType.Default, nullable: false),
        new("rerun_layer_type", StringType.Default, nullable: false),
        new("rerun_registration_time", TimestampType.Nanosecond, nullable: false),
        new("rerun_last_updated_at", TimestampType.Nanosecond, nullable: false),
        new("rerun_num_chunks", UInt64Type.Default, nullable: true),
        new("rerun_size_bytes", UInt64Type.Default, nullable: true),
        new("rerun_schema_sha256", new FixedSizeBinaryType(SHA256.HashSizeInBytes), nullable: true),
        new("rerun_registration_status", StringType.Default, nullable: false),
    ];

    public override LayerParts Parts { get; }

    public override void Add(LayerPage page, CancellationToken cancellationToken)
    {
        for (var i = 0; i < page.Rows.Length; i++)
        {
            ref readonly var row = ref page.Rows[i];
            _rows++;
            _layers.Add(page[row.Layer]);
            _segments.Add(page[row.Segment]);
            _types.Add(page[row.Type]);
            _statuses.Add("done"u8);
            _registered.Add(row.RecordedAtNs);
            _chunks.Add((ulong)row.ChunkCount);
            _sizes.Add((ulong)row.SizeBytes);
            _schemas.Write(page[row.Schema]);
            if (Parts.HasFlag(LayerParts.Urls))
            {
                _urls.Add(page[row.Url]);
            }

            if (_properties.IsAny)
            {
                cancellationToken.ThrowIfCancellationRequested();
                _properties.AddRow(page, i, i + 1);
            }
        }
    }

    public override RecordBatch Finish() => _columns.ToBatch(_rows, column => column switch
    {
        (int)Own.Layer => _layers.Finish(),
        (int)Own.Segment => _segments.Finish(),
        (int)Own.Url => _urls.Finish(),
        (int)Own.Type => _types.Finish(),

        // Rerun refreshes the registration time when a layer is replaced (§2.6), so both times are those of the layer's current registration.
        (int)Own.Registered or (int)Own.Updated => TimestampArray.From(TimestampType.Nanosecond, CollectionsMarshal.AsSpan(_registered)),
        (int)Own.Chunks => UInt64Array.From(CollectionsMarshal.AsSpan(_chunks)),
        (int)Own.Size => UInt64Array.From(CollectionsMarshal.AsSpan(_sizes)),
        (int)Own.Schema => FixedSizeBinaryArray.From(SHA256.HashSizeInBytes, _schemas.WrittenSpan),
        (int)Own.Status => _statuses.Finish(),
        _ => _properties.Finish(column - _columns.FirstProperty),
    });
}
