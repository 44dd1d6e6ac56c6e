using Strata.Arrow;
using Strata.Contracts;
using Strata.Projections;
using Strata.Recordings;
using Strata.Rrd;
using Strata.Rrd.Dataframe;

namespace Strata.Web;

/// <summary>The layers of a segment where they are kept: each file is opened when its first chunk is asked for.</summary>
internal sealed class KeptSegment : IDisposable
{
    private readonly KeptLayer[] _layers;

    /// <param name="schemas">Of recordings by their hash; without that of a layer, nothing of it is known any more: it was purged.</param>
    public KeptSegment(IReadOnlyList<LayerChunks> layers, IReadOnlyDictionary<Sha256Digest, Schema> schemas, IRecordingStore recordings)
    {
        Id = layers[0].Segment;
        _layers = [.. layers.Where(layer => schemas.ContainsKey(layer.SchemaSha256)).Select(layer => new KeptLayer(layer, schemas[layer.SchemaSha256], recordings))];
    }

    public string Id { get; }

    public IReadOnlyList<IDataframeLayer> Layers => _layers;

    /// <summary>Layers of which a query reads anything.</summary>
    public IEnumerable<LayerChunks> Needed(DataframeSchema schema) => _layers.Where(layer => SegmentDataframe.Needs(layer, schema)).Select(layer => layer.Of);

    public void Dispose()
    {
        foreach (var layer in _layers)
        {
            layer.Dispose();
        }
    }

    private sealed class KeptLayer(LayerChunks of, Schema schema, IRecordingStore recordings) : IDataframeLayer, IDisposable
    {
        private readonly Lazy<RrdManifest> _manifest = new(() => ManifestTable.Read(of.Chunks));
        private IOpenRecording? _open;

        public LayerChunks Of => of;

        public RrdManifest Manifest => _manifest.Value;

        public Schema Schema => schema;

        public async ValueTask<Chunk> ReadChunkAsync(ChunkEntry entry, CancellationToken cancellationToken)
        {
            try
            {
                _open ??= await recordings.OpenAsync(of.Kept, cancellationToken);
                return await ChunkSource.ReadAsync(_open, entry, cancellationToken);
            }
            catch (Exception e) when (e is RrdFormatException or IOException)
            {
                throw new LayerFaultException(of, e);
            }
        }

        public void Dispose() => _open?.Dispose();
    }
}

/// <summary>Which layer it was whose file could not be read.</summary>
internal sealed class LayerFaultException(LayerChunks layer, Exception fault) : Exception(fault.Message, fault)
{
    public LayerChunks Layer { get; } = layer;
}
