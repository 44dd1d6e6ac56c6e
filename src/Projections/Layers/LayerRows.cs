using System.Buffers;
using Strata.Contracts;
using Strata.Projections.Folding;
using Strata.Projections.Storage;

namespace Strata.Projections.Layers;

/// <summary>
/// One row a registration of a layer, named by its position. Segment table, dataset manifest and chunk index are queries over these rows:
/// three tables of their own would hold the same facts three times and make each registration three rows. The index alone answers which segments there are.
/// </summary>
internal sealed class LayerRows(SqliteDatabase database)
{
    public static readonly TableDefinition Table = new(
        "layers",
        """
        CREATE TABLE layers (
            from_position INTEGER PRIMARY KEY, to_position INTEGER NOT NULL,
            dataset INTEGER NOT NULL, segment TEXT NOT NULL, layer TEXT NOT NULL, layer_type TEXT NOT NULL, application_id TEXT NOT NULL, storage_url TEXT NOT NULL,
            kept_mode INTEGER NOT NULL, kept_location TEXT NOT NULL, kept_modified_at_ns INTEGER, kept_tail_sha256 BLOB,
            size_bytes INTEGER NOT NULL, fingerprint BLOB NOT NULL, chunk_count INTEGER NOT NULL, schema_sha256 BLOB NOT NULL, chunk_index_blob BLOB NOT NULL,
            shape INTEGER NOT NULL, times BLOB NOT NULL, properties BLOB, recorded_at_ns INTEGER NOT NULL, origin INTEGER NOT NULL,
            deriver_version INTEGER);
        CREATE INDEX layers_by_segment ON layers (dataset, segment, to_position);
        """,
        "from_position");

    private readonly Statement _insert = database.Prepare(
        "INSERT INTO layers VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23)");

    private readonly ArrayBufferWriter<byte> _times = new();

    private readonly Statement _close = database.Prepare("UPDATE layers SET to_position = ?2 WHERE from_position = ?1");

    private const string State = "layer, from_position, fingerprint, origin, schema_sha256, shape";

    private readonly Statement _current = database.Prepare($"SELECT {State} FROM layers WHERE dataset = ?1 AND segment = ?2 AND {Temporal.StandingSql}");

    /// <param name="shape">Of <see cref="LayerShapeRows"/>.</param>
    /// <param name="properties">A <see cref="BatchDelta"/>, or empty when the layer has no properties.</param>
    public void Insert(long position, long recordedAtNs, long dataset, LayerRegistered layer, long shape, ReadOnlySpan<byte> properties)
    {
        _times.ResetWrittenCount();
        ByteColumns.WriteTimes(_times, layer.IndexRanges);
        _insert.Bind(1, position).Bind(2, Temporal.Standing).Bind(3, dataset).Bind(4, layer.Segment).Bind(5, layer.Layer).Bind(6, layer.LayerType)
            .Bind(7, layer.ApplicationId).Bind(8, layer.StorageUrl);
        KeptBytesColumns.Bind(_insert, 9, layer.Kept);
        _insert.Bind(13, layer.SizeBytes).Bind(14, layer.Fingerprint).Bind(15, layer.ChunkCount).Bind(16, layer.SchemaSha256).Bind(17, layer.ChunkIndexBlob)
            .Bind(18, shape).Bind(19, _times.WrittenSpan);
        if (properties.IsEmpty)
        {
            _insert.BindNull(20);
        }
        else
        {
            _insert.Bind(20, properties);
        }

        _insert.Bind(21, recordedAtNs).Bind(22, (long)layer.Origin).Bind(23, layer.Provenance?.DeriverVersion).Run();
    }

    public void Close(long fromPosition, long position) => _close.Bind(1, fromPosition).Bind(2, position).Run();

    public void LoadCurrent(long dataset, string segment, List<LayerState> layers)
    {
        _current.Bind(1, dataset).Bind(2, segment);
        while (_current.Step())
        {
            layers.Add(Read(_current));
        }
    }

    private static LayerState Read(Statement row) => new(row.Text(0), row.Int64(1), row.Digest(2), (LayerOrigin)row.Int64(3), row.Digest(4), row.Int64(5));
}
