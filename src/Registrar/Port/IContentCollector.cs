using System.Collections.Immutable;
using Strata.Contracts;
using Strata.Recordings;

namespace Strata.Registrar;

/// <summary>Lets go of files that nothing holds. Source: DESIGN rules 9 and 15.</summary>
public interface IContentCollector
{
    /// <summary>What <see cref="CollectAsync"/> would remove now.</summary>
    Task<Collection> PlanAsync(IProgress<CollectionProgress>? progress, CancellationToken cancellationToken);

    /// <summary>Says in the log what is let go of, then removes it; also what an earlier one said and did not come to remove.</summary>
    Task<Collection> CollectAsync(EventSource source, IProgress<CollectionProgress>? progress, CancellationToken cancellationToken);

    /// <summary>Only what no event names, and what an earlier run did not come to remove. The log is not read while there cannot be any.</summary>
    Task<Collection> SweepAsync(CancellationToken cancellationToken);

    Task<ContentUsage> MeasureAsync(UsageGrouping by, IProgress<CollectionProgress>? progress, CancellationToken cancellationToken);

    /// <summary>Datasets with a declared retention → for how long superseded bytes are kept, null for ever.</summary>
    Task<IReadOnlyDictionary<DatasetId, long?>> RetentionsAsync(CancellationToken cancellationToken);
}

public sealed record CollectionProgress(string Stage, long Done, long Total);

/// <param name="Position">The log was looked at up to here.</param>
public sealed record Collection(ImmutableArray<CollectedFile> Files, long Position)
{
    public long SizeBytes => Files.Sum(f => f.File.SizeBytes);
}

public sealed record CollectedFile(StoredFile File, CollectionReason Reason);

public enum CollectionReason
{
    /// <summary>Whatever stood on it was replaced, unregistered or discarded, and neither a pin nor a retention holds it.</summary>
    Superseded,

    /// <summary>No event names it, or it never got its name.</summary>
    Orphan,

    /// <summary>It was let go of before, and the run was cut before it was removed.</summary>
    Unfinished,
}

public enum UsageGrouping
{
    Dataset,
    Layer,
    Robot,
}

/// <summary>Where the bytes of copies are.</summary>
/// <param name="Groups">Sorted by name. A file that several groups share is counted in each.</param>
/// <param name="Total">Each file once.</param>
/// <param name="SharedBytes">By how much the groups together exceed the total's.</param>
/// <param name="References">Files elsewhere that standing layers refer to.</param>
/// <param name="MissingFiles">Copies that something stands on and that are not there.</param>
public sealed record ContentUsage(ImmutableArray<UsageGroup> Groups, UsageGroup Total, long OrphanBytes, long SharedBytes, long References, long ReferencedBytes, long MissingFiles, long Position);

/// <param name="HeldBytes">Superseded, and held by a pin or a retention.</param>
/// <param name="CollectableBytes">What a collection would remove now, of the total also orphans.</param>
public sealed record UsageGroup(string Name, long Files, long StandingBytes, long HeldBytes, long QuarantinedBytes, long CollectableBytes)
{
    public long SizeBytes { get; init; }
}
