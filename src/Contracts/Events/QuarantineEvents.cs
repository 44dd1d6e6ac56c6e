namespace Strata.Contracts;

/// <summary>A recording could not be registered; its bytes are kept aside where they can be had.</summary>
/// <param name="QuarantineId">SHA-256 of dataset, URL and the bytes' digest: the same broken file again is the same entry.</param>
/// <param name="Dataset"><see cref="DatasetId.None"/> for a robot's message of which nobody can say that it belongs to one.</param>
/// <param name="Reason">From the closed list of <c>QuarantineReasons</c>.</param>
/// <param name="Offset">Byte offset of the finding in the file; null when the file as a whole is wrong.</param>
public sealed record RecordingQuarantined(
    Sha256Digest QuarantineId,
    DatasetId Dataset,
    string StorageUrl,
    string Layer,
    KeptBytes? Kept,
    long SizeBytes,
    string Reason,
    string Detail,
    long? Offset,
    EventSource Source) : StrataEvent
{
    /// <summary>Of the robot's message that brought it; null: no message did, or it has none.</summary>
    public string? MessageId { get; init; }

    /// <summary>That message as text, cut where it is long, what cannot be printed replaced; null: no message brought it.</summary>
    public string? Message { get; init; }
}

/// <summary>
/// A robot was told what became of its message. The stream is the message's own: who delivers it again gets this answer, whatever was registered or removed since.
/// Source: DESIGN rule 1.
/// </summary>
/// <param name="Dataset"><see cref="DatasetId.None"/> where the message was refused before one was found.</param>
/// <param name="Outcome">From the closed list of <see cref="RecordingOutcomes"/>.</param>
public sealed record MessageAnswered(
    string Robot, string MessageId, DatasetId Dataset, string Layer, string Outcome, string? Segment, string? Reason, Sha256Digest? QuarantineId) : StrataEvent;

/// <param name="Recovered">True when only what is whole was registered.</param>
public sealed record RecordingReleased(Sha256Digest QuarantineId, DatasetId Dataset, bool Recovered, EventSource Source) : StrataEvent;

public sealed record RecordingDiscarded(Sha256Digest QuarantineId, DatasetId Dataset, EventSource Source) : StrataEvent;

/// <summary>
/// A copy in the recording store was let go of: nothing that stood, no pin and no retention held it. It stands in the log before the file goes. An event that names the
/// location and lies between <paramref name="AsOfPosition"/> and this one, or after it, holds the bytes all the same.
/// </summary>
/// <param name="Location">As <see cref="KeptBytes.Location"/>.</param>
/// <param name="AsOfPosition">The log up to here was looked at.</param>
public sealed record BytesReleased(string Location, long SizeBytes, long AsOfPosition, EventSource Source) : StrataEvent;

/// <summary>A referenced file is not what was registered: found when it was opened.</summary>
public sealed record RecordingChanged(DatasetId Dataset, string Segment, string Layer, Sha256Digest Fingerprint, string StorageUrl, string Detail) : StrataEvent;
