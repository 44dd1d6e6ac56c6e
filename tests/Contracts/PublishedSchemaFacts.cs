using System.Text.Json;
using System.Text.RegularExpressions;

namespace Strata.Contracts.Tests;

/// <summary>docs/recording-published.schema.json says to other languages what the reader takes: both judge every message alike.</summary>
public sealed class PublishedSchemaFacts
{
    private static readonly JsonElement Schema = JsonElement.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "recording-published.schema.json")));

    /// <summary>What a schema cannot say: that two fields are equal, that a text is Unicode; or what checks of it cannot tell: a fraction behind more digits than they count.</summary>
    private static readonly string[] BeyondSchema = [new('b', 64), "\\ud800", "1.0000000000000000000000000000001"];

    public static TheoryData<string> Goldens => ["RecordingPublished", "RecordingPublished.url", "foreign.unknown_fields"];

    public static TheoryData<string, string> RightFields => new()
    {
        { "sizeBytes", "112038.0" },
        { "sizeBytes", "1e3" },
        { "recordedAtNs", "-1.5e1" },
        { "recordedAtNs", "9223372036854775807.0" },
        { "layer", $"\"{new string('x', Names.MaxIdBytes)}\"" },
        { "robot", "\"\\ud83e\\udd16\"" },
        { "storageUrl", "null" },
    };

    public static TheoryData<string, string> WrongFields =>
        [.. RobotMessageFacts.WrongFields.Select(r => r.Data).Where(d => !BeyondSchema.Any(b => d.Item2.Contains(b, StringComparison.Ordinal))).Select(d => (d.Item1, d.Item2))];

    [Theory]
    [MemberData(nameof(Goldens))]
    public void The_schema_takes_what_the_reader_takes(string golden) => Refusals(JsonElement.Parse(RobotMessageFacts.Golden(golden)), Schema).ShouldBeEmpty();

    [Theory]
    [MemberData(nameof(RightFields))]
    public void The_reader_takes_what_the_schema_takes(string field, string value)
    {
        var message = RobotMessageFacts.With(field, value);

        Refusals(JsonElement.Parse(message), Schema).ShouldBeEmpty();
        RobotMessageReader.ReadPublished(System.Text.Encoding.UTF8.GetBytes(message)).Refusal.ShouldBeNull();
    }

    /// <summary>A schema counts characters, the reader bytes: where a name need not be ASCII it is said, and no name that the reader takes is too long for the schema.</summary>
    [Theory]
    [InlineData("messageId")]
    [InlineData("robot")]
    [InlineData("layer")]
    [InlineData("storageUrl")]
    [InlineData("segmentId")]
    public void What_is_counted_in_bytes_is_said_to_be(string field)
    {
        var limits = Schema.GetProperty("properties").GetProperty(field);

        limits.GetProperty("description").GetString()!.ShouldContain($"At most {limits.GetProperty("maxLength").GetInt32()} bytes of UTF-8");
    }

    [Theory]
    [MemberData(nameof(WrongFields))]
    public void The_schema_refuses_what_the_reader_refuses(string field, string value) =>
        Refusals(JsonElement.Parse(RobotMessageFacts.With(field, value)), Schema).ShouldNotBeEmpty();

    [Theory]
    [InlineData("messageId")]
    [InlineData("robot")]
    [InlineData("dataset")]
    [InlineData("layer")]
    public void The_schema_requires_what_the_reader_requires(string field)
    {
        var message = JsonElement.Parse(RobotMessageFacts.Golden("RecordingPublished")).EnumerateObject().Where(f => f.Name != field).ToDictionary(f => f.Name, f => f.Value);
        var body = JsonSerializer.SerializeToUtf8Bytes(message);

        RobotMessageReader.ReadPublished(body).Refusal!.Field.ShouldBe(field);
        Refusals(JsonElement.Parse(body), Schema).ShouldHaveSingleItem();
    }

    [Fact]
    public void The_schema_names_every_field_of_the_message_and_no_other()
    {
        var members = typeof(RecordingPublished).GetProperties().Select(p => JsonNamingPolicy.CamelCase.ConvertName(p.Name));

        Schema.GetProperty("properties").EnumerateObject().Select(p => p.Name).ShouldBe(members, ignoreOrder: true);
    }

    [Fact]
    public void The_limits_in_the_schema_are_those_of_the_reader()
    {
        var properties = Schema.GetProperty("properties");
        int Limit(string field) => properties.GetProperty(field).GetProperty("maxLength").GetInt32();

        (Limit("messageId"), Limit("layer"), Limit("segmentId")).ShouldBe((Names.MaxIdBytes, Names.MaxIdBytes, Names.MaxIdBytes));
        (Limit("robot"), Limit("dataset"), Limit("storageUrl")).ShouldBe((RobotMessageLimits.MaxRobotBytes, Names.MaxEntryNameBytes, RobotMessageLimits.MaxUrlBytes));
        Schema.GetProperty("description").GetString()!.ShouldContain($"{RobotMessageLimits.MaxMessageBytes} bytes");
    }

    /// <summary>As much of JSON Schema as the file uses; a keyword that is not known here fails, so that none is taken for checked.</summary>
    private static IEnumerable<string> Refusals(JsonElement value, JsonElement schema)
    {
        foreach (var keyword in schema.EnumerateObject())
        {
            foreach (var refusal in RefusalsOf(value, keyword))
            {
                yield return refusal;
            }
        }
    }

    private static IEnumerable<string> RefusalsOf(JsonElement value, JsonProperty keyword) => keyword.Name switch
    {
        "$schema" or "$id" or "title" or "description" => [],
        "type" => TypesOf(keyword.Value).Any(t => IsOf(value, t)) ? [] : [$"{value.ValueKind} is not {keyword.Value}"],
        "required" => keyword.Value.EnumerateArray().Where(f => !value.TryGetProperty(f.GetString()!, out _)).Select(f => $"{f} is missing"),
        "properties" => keyword.Value.EnumerateObject().Where(p => value.TryGetProperty(p.Name, out _)).SelectMany(p => Refusals(value.GetProperty(p.Name), p.Value)),
        "oneOf" => keyword.Value.EnumerateArray().Count(s => !Refusals(value, s).Any()) == 1 ? [] : ["not one of the choices"],
        "minLength" => value.ValueKind != JsonValueKind.String || Length(value) >= keyword.Value.GetInt32() ? [] : ["too short"],
        "maxLength" => value.ValueKind != JsonValueKind.String || Length(value) <= keyword.Value.GetInt32() ? [] : ["too long"],
        "pattern" => value.ValueKind != JsonValueKind.String || Regex.IsMatch(value.GetString()!, keyword.Value.GetString()!) ? [] : ["not of the form"],
        "minimum" => value.ValueKind != JsonValueKind.Number || (value.TryGetDecimal(out var number) && number >= keyword.Value.GetDecimal()) ? [] : ["too small"],
        "maximum" => value.ValueKind != JsonValueKind.Number || (value.TryGetDecimal(out var number) && number <= keyword.Value.GetDecimal()) ? [] : ["too large"],
        _ => throw new InvalidOperationException($"the schema uses '{keyword.Name}', which this check does not know"),
    };

    private static IEnumerable<string> TypesOf(JsonElement types) => types.ValueKind == JsonValueKind.Array ? types.EnumerateArray().Select(t => t.GetString()!) : [types.GetString()!];

    private static bool IsOf(JsonElement value, string type) => type switch
    {
        "object" => value.ValueKind == JsonValueKind.Object,
        "string" => value.ValueKind == JsonValueKind.String,
        "integer" => value.ValueKind == JsonValueKind.Number && value.TryGetDecimal(out var number) && number % 1 == 0,
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "null" => value.ValueKind == JsonValueKind.Null,
        _ => throw new InvalidOperationException($"the schema uses the type '{type}', which this check does not know"),
    };

    private static int Length(JsonElement text) => text.GetString()!.EnumerateRunes().Count();
}
