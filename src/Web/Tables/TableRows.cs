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
    private readonly Lazy<JsonElement> _element;

    public TableRows(RecordBatch columns)
    {
        ArgumentNullException.ThrowIfNull(columns);
        _columns = columns;
        _element = new(() => Parse(columns));
    }

    public TableRows(JsonElement element) => _element = new(element);

    public JsonElement.ArrayEnumerator EnumerateArray() => _element.Value.EnumerateArray();

    public JsonElement ToJsonElement() => _element.Value;

    public void WriteTo(Utf8JsonWriter writer)
    {
        if (_columns is not null)
        {
            RecordBatchJson.WriteRows(writer, _columns);
        }
        else
        {
            _element.Value.WriteTo(writer);
        }
    }

    public static TableRows FromJsonElement(JsonElement element) => new(element);

    public static implicit operator JsonElement(TableRows rows) => rows.ToJsonElement();

    public static implicit operator TableRows(JsonElement element) => FromJsonElement(element);

    private static JsonElement Parse(RecordBatch columns)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            RecordBatchJson.WriteRows(writer, columns);
        }

        return JsonElement.Parse(buffer.WrittenSpan);
    }
}

internal sealed class TableRowsConverter : JsonConverter<TableRows>
{
    public override TableRows Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => new(JsonElement.ParseValue(ref reader));

    public override void Write(Utf8JsonWriter writer, TableRows value, JsonSerializerOptions options) => value.WriteTo(writer);
}
