using System.Text.Json;
using Strata.Arrow;
using Strata.Projections;

namespace Strata.Web;

/// <summary>A record batch as JSON rows: one object a row with the columns' own names. Source: DESIGN §12.</summary>
public static class RecordBatchJson
{
    public static TableResponse ToTable(RecordBatch batch, long position)
    {
        ArgumentNullException.ThrowIfNull(batch);
        var columns = batch.Schema.FieldsList.Select(f => new TableColumn(f.Name, f.DataType.ToString(), ClashOf(f))).ToArray();
        return new(columns, new TableRows(batch), position);
    }

    public static void WriteRows(Utf8JsonWriter writer, RecordBatch batch)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(batch);
        var names = batch.Schema.FieldsList.Select(f => JsonEncodedText.Encode(f.Name)).ToArray();
        var cells = batch.Arrays.Select(ArrowJson.WriterOf).ToArray();
        writer.WriteStartArray();
        for (var row = 0; row < batch.Length; row++)
        {
            writer.WriteStartObject();
            for (var column = 0; column < cells.Length; column++)
            {
                writer.WritePropertyName(names[column]);
                cells[column](writer, row);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static NameClash? ClashOf(Field field) => field.Metadata.TryGetValue(ColumnMetadata.NameClash, out var name)
        ? new(name, field.Metadata.GetValueOrDefault(ColumnMetadata.EntityPath, ""))
        : null;
}
