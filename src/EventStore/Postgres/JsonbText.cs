using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace Strata.EventStore.Postgres;

/// <summary>
/// What <c>jsonb</c> makes of an event. It keeps values and not their text: 1e300 comes back written out, −0 as 0, and it has no place for NUL characters.
/// Texts of numbers are hashed into work ids and provenance, so an event that would come back differently is kept twice: nearly, for Marten, and exactly.
/// </summary>
internal static class JsonbText
{
    /// <summary>Digits that <c>numeric</c> holds on either side of the point, with room to spare.</summary>
    private const int MaxPlainDigits = 10_000;

    private const char Replacement = '�';

    /// <returns>Whether the column holds this JSON as it is, but for spaces and the order of members.</returns>
    public static bool Keeps(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.Number ? !KeepsNumber(reader.ValueSpan) : HasNul(reader))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The nearest that the column takes: NUL characters replaced, numbers beyond its range as text.</summary>
    public static byte[] Nearest(ReadOnlySpan<byte> json)
    {
        var buffer = new ArrayBufferWriter<byte>(json.Length);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            var reader = new Utf8JsonReader(json);
            while (reader.Read())
            {
                Copy(ref reader, writer);
            }
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static void Copy(ref Utf8JsonReader reader, Utf8JsonWriter writer)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject: writer.WriteStartObject(); break;
            case JsonTokenType.EndObject: writer.WriteEndObject(); break;
            case JsonTokenType.StartArray: writer.WriteStartArray(); break;
            case JsonTokenType.EndArray: writer.WriteEndArray(); break;
            case JsonTokenType.PropertyName: writer.WritePropertyName(reader.GetString()!.Replace('\0', Replacement)); break;
            case JsonTokenType.String: writer.WriteStringValue(reader.GetString()!.Replace('\0', Replacement)); break;
            case JsonTokenType.Number when Fits(reader.ValueSpan): writer.WriteRawValue(reader.ValueSpan); break;
            case JsonTokenType.Number: writer.WriteStringValue(reader.ValueSpan); break;
            case JsonTokenType.True or JsonTokenType.False: writer.WriteBooleanValue(reader.GetBoolean()); break;
            default: writer.WriteNullValue(); break;
        }
    }

    private static bool KeepsNumber(ReadOnlySpan<byte> number) =>
        number.Length <= MaxPlainDigits && !number.ContainsAny((byte)'e', (byte)'E') && !(number[0] == '-' && !number.ContainsAnyInRange((byte)'1', (byte)'9'));

    /// <summary>Those beyond the range of a double are text to any other reader too.</summary>
    private static bool Fits(ReadOnlySpan<byte> number) =>
        number.Length <= MaxPlainDigits && double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value)
        && (double.IsNormal(value) || !number.ContainsAny((byte)'e', (byte)'E'));

    private static bool HasNul(in Utf8JsonReader reader) =>
        reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && reader.ValueIsEscaped && reader.GetString()!.Contains('\0', StringComparison.Ordinal);
}
