using Strata.Arrow;
using Strata.Catalog.Dataframes;
using Strata.Catalog.Protocol;
using Strata.Contracts;
using Strata.Projections;

namespace Strata.Catalog.Reading;

/// <summary>The chunks that a FetchChunks request names, each found in the index of its layer. Source: catalog-protocol §2.15.</summary>
/// <param name="Layers">In the order in which the client named them first.</param>
internal sealed record FetchRequest(IReadOnlyList<FetchedLayer> Layers, IReadOnlyList<FetchedChunk> Chunks)
{
    private const string KeyColumn = "chunk_key";

    /// <exception cref="CatalogException">INVALID_ARGUMENT: there is no key, or none of this server. NOT_FOUND: it names no registered chunk.</exception>
    public static async Task<FetchRequest> ResolveAsync(FetchChunksRequest request, IChunkIndex indexes, CancellationToken cancellationToken)
    {
        var keys = request.ChunkInfos.SelectMany(part => KeysOf(part.ToBatch("FetchChunksRequest.chunk_infos"))).GroupBy(k => k.Position).ToList();
        var found = new Dictionary<long, (FetchedLayer Layer, List<FetchedChunk> Chunks)>();
        var order = keys.Select((k, number) => (k.Key, number)).ToDictionary(k => k.Key, k => k.number);
        await foreach (var layer in indexes.FindAsync([.. order.Keys], cancellationToken))
        {
            var index = ChunkIndexView.Of(layer.Chunks);
            found.Add(layer.Position, (FetchedLayer.Of(layer), [.. keys[order[layer.Position]].Select(key => Find(key, index, order[layer.Position]))]));
        }

        var missing = keys.FirstOrDefault(k => !found.ContainsKey(k.Key));
        return missing is null
            ? new([.. keys.Select(k => found[k.Key].Layer)], [.. keys.SelectMany(k => found[k.Key].Chunks)])
            : throw Unknown(missing.First());
    }

    /// <summary>Each dataset, with where the log has the newest of its layers that are asked for.</summary>
    public IEnumerable<(DatasetId Dataset, long NewestPosition)> NewestOfDatasets() => Layers.GroupBy(l => l.Dataset).Select(g => (g.Key, g.Max(l => l.Position)));

    private static IEnumerable<ChunkKey> KeysOf(RecordBatch rows)
    {
        if (rows.TryColumn(KeyColumn) is not { } column)
        {
            throw CatalogException.InvalidArgument($"Missing {KeyColumn} column: QueryDatasetDataframe: Missing required column \"{KeyColumn}\"");
        }

        if (column is not BinaryArray keys || column is StringArray)
        {
            throw CatalogException.InvalidArgument($"{KeyColumn} must be Binary, found {column.DataType}");
        }

        if (keys.NullCount > 0)
        {
            throw CatalogException.InvalidArgument($"{KeyColumn} must not be null: QueryDatasetDataframe: Column \"{KeyColumn}\" has {keys.NullCount} null(s)");
        }

        for (var row = 0; row < keys.Length; row++)
        {
            yield return ChunkKey.Read(keys.GetBytes(row));
        }
    }

    private static FetchedChunk Find(ChunkKey key, ChunkIndexView index, int layer)
    {
        if (key.Ordinal < 0 || key.Ordinal >= index.Count || Rrd.Tuid.ReadBigEndian(index.Ids.GetBytes(key.Ordinal)) != key.ChunkId)
        {
            throw Unknown(key);
        }

        return new(layer, new(key.ChunkId, index.IsStatic(key.Ordinal), (long)index.ByteOffsets.Values[key.Ordinal], (long)index.ByteSizes.Values[key.Ordinal]));
    }

    private static CatalogException Unknown(ChunkKey key) => CatalogException.NotFound(
        $"Invalid chunk key: no chunk {key.ChunkId.ToChunkId()} of a layer that was registered at position {key.Position} found; ask for the chunks again");
}
