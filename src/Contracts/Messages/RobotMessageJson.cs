using System.Text.Json;
using System.Text.Json.Serialization;

namespace Strata.Contracts;

/// <summary>The one writer of the messages between robots and Strata: camelCase, no spaces, what is null left out.</summary>
public static class RobotMessageJson
{
    public static byte[] Serialize(RecordingPublished message) => JsonSerializer.SerializeToUtf8Bytes(message, RobotMessageJsonContext.Default.RecordingPublished);

    public static byte[] Serialize(RecordingAnswered message) => JsonSerializer.SerializeToUtf8Bytes(message, RobotMessageJsonContext.Default.RecordingAnswered);

    public static byte[] Serialize(RobotHeartbeat message) => JsonSerializer.SerializeToUtf8Bytes(message, RobotMessageJsonContext.Default.RobotHeartbeat);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(RecordingPublished))]
[JsonSerializable(typeof(RecordingAnswered))]
[JsonSerializable(typeof(RobotHeartbeat))]
internal sealed partial class RobotMessageJsonContext : JsonSerializerContext;
