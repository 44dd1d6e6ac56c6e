using Strata.Contracts;

namespace Strata.Publishing;

/// <summary>A recording in the spool, and how far it has come.</summary>
/// <param name="MessageId">Made once, when it was spooled: whatever is sent again is the same message.</param>
/// <param name="Path">Where it was found.</param>
/// <param name="Sha256">Null where only a URL is known.</param>
/// <param name="File">Where its bytes lie; null where only a URL is known, and when they were let go of.</param>
/// <param name="State">From the closed list of <see cref="SpoolStates"/>.</param>
/// <param name="NeedsPerson">Trying again by itself is of no use: see <paramref name="Reason"/>.</param>
/// <param name="Reason">Why it is still here, or lies in quarantine.</param>
/// <param name="Outcome">From the closed list of <see cref="RecordingOutcomes"/>; null while nobody answered.</param>
/// <param name="SpooledAtNs">UTC nanoseconds since 1970 by this machine's clock; for people, decides nothing.</param>
public sealed record SpooledRecording(
    long Id,
    string MessageId,
    string Robot,
    string Dataset,
    string Layer,
    string Path,
    long? SizeBytes,
    Sha256Digest? Sha256,
    string? File,
    string? StorageUrl,
    long? RecordedAtNs,
    string? SegmentId,
    Sha256Digest? Replaces,
    bool Cut,
    string State,
    bool NeedsPerson,
    long Attempts,
    string? Reason,
    string? Outcome,
    string? AnsweredSegment,
    long? Position,
    Sha256Digest? QuarantineId,
    long SpooledAtNs)
{
    /// <summary>What the broker is told of it.</summary>
    public RecordingPublished ToMessage() => new(
        MessageId, Robot, Dataset, Layer, RecordedAtNs, StorageUrl, StorageUrl is null ? Sha256 : null, SizeBytes, Sha256, SegmentId, Replaces) { Cut = Cut };
}

/// <summary>How far a recording has come. Each step is committed before the next one begins.</summary>
public static class SpoolStates
{
    public const string Spooled = "spooled";

    /// <summary>The server has the whole file and gave its receipt.</summary>
    public const string Uploaded = "uploaded";

    /// <summary>The broker confirmed the message.</summary>
    public const string Published = "published";

    /// <summary>Answered; or confirmed, where this robot may not listen to answers.</summary>
    public const string Done = "done";
}

/// <summary>What waits in a spool, for heartbeats.</summary>
/// <param name="OldestSpooledAtNs">Null when nothing waits.</param>
public sealed record SpoolBacklog(long Recordings, long SizeBytes, long? OldestSpooledAtNs);
