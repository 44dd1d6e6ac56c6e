using System.Buffers.Binary;
using Strata.Arrow;
using Strata.Contracts;
using Strata.Projections.Layers;
using Strata.Projections.Layers.Values;

namespace Strata.Projections.Fleet;

/// <summary>Finds the verdict among a layer's properties. Only batches of a schema that has such a column are unpacked.</summary>
internal sealed class VerdictReader
{
    /// <summary>A fleet has tens; recordings that invent property names must not fill the memory.</summary>
    private const int RememberedSchemas = 256;

    private readonly Dictionary<byte[], VerdictColumn?> _columns = new(ByteContent.Comparer);

    /// <param name="properties">The layer's properties: an Arrow IPC stream of one row.</param>
    public Verdict Read(ReadOnlySpan<byte> properties)
    {
        var stream = PropertyStream.Of(properties);
        if (!_columns.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(stream.Schema, out var column))
        {
            if (_columns.Count >= RememberedSchemas)
            {
                _columns.Clear();
            }

            var schema = stream.Schema.ToArray();
            _columns.Add(schema, column = Find(schema));
        }

        return column?.Read(stream.Batch) ?? Verdict.None;
    }

    private static VerdictColumn? Find(byte[] schema)
    {
        var batches = new PropertyBatches(schema, template: []);
        var fields = batches.Schema.FieldsList;
        for (var i = 0; i < fields.Count; i++)
        {
            if (fields[i] is { DataType: ListType { ValueDataType: BooleanType } } answer && IsDeclared(fields, answer.Name))
            {
                return new(batches, i, isDeclared: true);
            }
        }

        for (var i = 0; i < fields.Count; i++)
        {
            if (fields[i] is { Name: VerdictColumns.TrackingGood, DataType: ListType { ValueDataType: BooleanType } })
            {
                return new(batches, i, isDeclared: false);
            }
        }

        return null;
    }

    private static bool IsDeclared(IReadOnlyList<Field> fields, string answer) => answer.EndsWith(VerdictColumns.GoodSuffix, StringComparison.Ordinal)
        && fields.Any(f => f.DataType is ListType { ValueDataType: StringType } && f.Name == answer[..^VerdictColumns.GoodSuffix.Length] + VerdictColumns.VerdictSuffix);

    private sealed class VerdictColumn(PropertyBatches batches, int index, bool isDeclared)
    {
        private const int OffsetBytes = sizeof(int);

        public Verdict Read(ReadOnlySpan<byte> batch) => (Answer(batch), isDeclared) switch
        {
            (true, true) => Verdict.DeclaredGood,
            (false, true) => Verdict.DeclaredBad,
            (null, true) => Verdict.DeclaredReview,
            (true, false) => Verdict.Good,
            (false, false) => Verdict.Bad,
            (null, false) => Verdict.Review,
        };

        private bool? Answer(ReadOnlySpan<byte> batch)
        {
            batches.OpenBatch(batch);
            var message = batches.Message;
            var cell = batches.Cells[index];
            var offsets = cell.Buffer(message, 1);
            if (!cell.IsValid(message, 0) || offsets.Length < 2 * OffsetBytes)
            {
                return null;
            }

            var (first, end) = (BinaryPrimitives.ReadInt32LittleEndian(offsets), BinaryPrimitives.ReadInt32LittleEndian(offsets[OffsetBytes..]));
            var bits = cell.Children[0].Buffer(message, 1);
            if (first < 0 || end <= first || first >> 3 >= bits.Length || !cell.Children[0].IsValid(message, first))
            {
                return null;
            }

            return Bitmap.Get(bits, first);
        }
    }
}
