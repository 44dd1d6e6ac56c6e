namespace Strata.Contracts;

/// <summary>Why a row was left out of a derivation. A closed list: scripts match on it.</summary>
public static class DropReasons
{
    public const string NoCommand = "no_command";
    public const string NoObservation = "no_observation";
    public const string CommandTooOld = "command_too_old";

    /// <summary>The nearest command is farther away than the maximum distance, or the commands around the observation are farther apart than the maximum gap.</summary>
    public const string CommandTooFar = "command_too_far";
    public const string NonFinite = "non_finite";
    public const string JointCountDiffers = "joint_count_differs";
    public const string EmptyCommand = "empty_command";
    public const string EmptyObservation = "empty_observation";
    public const string NullJoint = "null_joint";
    public const string SupersededAtSameTime = "superseded_at_same_time";
}

/// <summary>Why a rule derived nothing. A closed list: scripts match on it.</summary>
public static class SkipReasons
{
    /// <summary>A given layer stands under the output's name; a rule never overwrites it.</summary>
    public const string Given = "given";
    public const string SchemaMismatch = "schema_mismatch";
    public const string NoData = "no_data";
    public const string NoComparableRows = "no_comparable_rows";
    public const string NoCommonIndex = "no_common_index";
    public const string Suppressed = "suppressed";
    public const string Superseded = "superseded";

    /// <summary>The layer that would be derived contradicts the schema of given ones.</summary>
    public const string SchemaConflict = "schema_conflict";

    /// <summary>The layer was derived, and gave way when a given one of another schema came.</summary>
    public const string YieldedSchema = "yielded_schema";

    /// <summary>An outside deriver said that it derives nothing, and why.</summary>
    public const string Declined = "declined";
}

/// <summary>Why a person should look at what a rule derived. A closed list.</summary>
public static class ReviewReasons
{
    /// <summary>So many rows could not be compared that the rest tells nothing.</summary>
    public const string TooManyDropped = "too_many_dropped";

    /// <summary>The conditions of a verdict say so, or cannot be answered.</summary>
    public const string Condition = "condition";

    /// <summary>An outside deriver asks for a person.</summary>
    public const string DeriverAsks = "deriver_asks";

    /// <summary>As docs/derivers.md names them.</summary>
    private const string Quality = "quality";

    private const string Verdict = "verdict";

    /// <param name="deriver">Whose result is for a person to look at: of the derivers that say so each has one reason.</param>
    public static string Of(string deriver) => deriver switch
    {
        Quality => TooManyDropped,
        Verdict => Condition,
        _ => DeriverAsks,
    };
}

/// <summary>Why a rule failed and waits for a person. A closed list.</summary>
public static class FailureReasons
{
    public const string RecordingMissing = "recording_missing";
    public const string RecordingChanged = "recording_changed";
    public const string RecordingBroken = "recording_broken";
    public const string TooManyAttempts = "too_many_attempts";
    public const string StorageFull = "storage_full";
    public const string Unexpected = "unexpected";

    /// <summary>No deriver of that name is here, or its program is not. It is tried again when one is.</summary>
    public const string DeriverMissing = "deriver_missing";

    /// <summary>An outside deriver ended with an exit code or by a signal.</summary>
    public const string DeriverFailed = "deriver_failed";
    public const string DeriverTimeout = "deriver_timeout";
    public const string DeriverMemory = "deriver_memory";

    /// <summary>What an outside deriver answered is refused.</summary>
    public const string DeriverAnswer = "deriver_answer";
}

/// <summary>Why a recording was quarantined. A closed list.</summary>
public static class QuarantineReasons
{
    public const string NotAnRrd = "not_an_rrd";
    public const string TooOld = "too_old";
    public const string Empty = "empty";
    public const string Truncated = "truncated";
    public const string Broken = "broken";
    public const string NoRecording = "no_recording";
    public const string RecordingIdMissing = "recording_id_missing";
    public const string SchemaConflict = "schema_conflict";
    public const string LimitExceeded = "limit_exceeded";

    /// <summary>A robot's message without a field that it must have, or with a wrong one.</summary>
    public const string Message = "message";

    /// <summary>A robot's message that somebody else sent.</summary>
    public const string Sender = "sender";

    /// <summary>The dataset that it names cannot be written to.</summary>
    public const string Dataset = "dataset";

    public const string UploadMissing = "upload_missing";
    public const string FileMissing = "file_missing";

    /// <summary>Outside of the folders that may be opened, of another scheme, or not to be read.</summary>
    public const string FileRefused = "file_refused";
    public const string SizeDiffers = "size_differs";
    public const string Sha256Differs = "sha256_differs";
    public const string SegmentDiffers = "segment_differs";

    /// <summary>Other bytes stand in the place of this recording.</summary>
    public const string LayerStands = "layer_stands";
}
