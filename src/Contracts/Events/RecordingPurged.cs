using System.Text.Json.Serialization;

namespace Strata.Contracts;

/// <summary>
/// What was recorded in a segment is erased: its bytes, where they lie in the recording store, and the blobs of its events. The events stay, and say that there was
/// something. In the same append its layers are unregistered. Whatever is registered under the segment later is not meant.
/// </summary>
/// <param name="Layers">All that ever stood there, those that were replaced too.</param>
public sealed record RecordingPurged(DatasetId Dataset, string Segment, string Reason, EquatableArray<PurgedLayer> Layers, EventSource Source) : StrataEvent
{
    /// <summary>Where copies of the recording lie that never were a layer and had been discarded from quarantine: they are erased with it. Logs from before have none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public EquatableArray<string> Discarded { get; init; }
}

/// <param name="Location">Of its copy in the recording store; null where only a file outside was referred to.</param>
public sealed record PurgedLayer(string Layer, Sha256Digest Fingerprint, string? Location);
