using System.Buffers;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Strata.Contracts;

internal sealed class DatasetIdConverter : JsonConverter<DatasetId>
{
    public override DatasetId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => DatasetId.Parse(reader.GetString() ?? "");

    public override void Write(Utf8JsonWriter writer, DatasetId value, JsonSerializerOptions options) => writer.WriteStringValue(value.Value);
}

internal sealed class Sha256DigestConverter : JsonConverter<Sha256Digest>
{
    private static readonly SearchValues<byte> Digits = SearchValues.Create("0123456789abcdef"u8);

    /// <remarks>Checked as bytes, many at a time; what is not right goes the long way, where the error is made.</remarks>
    public override Sha256Digest Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && !reader.HasValueSequence && reader.ValueSpan.Length == Sha256Digest.HexDigits && !reader.ValueSpan.ContainsAnyExcept(Digits)
            ? Sha256Digest.FromHex(reader.ValueSpan)
            : Sha256Digest.Parse(reader.GetString() ?? "");

    public override void Write(Utf8JsonWriter writer, Sha256Digest value, JsonSerializerOptions options)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        Span<byte> digits = stackalloc byte[Sha256Digest.HexDigits];
        value.CopyTo(digest);
        Convert.TryToHexStringLower(digest, digits, out _);
        writer.WriteStringValue(digits);
    }
}

internal sealed class CanonicalJsonConverter : JsonConverter<CanonicalJson>
{
    public override CanonicalJson Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        CanonicalJson.Read(ref reader);

    public override void Write(Utf8JsonWriter writer, CanonicalJson value, JsonSerializerOptions options) => writer.WriteRawValue(value.Text);
}

internal sealed class EquatableArrayConverterFactory : JsonConverterFactory
{
    public override bool CanConvert(Type typeToConvert) => typeToConvert.IsGenericType && typeToConvert.GetGenericTypeDefinition() == typeof(EquatableArray<>);

    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
        (JsonConverter)Activator.CreateInstance(typeof(EquatableArrayConverter<>).MakeGenericType(typeToConvert.GetGenericArguments()))!;
}

internal sealed class EquatableArrayConverter<T> : JsonConverter<EquatableArray<T>>
{
    /// <summary>Most lists of an event have one to three elements.</summary>
    private const int InitialCapacity = 4;

    /// <remarks>Elements are read in place: a nested call of the serializer would scan them twice and make its own state for each list, half of the cost of an event.</remarks>
    public override EquatableArray<T> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw new JsonException($"expected a list of {typeof(T).Name}, found {reader.TokenType}");
        }

        var element = (JsonConverter<T>)options.GetConverter(typeof(T));
        var items = ImmutableArray.CreateBuilder<T>(InitialCapacity);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            items.Add(element.Read(ref reader, typeof(T), options) ?? throw new JsonException($"expected {typeof(T).Name}, found null in a list"));
        }

        return new(items.DrainToImmutable());
    }

    public override void Write(Utf8JsonWriter writer, EquatableArray<T> value, JsonSerializerOptions options)
    {
        writer.WriteStartArray();
        foreach (var item in value)
        {
            JsonSerializer.Serialize(writer, item, options);
        }

        writer.WriteEndArray();
    }
}
