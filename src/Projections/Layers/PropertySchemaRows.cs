using System.Buffers.Binary;
using Strata.Contracts;
using Strata.Projections.Folding;
using Strata.Projections.Storage;

namespace Strata.Projections.Layers;

/// <summary>
/// The schema messages of property batches, each once: the episodes of one robot share it, and without it a layer's properties take a third of the room.
/// Numbered in the order of the log, which is also the order of the property columns in tables.
/// </summary>
internal sealed class PropertySchemaRows(SqliteDatabase database)
{
    public static readonly TableDefinition Table = new(
        "property_schemas",
        """
        CREATE TABLE property_schemas (
            id INTEGER PRIMARY KEY, from_position INTEGER NOT NULL, to_position INTEGER NOT NULL, sha256 BLOB NOT NULL, schema_message BLOB NOT NULL);
        CREATE UNIQUE INDEX property_schemas_by_hash ON property_schemas (sha256);
        """,
        "id");

    /// <summary>A fleet has tens; recordings that invent property names must not fill the memory.</summary>
    private const int RememberedSchemas = 256;

    private const int ContinuationBytes = 4;
    private const int PrefixBytes = 8;

    private readonly Statement _insert = database.Prepare("INSERT INTO property_schemas VALUES (?1, ?2, ?3, ?4, ?5)");
    private readonly Statement _find = database.Prepare("SELECT id FROM property_schemas WHERE sha256 = ?1");
    private readonly Dictionary<byte[], long> _remembered = new(ByteContent.Comparer);
    private long _last = database.ReadInt64("SELECT coalesce(max(id), 0) FROM property_schemas");

    /// <summary>Splits an Arrow IPC stream into its schema message, kept once, and the messages after it without the end marker. Source: rrd-format §3.3.</summary>
    public (long Schema, ReadOnlyMemory<byte> Messages) Split(ReadOnlyMemory<byte> stream, long position)
    {
        var bytes = stream.Span;
        if (bytes.Length < PrefixBytes || BinaryPrimitives.ReadUInt32LittleEndian(bytes) != uint.MaxValue
            || BinaryPrimitives.ReadInt32LittleEndian(bytes[ContinuationBytes..]) is var length && (length <= 0 || length > bytes.Length - PrefixBytes))
        {
            throw new FoldException($"property batch: expected an Arrow IPC stream that starts with a schema message, found {bytes.Length} bytes that do not");
        }

        var end = PrefixBytes + BinaryPrimitives.ReadInt32LittleEndian(bytes[ContinuationBytes..]);
        var rest = stream[end..];
        while (rest.Length >= PrefixBytes && BinaryPrimitives.ReadUInt64LittleEndian(rest.Span[^PrefixBytes..]) == uint.MaxValue)
        {
            rest = rest[..^PrefixBytes];
        }

        return (IdOf(bytes[..end], position), rest);
    }

    private long IdOf(ReadOnlySpan<byte> message, long position)
    {
        var bySpan = _remembered.GetAlternateLookup<ReadOnlySpan<byte>>();
        if (bySpan.TryGetValue(message, out var id))
        {
            return id;
        }

        var hash = Sha256Digest.Of(message);
        if (_find.Bind(1, hash).Step())
        {
            id = _find.Int64(0);
            _find.Reset();
        }
        else
        {
            id = ++_last;
            _insert.Bind(1, id).Bind(2, position).Bind(3, Temporal.Standing).Bind(4, hash).Bind(5, message).Run();
        }

        if (_remembered.Count >= RememberedSchemas)
        {
            _remembered.Clear();
        }

        _remembered.Add(message.ToArray(), id);
        return id;
    }
}
