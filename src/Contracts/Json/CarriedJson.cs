using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Strata.Contracts;

/// <summary>A JSON value that is carried and not looked at: byte for byte as one writer wrote it, so that a feed of a million events need not be taken apart and put together again.</summary>
/// <param name="utf8">One whole JSON value.</param>
[JsonConverter(typeof(CarriedJsonConverter))]
public readonly struct CarriedJson(ReadOnlyMemory<byte> utf8) : IEquatable<CarriedJson>
{
    /// <summary>As it was written, UTF-8.</summary>
    public ReadOnlyMemory<byte> Utf8 => utf8;

    public static bool operator ==(CarriedJson left, CarriedJson right) => left.Equals(right);

    public static bool operator !=(CarriedJson left, CarriedJson right) => !left.Equals(right);

    /// <summary>The same bytes: two ways to write one value are two of these.</summary>
    public bool Equals(CarriedJson other) => Utf8.Span.SequenceEqual(other.Utf8.Span);

    public override bool Equals(object? obj) => obj is CarriedJson other && Equals(other);

    public override int GetHashCode()
    {
        var hash = default(HashCode);
        hash.AddBytes(Utf8.Span);
        return hash.ToHashCode();
    }
}

internal sealed class CarriedJsonConverter : JsonConverter<CarriedJson>
{
    public override CarriedJson Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        return new(JsonMarshal.GetRawUtf8Value(document.RootElement).ToArray());
    }

    /// <remarks>Whoever made it had it from a writer or a reader of JSON, which is why it is not read again.</remarks>
    public override void Write(Utf8JsonWriter writer, CarriedJson value, JsonSerializerOptions options) => writer.WriteRawValue(value.Utf8.Span, skipInputValidation: true);
}
