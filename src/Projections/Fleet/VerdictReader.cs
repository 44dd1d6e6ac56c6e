using System.Buffers.Binary;
using Strata.Arrow;
using Strata.Projections.Layers.Values;
using Strata.Projections.Storage;

namespace Strata.Projections.Fleet;

/// <summary>Finds the verdict among a layer's properties. Only batches of a schema that has such a column are unpacked.</summary>
internal sealed class VerdictReader(SqliteDatabase database)
{
    /// <summary>As the deriver <c>quality</c> names it. Source: DESIGN §7.</summary>
    private const string Column = "property:quality:tracking_good";

    /// <summary>A fleet has tens; recordings that invent property names must not fill the memory.</summary>
    private const int RememberedSchemas = 256;

    private readonly Statement _find = database.Prepare("SELECT schema_message, template FROM property_schemas WHERE id = ?1");
    private readonly Dictionary<long, VerdictColumn?> _columns = [];

    /// <param name="schema">Of the table of property schemas.</param>
    /// <param name="delta">The layer's properties, as its row has them.</param>
    public Verdict Read(long schema, ReadOnlySpan<byte> delta)
    {
        if (!_columns.TryGetValue(schema, out var column))
        {
            if (_columns.Count >= RememberedSchemas)
            {
                _columns.Clear();
            }

            _columns.Add(schema, column = Load(schema));
        }

        return column?.Read(delta) ?? Verdict.None;
    }

    private VerdictColumn? Load(long schema)
    {
        _find.Bind(1, schema).Step();
        var batches = new PropertyBatches(_find.Bytes(0).ToArray(), _find.Bytes(1).ToArray());
        _find.Reset();
        for (var i = 0; i < batches.Schema.FieldsList.Count; i++)
        {
            if (batches.Schema.FieldsList[i] is { Name: Column, DataType: ListType { ValueDataType: BooleanType } })
            {
                return new(batches, i);
            }
        }

        return null;
    }

    private sealed class VerdictColumn(PropertyBatches batches, int index)
    {
        private const int OffsetBytes = sizeof(int);

        public Verdict Read(ReadOnlySpan<byte> delta)
        {
            batches.Open(delta);
            var message = batches.Message;
            var cell = batches.Cells[index];
            var offsets = cell.Buffer(message, 1);
            if (!cell.IsValid(message, 0) || offsets.Length < 2 * OffsetBytes)
            {
                return Verdict.Review;
            }

            var (first, end) = (BinaryPrimitives.ReadInt32LittleEndian(offsets), BinaryPrimitives.ReadInt32LittleEndian(offsets[OffsetBytes..]));
            var bits = cell.Children[0].Buffer(message, 1);
            if (first < 0 || end <= first || first >> 3 >= bits.Length || !cell.Children[0].IsValid(message, first))
            {
                return Verdict.Review;
            }

            return Bitmap.Get(bits, first) ? Verdict.Good : Verdict.Bad;
        }
    }
}
