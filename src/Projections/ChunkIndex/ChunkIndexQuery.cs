using Strata.Arrow;
using Strata.Contracts;
using Strata.EventStore;
using Strata.Projections.Layers;
using Strata.Projections.Storage;

namespace Strata.Projections.ChunkIndex;

internal sealed class ChunkIndexQuery(ReadModels models, IEventStore events) : IChunkIndex
{
    public async Task<IReadOnlyList<LayerChunks>> ReadAsync(DatasetId dataset, string segment, long? asOf, CancellationToken cancellationToken)
    {
        var layers = await models.QueryAsync(
            scope => scope.FindDataset(dataset, asOf ?? Temporal.Now) is { } key ? Read(scope, key, segment, asOf ?? Temporal.Now) : [], cancellationToken).ConfigureAwait(false);
        if (layers.Count == 0)
        {
            return [];
        }

        var blobs = await events.ReadBlobsAsync([.. layers.Select(l => l.Chunks).Distinct()], cancellationToken).ConfigureAwait(false);
        return
        [
            .. layers.Select(l => new LayerChunks(l.Layer, l.ApplicationId, l.Kept, l.Fingerprint, RecordBatch.FromIpcStream(
                blobs.TryGetValue(l.Chunks, out var content)
                    ? content
                    : throw new ReadModelStorageException($"segment '{segment}', layer '{l.Layer}': its chunk index blob {l.Chunks} is not in the log; verify the log, or restore it")))),
        ];
    }

    private static List<IndexedLayer> Read(ReadScope scope, long dataset, string segment, long asOf)
    {
        var rows = scope.Database.Prepare(
            """
            SELECT layer, application_id, kept_mode, kept_location, kept_modified_at_ns, kept_tail_sha256, fingerprint, chunk_index_blob, recorded_at_ns FROM layers
            WHERE dataset = ?1 AND segment = ?2 AND from_position <= ?3 AND to_position > ?3
            """).Bind(1, dataset).Bind(2, segment).Bind(3, asOf);
        var layers = new List<IndexedLayer>();
        while (rows.Step())
        {
            layers.Add(new(rows.Text(0), rows.Text(1), KeptBytesColumns.Read(rows, 2)!, rows.Digest(6), rows.Digest(7), rows.Int64(8)));
        }

        layers.Sort((a, b) => LayerOrder.Compare(a.RecordedAtNs, a.Layer, b.RecordedAtNs, b.Layer));
        return layers;
    }

    private sealed record IndexedLayer(string Layer, string ApplicationId, KeptBytes Kept, Sha256Digest Fingerprint, Sha256Digest Chunks, long RecordedAtNs);
}
