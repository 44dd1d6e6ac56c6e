using System.Text.Json;
using System.Text.Json.Serialization;

namespace Strata.Contracts;

/// <summary>The one writer and reader of events: System.Text.Json, camelCase, no spaces, nulls left out.</summary>
public static class EventJson
{
    public static byte[] Serialize(StrataEvent @event) => JsonSerializer.SerializeToUtf8Bytes(@event, EventTypes.JsonOf(@event));

    /// <exception cref="UnknownEventTypeException">This version does not know the type: it must stop and not skip.</exception>
    /// <exception cref="JsonException">The data is not what the type says.</exception>
    public static StrataEvent Deserialize(string type, ReadOnlySpan<byte> utf8Json)
    {
        try
        {
            return (StrataEvent?)JsonSerializer.Deserialize(utf8Json, EventTypes.JsonOf(type))
                ?? throw new JsonException($"event of type '{type}': expected a JSON object, found null");
        }
        catch (FormatException failure)
        {
            throw new JsonException($"event of type '{type}': {failure.Message}", failure);
        }
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(DatasetCreated))]
[JsonSerializable(typeof(DatasetRenamed))]
[JsonSerializable(typeof(DatasetDeleted))]
[JsonSerializable(typeof(DatasetDetailsChanged))]
[JsonSerializable(typeof(DatasetPinned))]
[JsonSerializable(typeof(RetentionDeclared))]
[JsonSerializable(typeof(RuleDeclared))]
[JsonSerializable(typeof(RuleRetired))]
[JsonSerializable(typeof(RuleSuppressed))]
[JsonSerializable(typeof(RuleResumed))]
[JsonSerializable(typeof(BackfillStarted))]
[JsonSerializable(typeof(BackfillAdmitted))]
[JsonSerializable(typeof(BackfillPaused))]
[JsonSerializable(typeof(BackfillResumed))]
[JsonSerializable(typeof(BackfillCancelled))]
[JsonSerializable(typeof(BackfillFinished))]
[JsonSerializable(typeof(LayerRegistered))]
[JsonSerializable(typeof(LayerUnregistered))]
[JsonSerializable(typeof(DerivationDone))]
[JsonSerializable(typeof(DerivationSkipped))]
[JsonSerializable(typeof(DerivationFailed))]
[JsonSerializable(typeof(RecordingQuarantined))]
[JsonSerializable(typeof(RecordingReleased))]
[JsonSerializable(typeof(RecordingDiscarded))]
[JsonSerializable(typeof(MessageAnswered))]
[JsonSerializable(typeof(BytesReleased))]
[JsonSerializable(typeof(RecordingChanged))]
[JsonSerializable(typeof(RecordingPurged))]
[JsonSerializable(typeof(PurgedLayer[]))]
[JsonSerializable(typeof(RegistrationFinished))]
[JsonSerializable(typeof(SegmentPropertiesSet))]
[JsonSerializable(typeof(SegmentPropertiesRemoved))]
[JsonSerializable(typeof(RegistrationFailure[]))]
[JsonSerializable(typeof(RuleOutputs))]
[JsonSerializable(typeof(Provenance))]
[JsonSerializable(typeof(string[]))]
[JsonSerializable(typeof(IndexRange[]))]
[JsonSerializable(typeof(DerivationInput[]))]
[JsonSerializable(typeof(DroppedRows[]))]
public sealed partial class EventJsonContext : JsonSerializerContext;
