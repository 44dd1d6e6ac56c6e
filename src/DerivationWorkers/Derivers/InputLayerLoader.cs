using Strata.Contracts;
using Strata.Rrd;

namespace Strata.DerivationWorkers;

/// <summary>Loads of a layer what a deriver reads, and nothing else.</summary>
public static class InputLayerLoader
{
    /// <param name="layer">The event by which the layer stands.</param>
    /// <param name="schemaIpc">The blob that <see cref="LayerRegistered.SchemaBlob"/> names.</param>
    /// <param name="chunkIndexIpc">The blob that <see cref="LayerRegistered.ChunkIndexBlob"/> names.</param>
    /// <param name="recording">The file's bytes; only chunks with a column that the deriver reads are fetched.</param>
    /// <exception cref="RrdFormatException">The file is not what its chunk index says; the message has the offset.</exception>
    public static Task<InputLayer> LoadAsync(
        LayerRegistered layer,
        ReadOnlyMemory<byte> schemaIpc,
        ReadOnlyMemory<byte> chunkIndexIpc,
        IRandomAccessBytes recording,
        IDeriver deriver,
        CanonicalJson parameters,
        CancellationToken cancellationToken) => throw new NotSupportedException("the reader of recordings is not there yet");
}
