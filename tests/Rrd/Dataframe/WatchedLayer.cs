using Strata.Arrow;
using Strata.Rrd.Dataframe;

namespace Strata.Rrd.Tests.Dataframe;

/// <summary>A layer that remembers which of its chunks were read, and may give others than it should.</summary>
internal sealed class WatchedLayer(IDataframeLayer layer) : IDataframeLayer
{
    public List<ChunkEntry> Read { get; } = [];

    /// <summary>Chunks that somebody may still hold.</summary>
    public List<WeakReference<Chunk>> Given { get; } = [];

    public Func<Chunk, Chunk> Instead { get; init; } = chunk => chunk;

    public RrdManifest Manifest => layer.Manifest;

    public Schema Schema => layer.Schema;

    public long BytesRead => Read.Sum(entry => entry.ByteSize);

    public async ValueTask<Chunk> ReadChunkAsync(ChunkEntry entry, CancellationToken cancellationToken)
    {
        Read.Add(entry);
        var chunk = Instead(await layer.ReadChunkAsync(entry, cancellationToken));
        Given.Add(new WeakReference<Chunk>(chunk));
        return chunk;
    }
}
