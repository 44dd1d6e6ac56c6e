using System.Text.Json;
using System.Text.Json.Serialization;
using Strata.Contracts;

namespace Strata.Publishing;

/// <summary>Robots' messages as bare JSON. A member that is null is left out, one that is not known is passed over.</summary>
internal static class RobotJson
{
    private static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    private static readonly JsonSerializerOptions Rest = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    public static byte[] Write<T>(T message) => JsonSerializer.SerializeToUtf8Bytes(message, Web);

    /// <summary>REST has names in snake_case.</summary>
    public static byte[] WriteForRest<T>(T message) => JsonSerializer.SerializeToUtf8Bytes(message, Rest);

    /// <returns>Null for what is no answer: it is of no use to anybody, and would come again for ever.</returns>
    public static RecordingAnswered? ReadAnswer(ReadOnlySpan<byte> body)
    {
        try
        {
            return JsonSerializer.Deserialize<RecordingAnswered>(body, Web) is { MessageId: not null, Robot: not null, Outcome: not null } answer ? answer : null;
        }
        catch (Exception e) when (e is JsonException or FormatException)
        {
            return null;
        }
    }
}
