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
}

/// <summary>Where the chunks of a layer lie in its file. Source: rrd-format §9.2.</summary>
public interface IChunkIndex
{
    /// <summary>One entry a current layer of the segment, in the order of the segment table's layer names.</summary>
    Task<IReadOnlyList<LayerChunks>> ReadAsync(DatasetId dataset, string segment, long? asOf, CancellationToken cancellationToken);
}

/// <param name="Chunks">One row a chunk; columns as in rrd-format §9.2.</param>
public sealed record LayerChunks(string Layer, string ApplicationId, KeptBytes Kept, Sha256Digest Fingerprint, RecordBatch Chunks);

/// <summary>What clients gave to segments beside their layers; it shows in none of the tables above. Source: catalog-protocol §11.6.</summary>
public interface ISegmentProperties
{
    /// <param name="segments">Null: all of the dataset. One that has none, or that nobody knows, has no row.</param>
    Task<IReadOnlyList<SegmentPropertiesRow>> ReadAsync(DatasetId dataset, IReadOnlyList<string>? segments, CancellationToken cancellationToken);
}

/// <param name="PropertiesIpc">Arrow IPC stream of one row.</param>
public sealed record SegmentPropertiesRow(string Segment, long Revision, ReadOnlyMemory<byte> PropertiesIpc);

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
