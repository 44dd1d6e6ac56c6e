using System.Collections.Immutable;
using Strata.Contracts;

namespace Strata.Registrar;

/// <param name="Name">Null: the present one.</param>
public sealed partial record RenameDataset(DatasetId Dataset, string? Name, EventSource Source);

/// <param name="Changed">False when it had that name already.</param>
public sealed record RenameOutcome(DatasetId Dataset, string Name, bool Changed, long Position);

/// <summary>Deletes a dataset together with its companions.</summary>
public sealed partial record DeleteDataset(DatasetId Dataset, EventSource Source);

/// <param name="LastPosition">Of the append; wait for the read models to pass it.</param>
/// <param name="DeletedAt">As of any position before this one the dataset is still there.</param>
/// <param name="Deleted">The dataset and those of its companions that were still there.</param>
public sealed record DeleteOutcome(long LastPosition, long DeletedAt, ImmutableArray<DatasetId> Deleted);

/// <summary>Says how long bytes that are superseded are kept.</summary>
/// <param name="SupersededForNs">Null: for ever.</param>
public sealed partial record RetainDataset(DatasetId Dataset, long? SupersededForNs, EventSource Source);

/// <summary>Makes a named version of a dataset: an entry that shows it as of a position, for ever.</summary>
/// <param name="PinOf">It may have been renamed or deleted since.</param>
/// <param name="AtPosition">At most the head of the log, and one at which the dataset was there.</param>
public sealed partial record PinDataset(DatasetId PinOf, long AtPosition, string Name, EventSource Source);

/// <param name="Dataset">The pin's own id.</param>
public sealed record PinOutcome(DatasetId Dataset, long Position);

/// <summary>What a dataset refers to. Source: catalog-protocol §2.1 (<c>DatasetDetails</c>).</summary>
public sealed record DatasetDetails(
    DatasetId? BlueprintDataset,
    string? DefaultBlueprintSegment,
    string? DefaultSegmentTableBlueprintSegment,
    DatasetId? AssetDataset)
{
    public static DatasetDetails Empty { get; } = new(null, null, null, null);
}

/// <summary>Replaces a dataset's details as a whole, but for an asset dataset that is left out. Source: catalog-protocol §2.5.</summary>
public sealed partial record ChangeDatasetDetails(DatasetId Dataset, DatasetDetails Details, EventSource Source);

/// <param name="Details">As they are now: with the asset dataset that was kept or made.</param>
public sealed record DetailsOutcome(DatasetDetails Details, long Position);
