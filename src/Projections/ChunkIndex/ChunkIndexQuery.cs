using Strata.Arrow;
using Strata.Contracts;
using Strata.EventStore;
using Strata.Projections.Layers;
using Strata.Projections.Storage;

namespace Strata.Projections.ChunkIndex;

internal sealed class ChunkIndexQuery(ReadModels models, IEventStore events) : IChunkIndex
{
    private readonly DecodedIndexes _decoded = new();

    public async Task<IReadOnlyList<LayerChunks>> ReadAsync(DatasetId dataset, string segment, long? asOf, CancellationToken cancellationToken) =>
        await ReadAsync(dataset, [segment], asOf, cancellationToken).ConfigureAwait(false) is [var found] ? found.Layers : [];

    public async Task<IReadOnlyList<SegmentChunks>> ReadAsync(DatasetId dataset, IReadOnlyList<string> segments, long? asOf, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(segments);
        var found = await models.QueryAsync(
            scope => scope.FindDataset(dataset, asOf ?? Temporal.Now) is { } key ? Read(scope, key, segments, asOf ?? Temporal.Now, cancellationToken) : [], cancellationToken).ConfigureAwait(false);
        var batches = new Dictionary<Sha256Digest, RecordBatch?>();
        foreach (var layer in found.SelectMany(segment => segment.Layers))
        {
            batches.TryAdd(layer.Chunks, null);
        }

        foreach (var hash in batches.Keys)
        {
            batches[hash] = _decoded.Find(hash);
        }

        var absent = batches.Where(known => known.Value is null).Select(known => known.Key).ToArray();
        var blobs = await events.ReadBlobsAsync(absent, cancellationToken).ConfigureAwait(false);
        return
        [
            .. found.Select(segment => new SegmentChunks(segment.Segment,
            [
                .. segment.Layers.Select(l => new LayerChunks(l.Layer, l.ApplicationId, l.Kept, l.Fingerprint, batches[l.Chunks] ??= Decode(segment.Segment, l, blobs))),
            ])),
        ];
    }

    private RecordBatch Decode(string segment, IndexedLayer layer, IReadOnlyDictionary<Sha256Digest, ReadOnlyMemory<byte>> blobs) => blobs.TryGetValue(layer.Chunks, out var content)
        ? _decoded.Add(layer.Chunks, content)
        : throw new ReadModelStorageException($"segment '{segment}', layer '{layer.Layer}': its chunk index blob {layer.Chunks} is not in the log; verify the log, or restore it");

    private static List<IndexedSegment> Read(ReadScope scope, long dataset, IReadOnlyList<string> segments, long asOf, CancellationToken cancellationToken)
    {
        var rows = scope.Database.Prepare(
            """
            SELECT layer, application_id, kept_mode, kept_location, kept_modified_at_ns, kept_tail_sha256, fingerprint, chunk_index_blob, recorded_at_ns FROM layers
            WHERE dataset = ?1 AND segment = ?2 AND from_position <= ?3 AND to_position > ?3
            """).Bind(1, dataset).Bind(3, asOf);
        var found = new List<IndexedSegment>();
        foreach (var segment in segments.Distinct(StringComparer.Ordinal))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var layers = new List<IndexedLayer>();
            rows.Bind(2, segment);
            while (rows.Step())
            {
                layers.Add(new(rows.Text(0), rows.Text(1), KeptBytesColumns.Read(rows, 2)!, rows.Digest(6), rows.Digest(7), rows.Int64(8)));
            }

            if (layers.Count > 0)
            {
                layers.Sort((a, b) => LayerOrder.Compare(a.RecordedAtNs, a.Layer, b.RecordedAtNs, b.Layer));
                found.Add(new(segment, layers));
            }
        }

        return found;
    }

    private sealed record IndexedSegment(string Segment, List<IndexedLayer> Layers);

    private sealed record IndexedLayer(string Layer, string ApplicationId, KeptBytes Kept, Sha256Digest Fingerprint, Sha256Digest Chunks, long RecordedAtNs);
}
