using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Strata.Contracts;

/// <summary>A JSON value in one written form (members sorted by ordinal name, each once, no spaces; numbers as they came), so that equal values are equal texts and hash alike.</summary>
[JsonConverter(typeof(CanonicalJsonConverter))]
public readonly record struct CanonicalJson
{
    /// <summary>One place a length, overwritten by whoever comes; a place is one reference, so threads need no lock.</summary>
    private static readonly RecentValue?[] Recent = new RecentValue?[64];

    private readonly string? _text;

    private CanonicalJson(string text) => _text = text;

    public static CanonicalJson EmptyObject { get; } = new("{}");

    public string Text => _text ?? "{}";

    /// <exception cref="JsonException">A member of an object stands twice.</exception>
    public static CanonicalJson From(JsonElement element)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            WriteSorted(writer, element);
        }

        return new(Encoding.UTF8.GetString(buffer.WrittenSpan));
    }

    /// <summary>Reads one value. A log repeats the parameters of a few rules a million times: bytes that were found canonical a moment ago are not sorted again.</summary>
    internal static CanonicalJson Read(ref Utf8JsonReader reader)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        var written = JsonMarshal.GetRawUtf8Value(document.RootElement);
        if (TryGetRecent(written, out var known))
        {
            return known;
        }

        var value = From(document.RootElement);
        Recent[written.Length % Recent.Length] = new(Encoding.UTF8.GetBytes(value.Text), value);
        return value;
    }

    /// <param name="written">A whole JSON value.</param>
    internal static bool TryGetRecent(ReadOnlySpan<byte> written, out CanonicalJson value)
    {
        if (Recent[written.Length % Recent.Length] is { } known && written.SequenceEqual(known.Utf8))
        {
            value = known.Value;
            return true;
        }

        value = default;
        return false;
    }

    /// <exception cref="JsonException">The text is not JSON, or a member of an object stands twice.</exception>
    public static CanonicalJson Parse(string json)
    {
        using var document = JsonDocument.Parse(json);
        return From(document.RootElement);
    }

    /// <inheritdoc cref="Parse(string)"/>
    public static CanonicalJson Parse(ReadOnlyMemory<byte> utf8Json)
    {
        using var document = JsonDocument.Parse(utf8Json);
        return From(document.RootElement);
    }

    public override string ToString() => Text;

    private static void WriteSorted(Utf8JsonWriter writer, JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                var (names, values) = MembersOf(element);
                for (var i = 0; i < names.Length; i++)
                {
                    if (i > 0 && names[i] == names[i - 1])
                    {
                        throw new JsonException($"expected each member of an object once, found '{names[i]}' twice");
                    }

                    writer.WritePropertyName(names[i]);
                    WriteSorted(writer, values[i]);
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

    /// <summary>Sorted by name. Each name is made a string once, since that is most of what sorting costs.</summary>
    private static (string[] Names, JsonElement[] Values) MembersOf(JsonElement element)
    {
        var count = element.GetPropertyCount();
        var (names, values, next) = (new string[count], new JsonElement[count], 0);
        foreach (var member in element.EnumerateObject())
        {
            (names[next], values[next++]) = (member.Name, member.Value);
        }

        Array.Sort(names, values, StringComparer.Ordinal);
        return (names, values);
    }

    private sealed record RecentValue(byte[] Utf8, CanonicalJson Value);
}
