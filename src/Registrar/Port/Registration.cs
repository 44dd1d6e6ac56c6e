using System.Collections.Immutable;
using Strata.Contracts;
using Strata.Recordings;

namespace Strata.Registrar;

public enum OnDuplicate
{
    /// <summary>Strata's own: the same fingerprint as the current holder is <c>known</c>, other bytes are an error.</summary>
    Known,
    Error,
    Skip,
    Replace,
}

/// <summary>When one source of a call keeps all others out, as Rerun's SDK has it. Source: catalog-protocol §2.6, §11.4.</summary>
[Flags]
public enum RefuseWholeCall
{
    /// <summary>Each source for itself: a broken one goes to quarantine, a duplicate fails, the others are registered.</summary>
    Never = 0,

    /// <summary>A file that is missing, foreign or broken (which goes to quarantine all the same), and the same layer twice in one call.</summary>
    ForSources = 1,

    /// <summary>A layer that stands already, where <see cref="OnDuplicate.Error"/> is asked for.</summary>
    ForDuplicates = 2,
}

/// <param name="Sources">Files as found by the caller (folders and globs already expanded), each with the URL to show.</param>
/// <param name="Dataset">By name; created on first use.</param>
/// <param name="DefaultRules">Declared when the dataset is created by this command; ignored when it exists.</param>
/// <param name="CommandId">Null for a new request; a delivery that may come twice brings its own.</param>
public sealed record RegisterRecordings(
    string Dataset,
    string Layer,
    ImmutableArray<RecordingRequest> Sources,
    OnDuplicate OnDuplicate,
    KeepMode? KeepMode,
    ImmutableArray<RuleDefinition> DefaultRules,
    EventSource Source,
    string? CommandId)
{
    /// <summary>By id instead of by name: it must exist, and <see cref="Dataset"/> only tells of it in messages.</summary>
    public DatasetId? ById { get; init; }

    public RefuseWholeCall RefuseWholeCall { get; init; }

    /// <summary>Under this id what failed is recorded, so that it can be asked for later; null: it is only answered.</summary>
    public string? RegistrationId { get; init; }
}

/// <param name="Path">Absolute path of the local file.</param>
public sealed record RecordingRequest(string Path, string StorageUrl)
{
    /// <summary>Null: the layer of the command.</summary>
    public string? Layer { get; init; }

    /// <summary>Bytes that the recording store holds already; the path is not opened then, and without a URL the store's own is shown.</summary>
    public KeptFile? Kept { get; init; }

    /// <summary>The robot's message that brings it: it says what the file must be, and is answered in the same append; null: nobody's message.</summary>
    public RobotMessage? Message { get; init; }
}

public sealed record RegisterProgress(int Done, int Total, string Stage);

/// <param name="Position">The highest position that this call wrote or met; wait for the read models to pass it, and who registered sees it.</param>
public sealed record RegisterOutcome(DatasetId? Dataset, bool DatasetCreated, long Position, ImmutableArray<RegisteredRecording> Recordings)
{
    /// <summary>Derived layers that were unregistered since the schema of what was registered contradicts theirs, and those made from them. Source: DESIGN rule 5.</summary>
    public ImmutableArray<YieldedLayer> Yielded { get; init; } = [];

    /// <summary>One a source: what its robot was told; null where no message brought it, or where it waits for another source of this call to stand first.</summary>
    public ImmutableArray<AnsweredMessage?> Answers { get; init; } = [];
}

/// <param name="To">The given layer that it gave way to.</param>
public sealed record YieldedLayer(string Segment, string Layer, LayerName To);

/// <summary>One line of <c>strata register</c>. Source: DESIGN §12.</summary>
/// <param name="Status"><c>registered, known, skipped, replaced, quarantined, failed</c>.</param>
/// <param name="Segment">Null where the file could not be read so far.</param>
/// <param name="Offset">Byte offset of what was found wrong.</param>
/// <param name="QuarantineId">Set when the status is <c>quarantined</c>.</param>
public sealed record RegisteredRecording(
    string Path,
    string? Segment,
    string Layer,
    string Status,
    long? Position,
    string? Reason,
    long? Offset,
    Sha256Digest? QuarantineId,
    Sha256Digest? Fingerprint)
{
    /// <summary>As the caller named it.</summary>
    public string StorageUrl { get; init; } = "";

    /// <summary>Place in <see cref="RegistrationFinished.Failures"/>; null when nothing was recorded of it.</summary>
    public int? FailureIndex { get; init; }
}

public static class RegistrationStatus
{
    public const string Registered = "registered";
    public const string Known = "known";
    public const string Skipped = "skipped";
    public const string Replaced = "replaced";
    public const string Quarantined = "quarantined";
    public const string Failed = "failed";
}

public sealed partial record CreateDataset(string Name, KeepMode KeepMode, ImmutableArray<RuleDefinition> Rules, EventSource Source)
{
    /// <summary>The caller's choice; null: a fresh one.</summary>
    public DatasetId? Id { get; init; }

    /// <summary>True: a dataset that is there already is a refusal. False: it is the answer.</summary>
    public bool MustNotExist { get; init; }
}

public sealed record DatasetOutcome(DatasetId Dataset, string Name, bool Created, long Position);

/// <summary>A rule as it is declared; its revision is assigned when it is.</summary>
public sealed record RuleDefinition(string Rule, string Deriver, EquatableArray<string> Inputs, string OutputLayer, CanonicalJson Parameters)
{
    /// <summary>What its deriver writes with these parameters; null: not known.</summary>
    public RuleOutputs? Outputs { get; init; }

    /// <summary>The deriver's parameter that moves <see cref="RuleOutputs.Entities"/>; null: none does.</summary>
    public string? EntityParameter { get; init; }
}

public sealed partial record DeclareRule(DatasetId Dataset, RuleDefinition Definition, EventSource Source)
{
    /// <summary>By name, what rules write whose events do not say so: those declared before it was noted.</summary>
    public ImmutableDictionary<string, RuleOutputs> OutputsOfOthers { get; init; } = ImmutableDictionary<string, RuleOutputs>.Empty;
}

/// <summary>Declares some rules and retires others, all of them or none.</summary>
/// <param name="Retired">By name; those that do not stand are left alone.</param>
public sealed partial record ApplyRules(DatasetId Dataset, ImmutableArray<RuleDefinition> Definitions, ImmutableArray<string> Retired, EventSource Source)
{
    /// <inheritdoc cref="DeclareRule.OutputsOfOthers"/>
    public ImmutableDictionary<string, RuleOutputs> OutputsOfOthers { get; init; } = ImmutableDictionary<string, RuleOutputs>.Empty;

    /// <summary>Decide, and append nothing.</summary>
    public bool DryRun { get; init; }
}

/// <param name="Declared">New rules and new revisions; what stood already in this form is not among them.</param>
public sealed record ApplyOutcome(ImmutableArray<RuleDeclared> Declared, ImmutableArray<string> Retired, long Position);

/// <param name="Reason">In the person's words.</param>
public sealed partial record SuppressRule(DatasetId Dataset, string Rule, string Segment, string Reason);

/// <summary>Gives the name of a given layer back to the rule that writes it.</summary>
public sealed partial record AdoptLayer(DatasetId Dataset, string Segment, string Layer, EventSource Source);

/// <param name="Rule">The rule that derives the layer from now on.</param>
/// <param name="Adopted">False: the layer was the rule's already.</param>
public sealed record AdoptOutcome(string Rule, bool Adopted, long Position);

/// <param name="RemoveLayers">Unregister what it made, also when it was retired before.</param>
public sealed partial record RetireRule(DatasetId Dataset, string Rule, bool RemoveLayers, EventSource Source);

/// <param name="Retired">False when it was retired before.</param>
/// <param name="Removed">Layers that were unregistered, those that needed them among them.</param>
/// <param name="Position">Of the last append; wait for the read models to pass it.</param>
public sealed record RetireOutcome(bool Retired, long Removed, long Position);

/// <param name="Segments">Empty: all of the dataset.</param>
/// <param name="Layers">Empty: all layers.</param>
public sealed partial record UnregisterLayers(DatasetId Dataset, ImmutableArray<string> Segments, ImmutableArray<string> Layers, EventSource Source);

/// <param name="PropertiesIpc">Arrow IPC stream of one row.</param>
/// <param name="ExpectedRevision">The revision that the client has seen, 0 when there were no properties; null: whatever stands there.</param>
public sealed partial record SetSegmentProperties(DatasetId Dataset, string Segment, ReadOnlyMemory<byte> PropertiesIpc, ulong? ExpectedRevision, EventSource Source);

public sealed record SegmentPropertiesOutcome(long Revision, long Position);

/// <param name="Segments">Each with the revision that the client has seen; null: whatever stands there.</param>
public sealed partial record RemoveSegmentProperties(DatasetId Dataset, ImmutableArray<(string Segment, ulong? ExpectedRevision)> Segments, EventSource Source);

public sealed record UnregisterOutcome(long Position, ImmutableArray<(string Segment, string Layer)> Removed);
