namespace Strata.Contracts;

/// <summary>The names of the event streams. Source: DESIGN §5.</summary>
public static class StreamIds
{
    private const string DatasetPrefix = "dataset-";
    private const string SegmentPrefix = "segment-";
    private const string EvaluationPrefix = "evaluation-";
    private const string RecordingPrefix = "recording-";
    private const string QuarantinePrefix = "quarantine-";
    private const string ContentPrefix = "content-";
    private const string RegistrationPrefix = "registration-";
    private const string MessagePrefix = "message-";
    private const string BackfillPrefix = "backfill-";

    public static string Dataset(DatasetId dataset) => DatasetPrefix + dataset.Value;

    public static string Segment(DatasetId dataset, string segment) => $"{SegmentPrefix}{dataset.Value}-{segment}";

    /// <summary>Decisions of rules about one segment, or (with an empty segment) about one schema of a dataset.</summary>
    public static string Evaluation(DatasetId dataset, string segment) => $"{EvaluationPrefix}{dataset.Value}-{segment}";

    /// <summary>What happened to the bytes of one recording.</summary>
    public static string Recording(Sha256Digest fingerprint) => RecordingPrefix + fingerprint.Value;

    public static string Quarantine(Sha256Digest quarantineId) => QuarantinePrefix + quarantineId.Value;

    /// <summary>When the copy at one location of the recording store was let go of.</summary>
    public static string Content(string location) => ContentPrefix + location;

    /// <summary>What a robot was told of one message.</summary>
    /// <param name="commandId">Hash of the robot and its message id.</param>
    public static string Message(string commandId) => MessagePrefix + commandId;

    /// <summary>How one back-fill goes.</summary>
    public static string Backfill(string backfillId) => BackfillPrefix + backfillId;

    /// <summary>What failed in one register call.</summary>
    public static string Registration(string registrationId) => RegistrationPrefix + registrationId;
}
