using Strata.Contracts;

namespace Strata.Projections;

/// <summary>The datasets that stand now; one that was deleted is not found.</summary>
public interface IEntryList
{
    Task<DatasetEntry?> FindAsync(string name, CancellationToken cancellationToken);

    /// <summary>The dataset that had the name as of a log position, also one that has another name now or was deleted since.</summary>
    Task<DatasetEntry?> FindAsync(string name, long? asOf, CancellationToken cancellationToken);

    /// <summary>The dataset that had the name last, when none has it now.</summary>
    Task<FormerName?> FindFormerAsync(string name, CancellationToken cancellationToken);

    /// <summary>What happened to entries after a position, in order. Companions that came or went with their dataset are not told of.</summary>
    Task<IReadOnlyList<EntryChange>> ChangesAsync(long afterPosition, int maxChanges, CancellationToken cancellationToken);

    Task<DatasetEntry?> FindAsync(DatasetId dataset, CancellationToken cancellationToken);

    /// <summary>The dataset as it was as of a log position; it may have been renamed or deleted since.</summary>
    Task<DatasetEntry?> FindAsync(DatasetId dataset, long asOf, CancellationToken cancellationToken);

    /// <summary>The dataset as it is, or as it was when it was deleted; null: there never was one.</summary>
    Task<KnownDataset?> FindEverAsync(DatasetId dataset, CancellationToken cancellationToken);

    /// <summary>All datasets and pins that have the name or ever had it: whoever has it now first, then whoever lost it last.</summary>
    Task<IReadOnlyList<KnownDataset>> EverNamedAsync(string name, CancellationToken cancellationToken);

    /// <summary>All pins that stand, sorted by name: what they show is held against any removal of superseded bytes.</summary>
    /// <param name="of">Only of this dataset; null: of all.</param>
    Task<IReadOnlyList<Pin>> PinsAsync(DatasetId? of, CancellationToken cancellationToken);

    /// <summary>Those of the given kinds, sorted by name. Lists for people show <see cref="DatasetKind.Recording"/> only: companions are hidden.</summary>
    Task<IReadOnlyList<DatasetEntry>> ListAsync(IReadOnlyCollection<DatasetKind> kinds, CancellationToken cancellationToken);
}

/// <param name="UpdatedAtNs">Rises with each change of the dataset, also of what is registered in it.</param>
public sealed record DatasetEntry(DatasetId Dataset, string Name, KeepMode KeepMode, long CreatedAtNs, long UpdatedAtNs)
{
    public DatasetKind Kind { get; init; }

    /// <summary>The one state that it shows, as a position of the log: that of a pin or a moment, which cannot be changed. Null: whatever is registered last.</summary>
    public long? AsOf { get; init; }

    /// <summary>The dataset whose layers it shows: itself, or what it is a pin or a moment of.</summary>
    public DatasetId Source { get; init; } = Dataset;

    public bool IsPin { get; init; }

    /// <summary>Name of the dataset that it belongs to: its own, for a companion that of its dataset, for a moment that which its dataset has today, or had last. Who may see or change that one may see or change this one.</summary>
    public string Owner { get; init; } = Name;

    /// <summary>Position in the log of the last change of the dataset or of what is registered in it.</summary>
    public long Revision { get; init; }

    public DatasetId? BlueprintDataset { get; init; }

    public string? DefaultBlueprintSegment { get; init; }

    public string? DefaultSegmentTableBlueprintSegment { get; init; }

    public DatasetId? AssetDataset { get; init; }
}

/// <param name="Entry">Its own id.</param>
/// <param name="PinOf">The dataset that it shows; it may be deleted.</param>
public sealed record Pin(DatasetId Entry, string Name, DatasetId PinOf, long AtPosition);

/// <param name="UntilPosition">The event that took the name away: a rename or the deletion.</param>
public sealed record FormerName(DatasetId Dataset, string Name, long UntilPosition);

/// <param name="Entry">As it is, or as it was last.</param>
/// <param name="DeletedAtPosition">Of its deletion; null: it stands.</param>
public sealed record KnownDataset(DatasetEntry Entry, long? DeletedAtPosition);

public enum EntryChangeKind
{
    Created,

    /// <summary>It has another name or refers to other datasets.</summary>
    Changed,

    Deleted,
}

public sealed record EntryChange(long Position, DatasetId Dataset, EntryChangeKind Kind);
