using Strata.Arrow;
using Strata.Contracts;

namespace Strata.Projections;

/// <param name="Segments">Null: all.</param>
/// <param name="AsOf">A log position; null: now.</param>
public sealed record TableQuery(IReadOnlyList<string>? Segments = null, long? AsOf = null);

/// <summary>One row a segment, sorted by segment id, column for column as Rerun has them. Source: catalog-protocol §2.9, §6.4.</summary>
public interface ISegmentTable
{
    Task<RecordBatch> ReadAsync(DatasetId dataset, TableQuery query, CancellationToken cancellationToken);
}

/// <summary>One row a layer, sorted by (segment id, registration time, layer name). Source: catalog-protocol §2.10.</summary>
public interface IDatasetManifest
{
    Task<RecordBatch> ReadAsync(DatasetId dataset, TableQuery query, CancellationToken cancellationToken);
}

/// <summary>The union of the recording schemas of all current layers. Source: catalog-protocol §2.11.</summary>
public interface IDatasetSchema
{
    Task<Schema> ReadAsync(DatasetId dataset, long? asOf, CancellationToken cancellationToken);

    /// <summary>Recording schemas by their hash, as Arrow IPC streams; those that no layer of the dataset ever had are left out.</summary>
    Task<IReadOnlyDictionary<Sha256Digest, ReadOnlyMemory<byte>>> FindAsync(DatasetId dataset, IReadOnlyCollection<Sha256Digest> schemas, CancellationToken cancellationToken);
}

public interface IRuleList
{
    Task<IReadOnlyList<RuleRow>> ReadAsync(DatasetId dataset, CancellationToken cancellationToken);
}

public sealed record RuleRow(
    DatasetId Dataset,
    string Rule,
    int Revision,
    string Deriver,
    EquatableArray<string> Inputs,
    string OutputLayer,
    CanonicalJson Parameters,
    long Position);
