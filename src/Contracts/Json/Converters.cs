using System.Collections.Immutable;
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
    public override Sha256Digest Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Sha256Digest.Parse(reader.GetString() ?? "");

    public override void Write(Utf8JsonWriter writer, Sha256Digest value, JsonSerializerOptions options) => writer.WriteStringValue(value.Value);
}

internal sealed class CanonicalJsonConverter : JsonConverter<CanonicalJson>
{
    public override CanonicalJson Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        CanonicalJson.From(JsonElement.ParseValue(ref reader));

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
    public override EquatableArray<T> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var items = JsonSerializer.Deserialize<T[]>(ref reader, options);
        return new(ImmutableArray.Create(items ?? []));
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
