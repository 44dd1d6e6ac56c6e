using System.Buffers;
using Strata.Contracts;
using Strata.Projections.Storage;

namespace Strata.Projections.Layers;

/// <summary>
/// The schemas of property batches, each once: the episodes of one robot share it, and with the first batch as a template the others shrink to their values.
/// Numbered in the order of the log, which is also the order of the property columns in tables.
/// </summary>
internal sealed class PropertySchemaRows(SqliteDatabase database)
{
    public static readonly TableDefinition Table = new(
        "property_schemas",
        """
        CREATE TABLE property_schemas (
            id INTEGER PRIMARY KEY, from_position INTEGER NOT NULL, to_position INTEGER NOT NULL,
            sha256 BLOB NOT NULL, schema_message BLOB NOT NULL, template BLOB NOT NULL);
        CREATE UNIQUE INDEX property_schemas_by_hash ON property_schemas (sha256);
        """,
        "id");

    /// <summary>A fleet has tens; recordings that invent property names must not fill the memory.</summary>
    private const int RememberedSchemas = 256;

    private readonly Statement _insert = database.Prepare("INSERT INTO property_schemas VALUES (?1, ?2, ?3, ?4, ?5, ?6)");
    private readonly Statement _find = database.Prepare("SELECT id, template FROM property_schemas WHERE sha256 = ?1");
    private readonly Dictionary<byte[], PropertySchema> _remembered = new(ByteContent.Comparer);
    private readonly ArrayBufferWriter<byte> _delta = new();
    private long _last = database.ReadInt64("SELECT coalesce(max(id), 0) FROM property_schemas");

    /// <summary>Takes an Arrow IPC stream of one row apart into its schema and what is its own. Source: rrd-format §3.3.</summary>
    /// <returns>The schema's number and the batch as a <see cref="BatchDelta"/>, valid until the next call.</returns>
    public (long Schema, ReadOnlyMemory<byte> Delta) Reduce(ReadOnlySpan<byte> stream, long position)
    {
        var parts = PropertyStream.Of(stream);
        var schema = Find(parts.Schema, parts.Batch, position);
        _delta.ResetWrittenCount();
        BatchDelta.Encode(parts.Batch, schema.Template, _delta);
        return (schema.Id, _delta.WrittenMemory);
    }

    private PropertySchema Find(ReadOnlySpan<byte> message, ReadOnlySpan<byte> batch, long position)
    {
        if (_remembered.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(message, out var schema))
        {
            return schema;
        }

        var hash = Sha256Digest.Of(message);
        if (_find.Bind(1, hash).Step())
        {
            schema = new(_find.Int64(0), _find.Bytes(1).ToArray());
            _find.Reset();
        }
        else
        {
            schema = new(++_last, batch.ToArray());
            _insert.Bind(1, schema.Id).Bind(2, position).Bind(3, Temporal.Standing).Bind(4, hash).Bind(5, message).Bind(6, batch).Run();
        }

        if (_remembered.Count >= RememberedSchemas)
        {
            _remembered.Clear();
        }

        _remembered.Add(message.ToArray(), schema);
        return schema;
    }

    private sealed record PropertySchema(long Id, byte[] Template);
}
