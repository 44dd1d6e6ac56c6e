using Strata.Arrow;

namespace Strata.Rrd.Dataframe;

/// <summary>One layer of a segment: what is in it, and a way to its chunks.</summary>
public interface IDataframeLayer
{
    RrdManifest Manifest { get; }

    /// <summary>The recording's schema: which of its columns are static, and which never held anything. Source: rrd-format §9.3.</summary>
    Schema Schema { get; }

    /// <exception cref="RrdFormatException">The bytes are not those that the index promises.</exception>
    ValueTask<Chunk> ReadChunkAsync(ChunkEntry entry, CancellationToken cancellationToken);
}

/// <summary>A recording of an open file as a layer.</summary>
public sealed class RecordingLayer(RrdReader reader, RrdStore store) : IDataframeLayer
{
    public RrdManifest Manifest => store.Manifest;

    public Schema Schema => store.Schema;

    public ValueTask<Chunk> ReadChunkAsync(ChunkEntry entry, CancellationToken cancellationToken) => reader.ReadChunkAsync(entry, cancellationToken);
}
