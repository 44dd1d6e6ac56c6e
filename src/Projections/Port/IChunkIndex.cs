using Strata.Arrow;
using Strata.Contracts;

namespace Strata.Projections;

/// <summary>Where the chunks of a layer lie in its file. Source: rrd-format §9.2.</summary>
public interface IChunkIndex
{
    /// <summary>One entry a current layer of the segment, in the order of the segment table's layer names.</summary>
    Task<IReadOnlyList<LayerChunks>> ReadAsync(DatasetId dataset, string segment, long? asOf, CancellationToken cancellationToken);

    /// <summary>
    /// The same for many segments, sorted by segment id: all layers as of one position, their indexes read some at a time while they are asked for.
    /// </summary>
    /// <param name="segments">Null: all. Ids that are not there are passed over.</param>
    IAsyncEnumerable<LayerChunks> ReadManyAsync(DatasetId dataset, IReadOnlyCollection<string>? segments, long? asOf, CancellationToken cancellationToken);

    /// <summary>Where the bytes of all layers lie, without their chunks; purged ones are left out.</summary>
    /// <param name="asOf">A log position; null: now.</param>
    Task<IReadOnlyList<LayerFile>> FilesAsync(DatasetId dataset, long? asOf, CancellationToken cancellationToken);

    /// <summary>The layers that were registered at these positions of the log, whether they stand or were superseded since; positions of anything else are passed over.</summary>
    IAsyncEnumerable<LayerChunks> FindAsync(IReadOnlyCollection<long> positions, CancellationToken cancellationToken);
}

/// <param name="Position">Of its registration in the log: names it for ever.</param>
/// <param name="StorageUrl">What the client sent.</param>
/// <param name="Chunks">One row a chunk; columns as in rrd-format §9.2. The same instance for as long as it is remembered.</param>
public sealed record LayerChunks(
    long Position,
    DatasetId Dataset,
    string Segment,
    string Layer,
    string ApplicationId,
    string StorageUrl,
    KeptBytes Kept,
    Sha256Digest Fingerprint,
    Sha256Digest SchemaSha256,
    RecordBatch Chunks);

/// <param name="Position">Of its registration in the log.</param>
public sealed record LayerFile(long Position, string Segment, string Layer, KeptBytes Kept);
