using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Strata.Arrow;
using Strata.Projections;

namespace Strata.Web;

/// <summary>A record batch as JSON rows: one object a row with the columns' own names. Source: DESIGN §12.</summary>
public static class RecordBatchJson
{
    /// <param name="rows">Which of them, in this order; null: all.</param>
    public static TableResponse ToTable(RecordBatch batch, long position, IReadOnlyList<int>? rows = null)
    {
        ArgumentNullException.ThrowIfNull(batch);
        var columns = batch.Schema.FieldsList.Select(f => new TableColumn(f.Name, f.DataType.ToString(), ClashOf(f))).ToArray();
        return new(columns, new TableRows(batch, rows), position);
    }

    /// <summary>All values of an array as one list.</summary>
    internal static JsonElement ToElement(IArrowArray array)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            var cell = ArrowJson.WriterOf(array);
            writer.WriteStartArray();
            for (var row = 0; row < array.Length; row++)
            {
                cell(writer, row);
            }

            writer.WriteEndArray();
        }

        return JsonElement.Parse(buffer.WrittenSpan);
    }

    /// <inheritdoc cref="ToTable"/>
    public static void WriteRows(Utf8JsonWriter writer, RecordBatch batch, IReadOnlyList<int>? rows = null)
    {
        ArgumentNullException.ThrowIfNull(writer);
        var write = RowWriter(batch);
        writer.WriteStartArray();
        for (var i = 0; i < (rows?.Count ?? batch.Length); i++)
        {
            write(writer, rows is null ? i : rows[i]);
        }

        writer.WriteEndArray();
    }

    /// <summary>Writes any row of the batch as one object.</summary>
    /// <param name="names">How the columns' names are escaped; null: for any page.</param>
    public static Action<Utf8JsonWriter, int> RowWriter(RecordBatch batch, JavaScriptEncoder? names = null)
    {
        ArgumentNullException.ThrowIfNull(batch);
        var properties = batch.Schema.FieldsList.Select(f => JsonEncodedText.Encode(f.Name, names)).ToArray();
        var cells = batch.Arrays.Select(ArrowJson.WriterOf).ToArray();
        return (writer, row) =>
        {
            writer.WriteStartObject();
            for (var column = 0; column < cells.Length; column++)
            {
                writer.WritePropertyName(properties[column]);
                cells[column](writer, row);
            }

            writer.WriteEndObject();
        };
    }

    /// <summary>Writes any value of a column.</summary>
    public static Action<Utf8JsonWriter, int> CellWriter(IArrowArray column)
    {
        ArgumentNullException.ThrowIfNull(column);
        var cell = ArrowJson.WriterOf(column);
        return (writer, row) => cell(writer, row);
    }

    private static NameClash? ClashOf(Field field) => field.Metadata.TryGetValue(ColumnMetadata.NameClash, out var name)
        ? new(name, field.Metadata.GetValueOrDefault(ColumnMetadata.EntityPath, ""))
        : null;
}
