using Strata.Arrow;
using Strata.Contracts;

namespace Strata.Projections;

/// <summary>What of a table is asked for. A row must pass all filters; they do not change the columns.</summary>
/// <param name="Segments">Only these, unknown ones are passed over; null: all.</param>
/// <param name="AsOf">A log position; null: now.</param>
public sealed record TableQuery(IReadOnlyList<string>? Segments = null, long? AsOf = null)
{
    /// <summary>All but these.</summary>
    public IReadOnlyList<string>? SkippedSegments { get; init; }

    /// <summary>Only layers of these names count; a segment that has none of them is absent.</summary>
    public IReadOnlyList<string>? Layers { get; init; }

    /// <summary>Layers of these names do not count.</summary>
    public IReadOnlyList<string>? SkippedLayers { get; init; }

    /// <summary>Only these, in this order; null: all. What is not asked for is neither read nor decoded.</summary>
    public IReadOnlyList<string>? Columns { get; init; }
}

/// <summary>A projection names a column that the table lacks, or one twice. Source: catalog-protocol §2.9.</summary>
public sealed class TableColumnException(string message) : Exception(message);

public interface ITable
{
    /// <summary>All columns at a position (null: now), without a look at the rows.</summary>
    Task<Schema> ReadSchemaAsync(DatasetId dataset, long? asOf, CancellationToken cancellationToken);

    /// <exception cref="TableColumnException">A column that is not there, or twice.</exception>
    Task<RecordBatch> ReadAsync(DatasetId dataset, TableQuery query, CancellationToken cancellationToken);

    /// <summary>The same rows in batches of bounded length, at least one batch. All show the moment of the first, however slowly they are taken.</summary>
    /// <exception cref="TableColumnException">A column that is not there, or twice.</exception>
    IAsyncEnumerable<RecordBatch> ReadBatchesAsync(DatasetId dataset, TableQuery query, CancellationToken cancellationToken);
}

/// <summary>One row a segment, sorted by segment id, column for column as Rerun has them. Source: catalog-protocol §2.9, §6.4.</summary>
public interface ISegmentTable : ITable;

/// <summary>One row a layer, sorted by (segment id, registration time, layer name). Source: catalog-protocol §2.10.</summary>
public interface IDatasetManifest : ITable;

/// <summary>The union of the recording schemas of all current layers. Source: catalog-protocol §2.11.</summary>
public interface IDatasetSchema
{
    Task<Schema> ReadAsync(DatasetId dataset, long? asOf, CancellationToken cancellationToken);

    /// <summary>Recording schemas by their hash, their columns in the order of <see cref="ReadAsync"/>; those that no layer of the dataset ever had are left out.</summary>
    /// <inheritdoc cref="FindAsync"/>
    Task<IReadOnlyDictionary<Sha256Digest, Schema>> FindOrderedAsync(DatasetId dataset, long? asOf, IReadOnlyCollection<Sha256Digest> schemas, CancellationToken cancellationToken);

    /// <summary>Recording schemas by their hash, as the Arrow IPC streams that stand in the files; those that no layer of the dataset ever had are left out.</summary>
    /// <param name="asOf">A position at which the dataset was there; null: now.</param>
    Task<IReadOnlyDictionary<Sha256Digest, ReadOnlyMemory<byte>>> FindAsync(DatasetId dataset, long? asOf, IReadOnlyCollection<Sha256Digest> schemas, CancellationToken cancellationToken);
}

/// <summary>What was given to segments beside their layers. Of it the tags, <c>property:tags:…</c>, show in the segment table, and nothing in the other tables above. Source: catalog-protocol §11.6.</summary>
public interface ISegmentProperties
{
    /// <param name="segments">Null: all of the dataset. One that has none, or that nobody knows, has no row.</param>
    Task<IReadOnlyList<SegmentPropertiesRow>> ReadAsync(DatasetId dataset, IReadOnlyList<string>? segments, long? asOf, CancellationToken cancellationToken);
}

/// <param name="PropertiesIpc">Arrow IPC stream of one row.</param>
public sealed record SegmentPropertiesRow(string Segment, long Revision, ReadOnlyMemory<byte> PropertiesIpc);

public interface IRuleList
{
    /// <summary>The rules that stand, in the order in which they were first declared.</summary>
    /// <param name="asOf">A log position; null: now.</param>
    Task<IReadOnlyList<RuleRow>> ReadAsync(DatasetId dataset, long? asOf, CancellationToken cancellationToken);

    /// <summary>All revisions of all rules, those of retired ones among them, in the order in which they were declared.</summary>
    /// <param name="asOf">A log position; null: now.</param>
    Task<IReadOnlyList<RuleRow>> ReadRevisionsAsync(DatasetId dataset, long? asOf, CancellationToken cancellationToken);

    /// <summary>The segments that a rule leaves alone, since a person said so.</summary>
    /// <param name="asOf">A log position; null: now.</param>
    Task<IReadOnlyList<SuppressionRow>> ReadSuppressionsAsync(DatasetId dataset, long? asOf, CancellationToken cancellationToken);
}

/// <param name="Reason">As the person said it.</param>
public sealed record SuppressionRow(string Rule, string Segment, string Reason, long Position);

public sealed record RuleRow(
    DatasetId Dataset,
    string Rule,
    int Revision,
    string Deriver,
    EquatableArray<string> Inputs,
    string OutputLayer,
    CanonicalJson Parameters,
    long Position)
{
    /// <summary>What it writes inside its layer; null where its event does not say so.</summary>
    public RuleOutputs? Outputs { get; init; }

    /// <summary>Of the event that ended this revision: the next one, or the rule's retirement; null while it stands.</summary>
    public long? UntilPosition { get; init; }
}
