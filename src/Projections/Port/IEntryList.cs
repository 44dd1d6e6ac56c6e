using Strata.Contracts;

namespace Strata.Projections;

/// <summary>The datasets that stand now; one that was deleted is not found.</summary>
public interface IEntryList
{
    Task<DatasetEntry?> FindAsync(string name, CancellationToken cancellationToken);

    Task<DatasetEntry?> FindAsync(DatasetId dataset, CancellationToken cancellationToken);

    /// <summary>Sorted by name.</summary>
    Task<IReadOnlyList<DatasetEntry>> ListAsync(CancellationToken cancellationToken);
}

/// <param name="UpdatedAtNs">Rises with each change of the dataset, also of what is registered in it.</param>
public sealed record DatasetEntry(DatasetId Dataset, string Name, KeepMode KeepMode, long CreatedAtNs, long UpdatedAtNs)
{
    public DatasetKind Kind { get; init; }

    /// <summary>Position in the log of the last change of the dataset or of what is registered in it.</summary>
    public long Revision { get; init; }

    public DatasetId? BlueprintDataset { get; init; }

    public string? DefaultBlueprintSegment { get; init; }

    public string? DefaultSegmentTableBlueprintSegment { get; init; }

    public DatasetId? AssetDataset { get; init; }
}
