using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization;
using Strata.Arrow;

namespace Strata.Web;

/// <summary>
/// The rows of a table: a JSON array of objects. On the side that makes the table they are columns until they are written, straight into the answer;
/// a table of ten thousand segments would otherwise be written, parsed and written again.
/// </summary>
[JsonConverter(typeof(TableRowsConverter))]
public sealed class TableRows
{
    private readonly RecordBatch? _columns;
    private readonly IReadOnlyList<int>? _rows;
    private readonly Lazy<JsonElement> _element;

    /// <param name="rows">Which of them, in this order; null: all.</param>
    public TableRows(RecordBatch columns, IReadOnlyList<int>? rows = null)
    {
        ArgumentNullException.ThrowIfNull(columns);
        _columns = columns;
        _rows = rows;
        _element = new(() => Parse(columns, rows));
    }

    public TableRows(JsonElement element) => _element = new(element);

    public JsonElement.ArrayEnumerator EnumerateArray() => _element.Value.EnumerateArray();

    public JsonElement ToJsonElement() => _element.Value;

    public void WriteTo(Utf8JsonWriter writer)
    {
        if (_columns is not null)
        {
            RecordBatchJson.WriteRows(writer, _columns, _rows);
        }
        else
        {
            _element.Value.WriteTo(writer);
        }
    }

    public static TableRows FromJsonElement(JsonElement element) => new(element);

    public static implicit operator JsonElement(TableRows rows) => rows.ToJsonElement();

    public static implicit operator TableRows(JsonElement element) => FromJsonElement(element);

    private static JsonElement Parse(RecordBatch columns, IReadOnlyList<int>? rows)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            RecordBatchJson.WriteRows(writer, columns, rows);
        }

        return JsonElement.Parse(buffer.WrittenSpan);
    }
}

internal sealed class TableRowsConverter : JsonConverter<TableRows>
{
    public override TableRows Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => new(JsonElement.ParseValue(ref reader));

    public override void Write(Utf8JsonWriter writer, TableRows value, JsonSerializerOptions options) => value.WriteTo(writer);
}
