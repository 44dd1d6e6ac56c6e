using System.Buffers;
using System.Buffers.Binary;
using Strata.Contracts;
using Strata.Projections.Storage;

namespace Strata.Projections.Layers;

/// <summary>
/// What layers add to the columns of tables: the schema of their properties and their timelines, each such pair once. A fleet has a handful, so that the columns
/// of a dataset are known without a look at its layers, and a layer's row holds numbers where it would repeat names.
/// </summary>
internal sealed class LayerShapeRows(SqliteDatabase database)
{
    public static readonly TableDefinition Table = new(
        "layer_shapes",
        """
        CREATE TABLE layer_shapes (
            id INTEGER PRIMARY KEY, from_position INTEGER NOT NULL, to_position INTEGER NOT NULL, property_schema INTEGER, timelines BLOB NOT NULL);
        CREATE INDEX layer_shapes_by_content ON layer_shapes (timelines, property_schema);
        """,
        "id");

    /// <summary>Recordings that invent timelines must not fill the memory.</summary>
    private const int Remembered = 1_024;

    private readonly Statement _insert = database.Prepare("INSERT INTO layer_shapes VALUES (?1, ?2, ?3, ?4, ?5)");
    private readonly Statement _find = database.Prepare("SELECT id FROM layer_shapes WHERE timelines = ?1 AND property_schema IS ?2");
    private readonly Dictionary<byte[], long> _known = new(ByteContent.Comparer);
    private readonly ArrayBufferWriter<byte> _key = new();
    private long _last = database.ReadInt64("SELECT coalesce(max(id), 0) FROM layer_shapes");

    /// <returns>The shape's number, in the order of the log.</returns>
    public long Of(long? propertySchema, EquatableArray<IndexRange> ranges, long position)
    {
        _key.ResetWrittenCount();
        BinaryPrimitives.WriteInt64LittleEndian(_key.GetSpan(sizeof(long)), propertySchema ?? 0);
        _key.Advance(sizeof(long));
        ByteColumns.WriteTimelines(_key, ranges);
        if (_known.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(_key.WrittenSpan, out var id))
        {
            return id;
        }

        var timelines = _key.WrittenSpan[sizeof(long)..];
        if (_find.Bind(1, timelines).Bind(2, propertySchema).Step())
        {
            id = _find.Int64(0);
            _find.Reset();
        }
        else
        {
            id = ++_last;
            _insert.Bind(1, id).Bind(2, position).Bind(3, Temporal.Standing).Bind(4, propertySchema).Bind(5, timelines).Run();
        }

        if (_known.Count >= Remembered)
        {
            _known.Clear();
        }

        _known.Add(_key.WrittenSpan.ToArray(), id);
        return id;
    }
}
