namespace Strata.Contracts;

/// <summary>A robot says that a recording is finished. The contract for other languages: docs/publishing.md.</summary>
/// <param name="MessageId">The robot's own; the same one again is answered as before and registers nothing.</param>
/// <param name="RecordedAtNs">UTC nanoseconds since 1970 by the robot's clock; for people, decides nothing.</param>
/// <param name="StorageUrl">Where the server can open the file; null where it was uploaded.</param>
/// <param name="Upload">SHA-256 of the uploaded file, which is its receipt; null where a URL is given.</param>
/// <param name="Sha256">Of the whole file, to be checked against; of an uploaded one the same as its receipt.</param>
/// <param name="SegmentId">The recording id that must be found in the file.</param>
/// <param name="Replaces">Fingerprint of the layer that stands there and is to be replaced by this one.</param>
public sealed record RecordingPublished(
    string MessageId,
    string Robot,
    string Dataset,
    string Layer,
    long? RecordedAtNs,
    string? StorageUrl,
    Sha256Digest? Upload,
    long? SizeBytes,
    Sha256Digest? Sha256,
    string? SegmentId,
    Sha256Digest? Replaces)
{
    /// <summary>The file has no end marker and did not grow any more: its writer was cut off.</summary>
    public bool Cut { get; init; }
}

/// <summary>What became of a published recording.</summary>
/// <param name="Outcome">From the closed list of <see cref="RecordingOutcomes"/>.</param>
/// <param name="Position">In the log, where it was accepted or known.</param>
/// <param name="Reason">Why it lies in quarantine, in words.</param>
public sealed record RecordingAnswered(
    string MessageId, string Robot, string Dataset, string Layer, string Outcome, string? SegmentId, long? Position, string? Reason, Sha256Digest? QuarantineId);

public static class RecordingOutcomes
{
    public const string Accepted = "accepted";

    public const string Known = "known";

    public const string Quarantined = "quarantined";
}

/// <summary>A robot is there, and what waits in its spool.</summary>
/// <param name="SentAtNs">UTC nanoseconds since 1970 by the robot's clock.</param>
/// <param name="OldestSpooledAtNs">When the oldest recording that waits was spooled; null when none does.</param>
public sealed record RobotHeartbeat(string Robot, long SentAtNs, long Spooled, long SpooledBytes, long? OldestSpooledAtNs, string? Version);

/// <summary>Exchanges and routing keys between robots and Strata, the same in every language.</summary>
public static class RobotRouting
{
    /// <summary>Topic exchange to which robots publish: <see cref="RecordingPublished"/> and <see cref="RobotHeartbeat"/>.</summary>
    public const string Robots = "robots";

    /// <summary>Topic exchange of <see cref="RecordingAnswered"/>.</summary>
    public const string Answers = "answers";

    /// <summary>A routing key has words between dots and 255 bytes at most; what a name has else is written as <c>%XX</c>.</summary>
    public static string Recording(string robot, string dataset) => $"robot.{Word(robot)}.{Word(dataset)}";

    public static string Heartbeat(string robot) => $"heartbeat.{Word(robot)}";

    /// <summary>Also the name of the queue in which a robot's answers wait for it: one robot's rights at the broker are one word.</summary>
    public static string Answer(string robot) => $"answer.{Word(robot)}";

    private static string Word(string name) => Uri.EscapeDataString(name).Replace(".", "%2E", StringComparison.Ordinal);
}
