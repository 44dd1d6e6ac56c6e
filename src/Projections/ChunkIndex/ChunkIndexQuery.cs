using System.Runtime.CompilerServices;
using Strata.Contracts;
using Strata.EventStore;
using Strata.Projections.Layers;
using Strata.Projections.Purges;
using Strata.Projections.Running;
using Strata.Projections.Storage;

namespace Strata.Projections.ChunkIndex;

internal sealed class ChunkIndexQuery(FoldedTables tables, IEventStore events) : IChunkIndex
{
    /// <summary>Indexes that are read from the log at once: some hundred kilobytes, a moment's work.</summary>
    private const int IndexesAtATime = 64;

    private const string Select =
        """
        SELECT from_position, segment, layer, application_id, storage_url, kept_mode, kept_location, kept_modified_at_ns, kept_tail_sha256, fingerprint, schema_sha256,
            chunk_index_blob, recorded_at_ns, dataset
        FROM layers
        """;

    private readonly DecodedIndexes _decoded = new();

    public async Task<IReadOnlyList<LayerChunks>> ReadAsync(DatasetId dataset, string segment, long? asOf, CancellationToken cancellationToken)
    {
        var layers = await ListAsync(dataset, [segment], asOf, cancellationToken).ConfigureAwait(false);
        return await DecodeAsync(layers, cancellationToken).ConfigureAwait(false);
    }

    public async IAsyncEnumerable<LayerChunks> ReadManyAsync(
        DatasetId dataset, IReadOnlyCollection<string>? segments, long? asOf, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var layer in DecodePagesAsync(await ListAsync(dataset, segments, asOf, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false))
        {
            yield return layer;
        }
    }

    public async Task<IReadOnlyList<LayerFile>> FilesAsync(DatasetId dataset, long? asOf, CancellationToken cancellationToken) =>
        [.. (await ListAsync(dataset, null, asOf, cancellationToken).ConfigureAwait(false)).Select(l => new LayerFile(l.Position, l.Segment, l.Layer, l.Kept))];

    public async IAsyncEnumerable<LayerChunks> FindAsync(IReadOnlyCollection<long> positions, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var layers = await tables.QueryAsync(scope => Find(scope, positions), cancellationToken).ConfigureAwait(false);
        await foreach (var layer in DecodePagesAsync(layers, cancellationToken).ConfigureAwait(false))
        {
            yield return layer;
        }
    }

    private static List<IndexedLayer> Find(ReadScope scope, IReadOnlyCollection<long> positions)
    {
        var layers = new List<IndexedLayer>();
        var datasets = new Dictionary<long, DatasetId>();
        var rows = scope.Database.Prepare($"{Select} WHERE from_position = ?1 AND {PurgeRows.IsKept("layers")}");
        foreach (var position in positions)
        {
            if (!rows.Bind(1, position).Step())
            {
                continue;
            }

            var key = rows.Int64(13);
            if (!datasets.TryGetValue(key, out var dataset))
            {
                datasets.Add(key, dataset = DatasetOf(scope, key));
            }

            layers.Add(Read(rows, dataset));
            rows.Reset();
        }

        return layers;
    }

    private Task<List<IndexedLayer>> ListAsync(DatasetId dataset, IReadOnlyCollection<string>? segments, long? asOf, CancellationToken cancellationToken) => tables.QueryAsync(
        scope =>
        {
            var layers = new List<IndexedLayer>();
            if (scope.FindDataset(dataset, asOf ?? Temporal.Now) is not { } key)
            {
                return layers;
            }

            var current = $"{Select} WHERE dataset = ?1 AND from_position <= ?2 AND to_position > ?2 AND {PurgeRows.IsKept("layers")}";
            if (segments is null)
            {
                Add(layers, scope.Database.Prepare(current).Bind(1, key).Bind(2, asOf ?? Temporal.Now), dataset, cancellationToken);
            }
            else
            {
                var rows = scope.Database.Prepare(current + " AND segment = ?3").Bind(1, key).Bind(2, asOf ?? Temporal.Now);
                foreach (var segment in segments.Distinct(StringComparer.Ordinal))
                {
                    Add(layers, rows.Bind(3, segment), dataset, cancellationToken);
                }
            }

            layers.Sort(Compare);
            return layers;
        },
        cancellationToken);

    private static int Compare(IndexedLayer a, IndexedLayer b)
    {
        var bySegment = string.CompareOrdinal(a.Segment, b.Segment);
        return bySegment != 0 ? bySegment : LayerOrder.Compare(a.RecordedAtNs, a.Layer, b.RecordedAtNs, b.Layer);
    }

    private static void Add(List<IndexedLayer> layers, Statement rows, DatasetId dataset, CancellationToken cancellationToken)
    {
        try
        {
            while (rows.Step())
            {
                cancellationToken.ThrowIfCancellationRequested();
                layers.Add(Read(rows, dataset));
            }
        }
        finally
        {
            rows.Reset();
        }
    }

    private static IndexedLayer Read(Statement rows, DatasetId dataset) => new(
        rows.Int64(0), dataset, rows.Text(1), rows.Text(2), rows.Text(3), rows.Text(4), KeptBytesColumns.Read(rows, 5)!, rows.Digest(9), rows.Digest(10), rows.Digest(11),
        rows.Int64(12));

    /// <summary>A dataset that was deleted has no standing row, but its layers are still named by their positions.</summary>
    private static DatasetId DatasetOf(ReadScope scope, long key)
    {
        var rows = scope.Database.Prepare("SELECT dataset_id FROM datasets WHERE dataset = ?1").Bind(1, key);
        if (!rows.Step())
        {
            throw new ReadModelStorageException($"dataset {key} of a layer is missing; rebuild the read models: strata rebuild");
        }

        var dataset = new DatasetId(rows.Text(0));
        rows.Reset();
        return dataset;
    }

    private async IAsyncEnumerable<LayerChunks> DecodePagesAsync(List<IndexedLayer> layers, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var page in layers.Chunk(IndexesAtATime))
        {
            foreach (var layer in await DecodeAsync(page, cancellationToken).ConfigureAwait(false))
            {
                yield return layer;
            }
        }
    }

    private async Task<IReadOnlyList<LayerChunks>> DecodeAsync(IReadOnlyList<IndexedLayer> layers, CancellationToken cancellationToken)
    {
        var known = layers.Select(l => _decoded.Find(l.Index)).ToArray();
        var absent = layers.Where((_, k) => known[k] is null).Select(l => l.Index).Distinct().ToArray();
        var contents = absent.Length == 0 ? null : await events.ReadBlobsAsync(absent, cancellationToken).ConfigureAwait(false);
        return
        [
            .. layers.Select((l, k) => new LayerChunks(
                l.Position, l.Dataset, l.Segment, l.Layer, l.ApplicationId, l.StorageUrl, l.Kept, l.Fingerprint, l.SchemaSha256,
                known[k] ?? _decoded.Find(l.Index) ?? _decoded.Add(l.Index, contents!.TryGetValue(l.Index, out var content)
                    ? content
                    : throw new ReadModelStorageException(
                        $"segment '{l.Segment}', layer '{l.Layer}': its chunk index blob {l.Index} is not in the log; verify the log, or restore it")))),
        ];
    }

    private sealed record IndexedLayer(
        long Position,
        DatasetId Dataset,
        string Segment,
        string Layer,
        string ApplicationId,
        string StorageUrl,
        KeptBytes Kept,
        Sha256Digest Fingerprint,
        Sha256Digest SchemaSha256,
        Sha256Digest Index,
        long RecordedAtNs);
}
