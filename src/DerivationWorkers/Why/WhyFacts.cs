using Strata.Arrow;
using Strata.Contracts;
using Strata.EventStore;
using Strata.Projections;

namespace Strata.DerivationWorkers;

/// <summary>All that is known about one segment: what a story is told from, and nothing else.</summary>
/// <param name="SegmentEvents">The segment's stream.</param>
/// <param name="DatasetEvents">The dataset's stream: rules and suppressions.</param>
/// <param name="Evaluations">The latest of each rule for this segment, and those decided for a whole schema.</param>
/// <param name="Open">Open work of this segment.</param>
/// <param name="Attempts">By claim key (<see cref="ClaimKeys"/>).</param>
/// <param name="EntityPaths">Of each current layer, from its schema.</param>
/// <param name="NowNs">UTC nanoseconds.</param>
public sealed record WhyFacts(
    DatasetId Dataset,
    string DatasetName,
    string Segment,
    IReadOnlyList<RecordedEvent> SegmentEvents,
    IReadOnlyList<RecordedEvent> DatasetEvents,
    IReadOnlyList<EvaluationRow> Evaluations,
    IReadOnlyList<WorkItem> Open,
    IReadOnlyDictionary<Sha256Digest, WorkAttempts> Attempts,
    IReadOnlyDictionary<string, IReadOnlyList<string>> EntityPaths,
    long NowNs)
{
    /// <summary>The past state that is told of, as a log position; null: the present one.</summary>
    public long? AsOf { get; init; }

    /// <summary>Layers that derived ones of this segment gave way to, with the position at which they stand; those that do not stand any more are not in it.</summary>
    public IReadOnlyDictionary<LayerName, long> YieldedTo { get; init; } = new Dictionary<LayerName, long>();

    /// <summary>The properties of each current layer that has any: one row, columns <c>property:…</c>.</summary>
    public IReadOnlyDictionary<string, RecordBatch> Properties { get; init; } = new Dictionary<string, RecordBatch>();

    /// <summary>The latest purge of the segment, also one after the moment that is told of: what it erases is erased from the past too.</summary>
    public PurgedSegment? Purge { get; init; }

    /// <summary>Of current layers, those whose referenced file is not what was registered, or was found not to be.</summary>
    public IReadOnlyList<ReferencedFile> Files { get; init; } = [];

    /// <summary>Of all layers that ever stood, the contents whose bytes were let go of: how, in words.</summary>
    public IReadOnlyList<ReleasedLayer> Released { get; init; } = [];
}

/// <param name="Stands">In the state that is told of.</param>
public sealed record ReleasedLayer(string Layer, Sha256Digest Fingerprint, string How, bool Stands)
{
    public string Sentence => $"layer '{Layer}' ({Fingerprint.Value[..12]}): {How}";
}

/// <param name="NotedAt">Position of the latest event that noted it; null when none did.</param>
/// <param name="Noted">What that event says.</param>
/// <param name="Trouble">What is wrong with the file as it is now; null when it is what was registered.</param>
public sealed record ReferencedFile(string Layer, long? NotedAt, string? Noted, string? Trouble)
{
    /// <summary>False when the file was not opened, since a past state is told of.</summary>
    public bool IsLookedAt { get; init; } = true;
}

/// <summary>One line of <c>strata why</c>. Source: DESIGN §12.</summary>
/// <param name="Rule">Null for a layer that no rule makes.</param>
/// <param name="Outcome">One of <see cref="WhyOutcomes"/>.</param>
/// <param name="Reason">From the closed lists of reasons where there is one.</param>
/// <param name="Position">Of the event that decided it; null while nothing is decided.</param>
/// <param name="Sentence">The same in words, with what to do where something is to be done.</param>
public sealed record WhyRow(
    string? Rule,
    string Layer,
    string Outcome,
    string? Reason,
    long? Position,
    EquatableArray<DerivationInput> Inputs,
    long RowsUsed,
    EquatableArray<DroppedRows> RowsDropped,
    string Sentence);

/// <param name="Found">False when the segment or the layer is not known; the sentences say what is.</param>
public sealed record WhyAnswer(bool Found, IReadOnlyList<WhyRow> Rows, IReadOnlyList<string> Sentences);

/// <summary>What a layer's story comes to. A closed list: scripts match on it.</summary>
public static class WhyOutcomes
{
    public const string Given = "given";

    /// <summary>A layer stands that is older than a change of the rule's inputs: a given one, or one that was not made anew, for the reason that is told.</summary>
    public const string Stale = "stale";
    public const string Derived = "derived";
    public const string Review = "review";
    public const string Pending = "pending";
    public const string WaitsForInput = "waits_for_input";
    public const string Skipped = "skipped";
    public const string Failed = "failed";
    public const string Suppressed = "suppressed";
    public const string NeedsBackfill = "needs_backfill";
    public const string Removed = "removed";

    /// <summary>The rule that makes the layer was retired; what it made may stand.</summary>
    public const string Retired = "retired";
    public const string NoRule = "no_rule";
}
