using Strata.Arrow;
using Strata.Projections;

namespace Strata.Catalog.Reading;

/// <summary>The chunk indexes of a segment's layers as one table, each chunk with its key. Source: catalog-protocol §2.12.</summary>
internal static class LayeredManifest
{
    private const string HasStaticDataSuffix = "has_static_data";
    private const string NumRowsSuffix = "num_rows";

    private static readonly Field Key = new("chunk_key", BinaryType.Default, nullable: true);

    /// <summary>
    /// Columns come in the order in which layers show them first. One that a layer lacks is null for its chunks; those that count or flag are 0 and false there, as
    /// in a file's own index. Two columns of one name that mean different things (timelines <c>a-b</c> and <c>a.b</c>) stay two: clients go by metadata.
    /// Which ones are nullable is Rerun's choice: all of them, but for those that were filled with 0 or false.
    /// </summary>
    public static RecordBatch Of(IReadOnlyList<LayerChunks> layers)
    {
        var columns = new Dictionary<Meaning, (Field Field, IArrowArray?[] Parts)>();
        for (var k = 0; k < layers.Count; k++)
        {
            var index = layers[k].Chunks;
            for (var c = 0; c < index.ColumnCount; c++)
            {
                var field = index.Schema.GetFieldByIndex(c);
                var meaning = Meaning.Of(field);
                if (!columns.TryGetValue(meaning, out var column))
                {
                    columns.Add(meaning, column = (field, new IArrowArray?[layers.Count]));
                }

                column.Parts[k] = index.Column(c);
            }
        }

        var rows = layers.Sum(l => l.Chunks.Length);
        var joined = columns.Values.Select(column => Join(column.Field, column.Parts, layers)).ToList();
        return new RecordBatch(new Schema([.. joined.Select(j => j.Field), Key]), [.. joined.Select(j => j.Column), Keys(layers)], rows);
    }

    private static (Field Field, IArrowArray Column) Join(Field field, IArrowArray?[] parts, IReadOnlyList<LayerChunks> layers)
    {
        var isNullWhereAbsent = !field.Name.EndsWith(HasStaticDataSuffix, StringComparison.Ordinal) && !field.Name.EndsWith(NumRowsSuffix, StringComparison.Ordinal);
        var whole = ArrayConcatenator.Concatenate([.. parts.Select((part, k) => part ?? Filler(field.DataType, layers[k].Chunks.Length, isNullWhereAbsent))]);
        return (field.WithNullable(isNullWhereAbsent || !parts.Contains(null)), whole);
    }

    private static IArrowArray Filler(ArrowType type, int rows, bool isNull)
    {
        var nothing = new ArrowBuffer(new byte[Bitmap.ByteCount(rows)]);
        var values = type is BooleanType ? nothing : new ArrowBuffer(new byte[rows * ((FixedWidthType)type).BitWidth / 8]);
        return ArrowArrayFactory.BuildArray(new ArrayData(type, rows, isNull ? rows : 0, 0, [isNull ? nothing : ArrowBuffer.Empty, values]));
    }

    private static BinaryArray Keys(IReadOnlyList<LayerChunks> layers)
    {
        var keys = new List<byte[]>();
        foreach (var layer in layers)
        {
            var ids = ChunkIndexView.Of(layer.Chunks).Ids;
            for (var chunk = 0; chunk < ids.Length; chunk++)
            {
                var key = new byte[ChunkKey.Size];
                ChunkKey.Write(key, layer.Position, chunk, ids.GetBytes(chunk));
                keys.Add(key);
            }
        }

        return BinaryArray.From(keys);
    }

    private readonly record struct Meaning(string Name, ArrowType Type, string Metadata)
    {
        public static Meaning Of(Field field) =>
            new(field.Name, field.DataType, string.Join('\n', field.Metadata.OrderBy(m => m.Key, StringComparer.Ordinal).Select(m => $"{m.Key}={m.Value}")));
    }
}
