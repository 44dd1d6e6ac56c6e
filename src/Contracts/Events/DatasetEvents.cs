using System.Text.Json.Serialization;

namespace Strata.Contracts;

/// <summary>How a dataset keeps the bytes of what is registered. Source: DESIGN §4.1.</summary>
[JsonConverter(typeof(CamelCaseEnumConverter<KeepMode>))]
public enum KeepMode
{
    /// <summary>Reference inside configured roots, copy elsewhere.</summary>
    Auto,
    Copy,
    Reference,
}

/// <summary>What a dataset holds. Source: catalog-protocol §2.1, §5.1.</summary>
[JsonConverter(typeof(CamelCaseEnumConverter<DatasetKind>))]
public enum DatasetKind
{
    Recording,
    Blueprint,

    /// <summary>Static data that belongs to the segments of another dataset.</summary>
    Asset,
}

/// <summary>A dataset, or one of the two hidden companions that belong to a recording dataset. Those are streams of their own and are created in one append with it.</summary>
public sealed record DatasetCreated(DatasetId Dataset, string Name, KeepMode KeepMode) : StrataEvent
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public DatasetKind Kind { get; init; }

    /// <summary>Its own companion for blueprints; null for a companion, and in logs from before there were any.</summary>
    public DatasetId? BlueprintDataset { get; init; }

    public DatasetId? AssetDataset { get; init; }

    /// <summary>The dataset whose companion this is, and with which it is deleted.</summary>
    public DatasetId? CompanionOf { get; init; }

    public EventSource? Source { get; init; }
}

/// <summary>The id stays; the companions keep their names, which are made of it.</summary>
public sealed record DatasetRenamed(DatasetId Dataset, string Name, EventSource Source) : StrataEvent;

/// <summary>Nothing of it is found from now on; what it held can be read as of an earlier position. Its name is free again, its id never is.</summary>
public sealed record DatasetDeleted(DatasetId Dataset, EventSource Source) : StrataEvent;

/// <summary>The whole of the new details, and no difference to the old ones. Source: catalog-protocol §2.5.</summary>
/// <param name="DefaultBlueprintSegment">Segment of <paramref name="BlueprintDataset"/>; it need not exist.</param>
/// <param name="DefaultSegmentTableBlueprintSegment">The same for the dataset's segment table.</param>
public sealed record DatasetDetailsChanged(
    DatasetId Dataset,
    DatasetId? BlueprintDataset,
    string? DefaultBlueprintSegment,
    string? DefaultSegmentTableBlueprintSegment,
    DatasetId? AssetDataset,
    EventSource Source) : StrataEvent;

/// <summary>A named version of a dataset: an entry of its own that shows the dataset as it was, for ever. It is renamed and deleted as any dataset is, and holds nothing itself.</summary>
/// <param name="Dataset">The pin's own id; its stream is named by it.</param>
/// <param name="PinOf">The dataset that it shows, which may be renamed or deleted.</param>
/// <param name="AtPosition">Of the log: the state that it shows.</param>
public sealed record DatasetPinned(DatasetId Dataset, string Name, DatasetId PinOf, long AtPosition, EventSource Source) : StrataEvent;

/// <summary>How long bytes are kept that no layer of the dataset stands on any more; also those of its companions. The last declaration holds, and without one they are kept for ever.</summary>
/// <param name="SupersededForNs">From the moment when the layer was replaced or unregistered, or the dataset deleted; null: for ever.</param>
public sealed record RetentionDeclared(DatasetId Dataset, long? SupersededForNs, EventSource Source) : StrataEvent;

/// <summary>"When these layers are there, run this deriver with these parameters into that layer." A changed declaration is a new revision.</summary>
public sealed record RuleDeclared(
    DatasetId Dataset,
    string Rule,
    int Revision,
    string Deriver,
    EquatableArray<string> Inputs,
    string OutputLayer,
    CanonicalJson Parameters) : StrataEvent
{
    /// <summary>What it writes inside its layer; null in logs from before it was noted, and where nobody knew.</summary>
    public RuleOutputs? Outputs { get; init; }
}

/// <summary>What a rule writes inside its layer, where two rules could write the same.</summary>
/// <param name="Entities">Entity paths; with <see cref="AndBelow"/> each that lies below it, too.</param>
/// <param name="Properties">Names of properties, as in the segment table's <c>property:NAME:…</c>.</param>
public sealed record RuleOutputs(EquatableArray<string> Entities, EquatableArray<string> Properties)
{
    /// <summary>The end of an entity path that stands for itself and all below it, as in Rerun's contents.</summary>
    public const string AndBelow = "/**";
}

/// <summary>The rule derives nothing any more; what it derived stands, unless it is unregistered by itself. Declared again, its revisions go on counting.</summary>
public sealed record RuleRetired(DatasetId Dataset, string Rule, EventSource Source) : StrataEvent;

/// <summary>A person took the rule's layer away from one segment: the rule leaves it alone until resumed or until an input changes.</summary>
public sealed record RuleSuppressed(DatasetId Dataset, string Rule, string Segment, string Reason) : StrataEvent;

public sealed record RuleResumed(DatasetId Dataset, string Rule, string Segment) : StrataEvent;
