using Strata.Arrow;

namespace Strata.Rrd.Dataframe;

/// <summary>One layer of a segment: what is in it, and a way to its chunks.</summary>
public interface IDataframeLayer
{
    /// <summary>Which chunks there are, and their ranges.</summary>
    RrdManifest Manifest { get; }

    /// <summary>The recording's schema: which of its columns are static, and which never held anything. Source: rrd-format §9.3.</summary>
    Schema Schema { get; }

    /// <exception cref="RrdFormatException">The bytes are not those that the index promises.</exception>
    ValueTask<Chunk> ReadChunkAsync(ChunkEntry entry, CancellationToken cancellationToken);
}

/// <summary>A recording of an open file as a layer.</summary>
public sealed class RecordingLayer(RrdReader reader, RrdStore store) : IDataframeLayer
{
    /// <inheritdoc/>
    public RrdManifest Manifest => store.Manifest;

    /// <inheritdoc/>
    public Schema Schema => store.Schema;

    /// <inheritdoc/>
    public ValueTask<Chunk> ReadChunkAsync(ChunkEntry entry, CancellationToken cancellationToken) => reader.ReadChunkAsync(entry, cancellationToken);
}
