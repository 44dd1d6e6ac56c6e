using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Strata.Contracts;

/// <summary>A JSON value in one written form (members sorted by ordinal name, no spaces), so that equal values are equal texts and hash alike.</summary>
[JsonConverter(typeof(CanonicalJsonConverter))]
public readonly record struct CanonicalJson
{
    private readonly string? _text;

    private CanonicalJson(string text) => _text = text;

    public static CanonicalJson EmptyObject { get; } = new("{}");

    public string Text => _text ?? "{}";

    public static CanonicalJson From(JsonElement element)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            WriteSorted(writer, element);
        }

        return new(Encoding.UTF8.GetString(buffer.WrittenSpan));
    }

    /// <exception cref="JsonException">The text is not JSON.</exception>
    public static CanonicalJson Parse(string json)
    {
        using var document = JsonDocument.Parse(json);
        return From(document.RootElement);
    }

    public override string ToString() => Text;

    private static void WriteSorted(Utf8JsonWriter writer, JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (var member in element.EnumerateObject().OrderBy(m => m.Name, StringComparer.Ordinal))
                {
                    writer.WritePropertyName(member.Name);
                    WriteSorted(writer, member.Value);
                }

                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var item in element.EnumerateArray())
                {
                    WriteSorted(writer, item);
                }

                writer.WriteEndArray();
                break;
            default:
                element.WriteTo(writer);
                break;
        }
    }
}
